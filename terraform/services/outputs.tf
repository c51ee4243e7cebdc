output "services" {
  description = "Per service what a person needs to switch by hand: address, cluster, listeners, rules, target groups, ECS services, roles, log group, tables, alarms."
  value = {
    for name, made in module.service : name => {
      url = format("%s://%s%s",
        local.platform.loadBalancers[local.services[name].loadBalancer].scheme,
        coalesce(local.services[name].routes[0].host, local.platform.loadBalancers[local.services[name].loadBalancer].dnsName),
        trimsuffix(local.services[name].routes[0].path, "*"),
      )
      cluster          = local.platform.clusterName
      listeners        = made.listener_arns
      production_rules = made.production_rule_arns
      test_rules       = made.test_rule_arns
      target_groups    = made.target_group_arns
      ecs_services     = made.ecs_services
      roles            = made.role_arns
      log_group        = made.log_group
      tables           = made.tables
      alarms           = module.observability.alarm_names[name]
    }
  }
}

output "codedeploy" {
  description = "Per service that CodeDeploy deploys: application, deployment group, ECS service, target groups, roles, log group, alarms."
  value = {
    for name, made in module.service_codedeploy : name => {
      app              = made.app
      deployment_group = made.deployment_group
      ecs_service      = made.ecs_service
      target_groups    = made.target_group_arns
      roles            = module.task_roles[name].arns
      log_group        = made.log_group
      alarms           = module.observability.alarm_names[name]
    }
  }
}

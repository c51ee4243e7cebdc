# Services whose traffic AWS CodeDeploy moves.

locals {
  partition = split(":", local.platform.clusterArn)[1]

  # Steps as CodeDeploy knows them: a share and then the rest, or further shares of one size; any others are refused.
  shifts = {
    for name, service in local.codedeploy : name => {
      first = service.deployment.steps[0]
      kind = (
        length(service.deployment.steps) == 1 ? "all-at-once" :
        length(service.deployment.steps) == 2 ? "canary" :
        alltrue([for position, step in service.deployment.steps : step.weight == min(100, (position + 1) * service.deployment.steps[0].weight)]) ? "linear" :
        "steps"
      )
    }
  }
}

module "task_roles" {
  source   = "../modules/task-roles"
  for_each = local.codedeploy

  environment = { name = local.environment.name, account = local.environment.account, region = local.environment.region }
  name        = each.key
  partition   = local.partition
  # By its name: asked of the module, which needs the roles, it would be a circle.
  log_group_arn = "arn:${local.partition}:logs:${local.environment.region}:${local.environment.account}:log-group:/teal/${local.environment.name}/${each.key}"
  image         = try(each.value.image.reference, null)
  secrets       = each.value.secrets
  kms_key_arn   = try(local.platform.kmsKeyArn, null)
  tables        = { for key, table in local.tables : table.table => module.table[key] if table.service == each.key }
}

module "service_codedeploy" {
  source   = "../modules/service-codedeploy"
  for_each = local.codedeploy

  environment = { name = local.environment.name, account = local.environment.account, region = local.environment.region }
  name        = each.key
  cluster     = { name = local.platform.clusterName, arn = local.platform.clusterArn }
  network = {
    vpc_id             = local.platform.vpcId
    subnet_ids         = local.platform.taskSubnetIds
    security_group_ids = [local.platform.taskSecurityGroupId]
    assign_public_ip   = local.platform.assignPublicIp
  }
  listeners = {
    production = local.platform.loadBalancers[each.value.loadBalancer].productionListenerArns[0]
    test       = try(local.platform.loadBalancers[each.value.loadBalancer].testListenerArn, null)
  }
  routes = { for route in each.value.routes : route.key => { host = route.host, path = route.path, priority = route.priority } }
  port   = each.value.port
  health_check = {
    path                = each.value.targetHealthCheck.path
    matcher             = each.value.targetHealthCheck.matcher
    interval            = each.value.targetHealthCheck.intervalSeconds
    timeout             = each.value.targetHealthCheck.timeoutSeconds
    healthy_threshold   = each.value.targetHealthCheck.healthyThreshold
    unhealthy_threshold = each.value.targetHealthCheck.unhealthyThreshold
  }
  roles                        = module.task_roles[each.key].arns
  desired_count                = each.value.scaling.min
  grace_period_seconds         = ceil(each.value.gracePeriodSeconds)
  deregistration_delay_seconds = each.value.deregistrationDelaySeconds
  log_retention_days           = each.value.logs.retentionDays
  kms_key_arn                  = try(local.platform.kmsKeyArn, null)
  shift = {
    kind    = local.shifts[each.key].kind
    percent = local.shifts[each.key].first.weight
    minutes = max(1, ceil(local.shifts[each.key].first.hold.bakeSeconds / 60))
  }
  # CodeDeploy keeps them for two days at most.
  termination_wait_minutes = min(2880, try(ceil(each.value.deployment.keepWarmSeconds / 60), 2880))
  alarms                   = [for name in each.value.deployment.alarms : replace(name, "{environment}", local.environment.name)]
}

output "environment" {
  description = "The environment's name, account and region."
  value = {
    name    = local.name
    account = local.environment.account
    region  = local.environment.region
  }
}

output "load_balancers" {
  description = "Where each load balancer is reached, by name."
  value = {
    for name, balancer in module.load_balancer : name => {
      url                      = "${balancer.scheme}://${coalesce(local.load_balancers[name].domain, balancer.dns_name)}"
      dns_name                 = balancer.dns_name
      production_listener_arns = balancer.production_listener_arns
      test_listener_arn        = balancer.test_listener_arn
    }
  }
}

output "cluster" {
  description = "The ECS cluster."
  value       = module.cluster.name
}

output "journal_table" {
  description = "The DynamoDB table of the deployments' journal."
  value       = module.journal.table_name
}

output "network" {
  description = "The network, the tasks' subnets, and the addresses that their requests come from where there is NAT."
  value = {
    vpc_id          = module.network.vpc_id
    task_subnet_ids = module.network.task_subnet_ids
    nat_addresses   = module.network.nat_addresses
  }
}

output "discovery" {
  description = "Parameters that tell of all this."
  value       = [module.discovery.environment_parameter, module.discovery.platform_parameter]
}

output "database" {
  description = "Where the database is, and which secret has its password; null without one."
  value = local.database == null ? null : {
    host           = module.database[0].host
    read_host      = module.database[0].read_host
    port           = module.database[0].port
    name           = module.database[0].database_name
    secret_arn     = module.database[0].secret_arn
    final_snapshot = module.database[0].final_snapshot
  }
}

output "alarm_topic_arn" {
  description = "Where alarms are told."
  value       = module.observability.topic_arn
}

output "repositories" {
  description = "Where images are pushed to, by the repository's name."
  value = merge([
    for registry in module.registry : { for name, repository in registry.repositories : name => repository.url }
  ]...)
}

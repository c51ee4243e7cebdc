locals {
  environment = jsondecode(file("${var.synced}/environment.json"))

  # The name of a file is the name of its service. A tombstone stays, and yields nothing.
  files        = { for path in fileset("${var.synced}/services", "*.json") : trimsuffix(path, ".json") => "${var.synced}/services/${path}" }
  read         = { for name, path in local.files : name => jsondecode(file(path)) if var.only == null || contains(coalesce(var.only, []), name) }
  standing_web = { for name, service in local.read : name => service if !try(service.retired, false) && try(service.kind == "web", false) }
  services     = { for name, service in local.standing_web : name => service if service.deployment.controller == "teal" }
  codedeploy   = { for name, service in local.standing_web : name => service if service.deployment.controller == "codedeploy" }
  all          = merge(local.services, local.codedeploy)

  # `.value` is sensitive, which for_each refuses.
  about    = jsondecode(data.aws_ssm_parameter.environment.insecure_value)
  platform = jsondecode(data.aws_ssm_parameter.platform.insecure_value)

  tables = merge([
    for name, service in local.all : {
      for table, keys in service.uses.tables : "${name}/${table}" => merge(keys, { service = name, table = table })
    }
  ]...)

  # Those that a service has of its own in each environment; whatever else it names is somebody else's.
  secrets = {
    for name, service in local.all : name => {
      for variable, secret in service.secrets : variable => {
        name        = secret.name
        description = "${variable} of ${name} (${local.environment.name}): teal secret put ${name}/${variable}"
      } if try(secret.own, false)
    }
  }
}

data "aws_ssm_parameter" "environment" {
  name = "/teal/${local.environment.name}"
}

data "aws_ssm_parameter" "platform" {
  name = "/teal/${local.environment.name}/platform"
}

module "table" {
  source   = "../modules/table"
  for_each = local.tables

  name          = "${local.environment.name}-${each.value.service}-${each.value.table}"
  partition_key = each.value.partitionKey
  sort_key      = each.value.sortKey
  indexes = {
    for name, index in each.value.indexes : name => { partition_key = index.partitionKey, sort_key = index.sortKey }
  }
  capacity = try(each.value.capacity, null)
  protection = {
    point_in_time_recovery = local.environment.settings.deletionProtection
    deletion_protection    = local.environment.settings.deletionProtection && !var.protection_lifted
  }
  kms_key_arn = try(local.platform.kmsKeyArn, null)
  tags        = { "teal:environment" = local.environment.name, "teal:service" = each.value.service }
}

module "secrets" {
  source   = "../modules/secrets"
  for_each = { for name, secrets in local.secrets : name => secrets if length(secrets) > 0 }

  secrets       = each.value
  store         = local.environment.settings.secretsStore
  kms_key_arn   = try(local.platform.kmsKeyArn, null)
  recovery_days = local.environment.settings.deletionProtection ? 30 : 0
  tags          = { "teal:environment" = local.environment.name, "teal:service" = each.key }
}

module "service" {
  source   = "../modules/service"
  for_each = local.services

  environment   = { name = local.environment.name, account = local.environment.account, region = local.environment.region }
  test_token    = local.about.testToken
  platform      = local.platform
  load_balancer = local.platform.loadBalancers[each.value.loadBalancer]
  service       = each.value
  tables        = { for key, table in local.tables : table.table => module.table[key] if table.service == each.key }
  standing      = lookup(local.standing, each.key, null)
  live          = lookup(var.live, each.key, null)
  project       = abspath("${var.synced}/../../..")
}

module "observability" {
  source = "../modules/observability"

  name            = local.environment.name
  region          = local.environment.region
  alarm_topic_arn = try(local.platform.alarmTopicArn, null)
  services = {
    for name, service in local.all : name => {
      load_balancer = local.platform.loadBalancers[service.loadBalancer].arnSuffix
      cluster       = local.platform.clusterName
      target_groups = try(module.service[name].target_group_suffixes, module.service_codedeploy[name].target_group_suffixes)
      ecs_services  = try(module.service[name].ecs_services, { service = module.service_codedeploy[name].ecs_service })
      alarms        = {}
    }
  }
}

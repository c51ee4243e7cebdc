locals {
  environment = jsondecode(file("${var.synced}/environment.json"))
  name        = local.environment.name
  network     = local.environment.network
  settings    = local.environment.settings

  protection = local.settings.deletionProtection && !var.protection_lifted

  load_balancers = {
    for name, balancer in local.environment.loadBalancers : name => merge(balancer, { https = balancer.domain != null })
  }

  # Those whose domain is in a Route 53 zone: certificate and names are made there.
  zoned = { for name, balancer in local.load_balancers : name => balancer if balancer.zone != null }

  database = local.environment.database
}

# ------------------------------------------------------------------------------
# What exists already
# ------------------------------------------------------------------------------

data "aws_partition" "current" {}

data "aws_availability_zones" "available" {
  count = local.network.mode == "create" ? 1 : 0

  state            = "available"
  exclude_names    = [for zone in local.network.excludedZones : zone if !can(regex("-az[0-9]+$", zone))]
  exclude_zone_ids = [for zone in local.network.excludedZones : zone if can(regex("-az[0-9]+$", zone))]

  # Local and wavelength zones are a region's outposts: Fargate and RDS are not in them.
  filter {
    name   = "zone-type"
    values = ["availability-zone"]
  }

  lifecycle {
    postcondition {
      condition     = length(self.names) >= local.network.zones
      error_message = "The region has fewer zones than network.zones asks for: ask for fewer, or exclude none."
    }
  }
}

data "aws_vpc" "given" {
  count = local.network.mode == "create" ? 0 : 1

  id      = local.network.vpc
  default = local.network.mode == "default" ? true : null
}

data "aws_route53_zone" "this" {
  for_each = local.zoned

  name = each.value.zone
}

data "aws_subnets" "default" {
  count = local.network.mode == "default" ? 1 : 0

  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.given[0].id]
  }

  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}

locals {
  zone_names = local.network.mode == "create" ? slice(sort(data.aws_availability_zones.available[0].names), 0, local.network.zones) : []

  given = local.network.mode == "create" ? null : {
    vpc_id              = data.aws_vpc.given[0].id
    cidr                = data.aws_vpc.given[0].cidr_block
    public_subnet_ids   = local.network.mode == "default" ? sort(data.aws_subnets.default[0].ids) : local.network.publicSubnets
    task_subnet_ids     = local.network.taskSubnets
    database_subnet_ids = local.network.databaseSubnets
  }
}

# ------------------------------------------------------------------------------
# Encryption
# ------------------------------------------------------------------------------

module "kms" {
  source = "../modules/kms"
  count  = local.settings.ownKey ? 1 : 0

  name      = local.name
  account   = local.environment.account
  region    = local.environment.region
  partition = data.aws_partition.current.partition
}

locals {
  kms_key_arn = one(module.kms[*].key_arn)
}

# ------------------------------------------------------------------------------
# Network
# ------------------------------------------------------------------------------

module "network" {
  source = "../modules/network"

  name                        = local.name
  region                      = local.environment.region
  mode                        = local.network.mode == "create" ? "create" : "given"
  cidr                        = local.network.cidr
  zones                       = { for zone in local.zone_names : substr(zone, -1, 1) => zone }
  outbound                    = local.network.outbound
  nat_per_zone                = local.network.natPerZone
  endpoint_security_group_ids = module.security.endpoint_security_group_ids
  given                       = local.given
}

module "security" {
  source = "../modules/security"

  name     = local.name
  vpc_id   = module.network.vpc_id
  vpc_cidr = module.network.cidr
  load_balancers = {
    for name, balancer in local.load_balancers : name => {
      internal = balancer.internal
      https    = balancer.https
      test     = balancer.testListener
    }
  }
  outbound                = local.network.outbound
  outbound_ports          = local.network.outboundPorts
  endpoints               = local.network.outbound == "endpoints" && local.network.mode == "create"
  gateway_prefix_list_ids = local.network.outbound == "endpoints" ? module.network.gateway_prefix_list_ids : {}
  database_port           = local.database == null ? null : 5432
}

# ------------------------------------------------------------------------------
# Load balancers and their names
# ------------------------------------------------------------------------------

module "access_logs" {
  source = "../modules/access-logs"
  count  = local.settings.accessLogs ? 1 : 0

  name                = local.name
  account             = local.environment.account
  region              = local.environment.region
  partition           = data.aws_partition.current.partition
  prefixes            = keys(local.load_balancers)
  retention_days      = local.settings.retentionDays
  deletion_protection = local.protection
}

module "certificate" {
  source   = "../modules/certificate"
  for_each = local.zoned

  zone_id = data.aws_route53_zone.this[each.key].zone_id
  domain  = each.value.domain
}

module "load_balancer" {
  source   = "../modules/load-balancer"
  for_each = local.load_balancers

  environment         = local.name
  name                = each.key
  internal            = each.value.internal
  subnet_ids          = each.value.internal ? module.network.task_subnet_ids : module.network.public_subnet_ids
  security_group_ids  = [module.security.balancer_security_group_ids[each.key]]
  https               = each.value.https
  certificate_arn     = each.value.certificate != null ? each.value.certificate : try(module.certificate[each.key].certificate_arn, null)
  test_port           = try(each.value.testListener.port, null)
  access_logs         = local.settings.accessLogs ? { bucket = module.access_logs[0].bucket, prefix = each.key } : null
  deletion_protection = local.protection
}

module "dns" {
  source   = "../modules/dns"
  for_each = local.zoned

  zone_id = data.aws_route53_zone.this[each.key].zone_id
  records = {
    for key, name in { domain = each.value.domain, below = "*.${each.value.domain}" } : key => {
      name                    = name
      alias                   = { dns_name = module.load_balancer[each.key].dns_name, zone_id = module.load_balancer[each.key].zone_id }
      routing = each.value.routing == null ? null : {
        policy     = each.value.routing.policy
        identifier = "${local.name}-${local.environment.region}"
        region     = local.environment.region
        role       = each.value.routing.role
      }
      health_check = try(each.value.routing.healthPath, null) == null ? null : { path = each.value.routing.healthPath }
    }
  }
}

# ------------------------------------------------------------------------------
# Where services run, and what deployments write
# ------------------------------------------------------------------------------

module "cluster" {
  source = "../modules/cluster"

  name               = local.name
  container_insights = local.settings.containerInsights
  retention_days     = local.settings.retentionDays
  encrypted          = local.settings.ownKey
  kms_key_arn        = local.kms_key_arn
}

module "journal" {
  source = "../modules/journal"

  name                = local.name
  encrypted           = local.settings.ownKey
  kms_key_arn         = local.kms_key_arn
  deletion_protection = local.protection
}

# ------------------------------------------------------------------------------
# What services share
# ------------------------------------------------------------------------------

module "database" {
  source = "../modules/database"
  count  = local.database == null ? 0 : 1

  name                = local.name
  engine              = local.database.engine
  major               = local.database.major
  port                = 5432
  subnet_ids          = module.network.database_subnet_ids
  security_group_ids  = [module.security.database_security_group_id]
  instance_class      = local.database.instanceClass
  storage_gib         = local.database.storageGib
  capacity            = local.database.capacity
  multi_zone          = local.database.multiZone
  read_replica        = local.database.readReplica
  backup_days         = local.database.backupDays
  rotation_days       = local.database.rotationDays
  password            = var.database_password
  password_version    = local.database.passwordVersion
  kms_key_arn         = local.kms_key_arn
  deletion_protection = local.protection
  final_snapshot      = local.settings.deletionProtection
  log_retention_days  = local.settings.retentionDays
}

module "registry" {
  source = "../modules/registry"
  count  = length(local.environment.repositories) == 0 ? 0 : 1

  repositories = local.environment.repositories
  kms_key_arn  = local.kms_key_arn
  force_delete = !local.protection
}

module "observability" {
  source = "../modules/observability"

  name           = local.name
  region         = local.environment.region
  cluster        = module.cluster.name
  load_balancers = { for name, balancer in module.load_balancer : name => balancer.arn_suffix }
  topic          = local.environment.notify
  kms_key_arn    = local.kms_key_arn
}

# ------------------------------------------------------------------------------
# What is told of all that; last, so that nobody reads of what is not there
# ------------------------------------------------------------------------------

module "discovery" {
  source = "../modules/discovery"

  environment = local.name
  account     = local.environment.account
  region      = local.environment.region
  platform = {
    vpcId                   = module.network.vpc_id
    taskSubnetIds           = module.network.task_subnet_ids
    assignPublicIp          = module.network.assign_public_ip
    taskSecurityGroupId     = module.security.task_security_group_id
    databaseSecurityGroupId = module.security.database_security_group_id
    clusterName             = module.cluster.name
    clusterArn              = module.cluster.arn
    journalTable            = module.journal.table_name
    kmsKeyArn               = local.kms_key_arn
    alarmTopicArn           = module.observability.topic_arn
    loadBalancers = {
      for name, balancer in module.load_balancer : name => {
        arn                    = balancer.arn
        arnSuffix              = balancer.arn_suffix
        dnsName                = balancer.dns_name
        zoneId                 = balancer.zone_id
        domain                 = local.load_balancers[name].domain
        productionListenerArns = balancer.production_listener_arns
        testListenerArn        = balancer.test_listener_arn
        scheme                 = balancer.scheme
      }
    }
    database = local.database == null ? null : {
      host      = module.database[0].host
      readHost  = module.database[0].read_host
      port      = module.database[0].port
      name      = module.database[0].database_name
      secretArn = module.database[0].secret_arn
    }
  }

  depends_on = [
    module.network, module.security, module.load_balancer, module.dns, module.cluster, module.journal, module.database, module.observability,
  ]
}

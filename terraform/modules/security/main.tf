# The layers: internet → load balancer → tasks → database. Each admits the one before it, and no other.

locals {
  database = var.database_port == null ? 0 : 1
  internet = "0.0.0.0/0"

  # What each load balancer listens on. Where there is HTTPS, port 80 redirects to it.
  listeners = merge([
    for name, balancer in var.load_balancers : merge(
      { "${name}/http" = { balancer = name, port = 80, internal = balancer.internal } },
      balancer.https ? { "${name}/https" = { balancer = name, port = 443, internal = balancer.internal } } : {},
    )
  ]...)

  testers = merge([
    for name, balancer in var.load_balancers : {
      for range in try(balancer.test.from, []) : "${name}/test/${range}" => { balancer = name, port = balancer.test.port, range = range }
    }
  ]...)
}

# ------------------------------------------------------------------------------
# Load balancers
# ------------------------------------------------------------------------------

resource "aws_security_group" "balancer" {
  for_each = var.load_balancers

  name        = "${var.name}-${each.key}-balancer"
  description = "Load balancer ${each.key}: from its clients to the tasks"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-${each.key}-balancer" }
}

# The only door to the internet.
resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = local.listeners

  security_group_id = aws_security_group.balancer[each.value.balancer].id
  tags              = { Name = each.value.internal ? "clients in the network" : "clients" }
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.internal ? var.vpc_cidr : local.internet
}

resource "aws_vpc_security_group_ingress_rule" "testers" {
  for_each = local.testers

  security_group_id = aws_security_group.balancer[each.value.balancer].id
  tags              = { Name = "those who test" }
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.range
}

resource "aws_vpc_security_group_egress_rule" "balancer_to_tasks" {
  for_each = var.load_balancers

  security_group_id            = aws_security_group.balancer[each.key].id
  tags                         = { Name = "to tasks on any port" }
  ip_protocol                  = "tcp"
  from_port                    = 0
  to_port                      = 65535
  referenced_security_group_id = aws_security_group.tasks.id
}

# ------------------------------------------------------------------------------
# Tasks
# ------------------------------------------------------------------------------

resource "aws_security_group" "tasks" {
  name        = "${var.name}-tasks"
  description = "Tasks: from the load balancers"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-tasks" }
}

# Every port: a service that changes its port serves on both while it is deployed, and no rule stands in between.
resource "aws_vpc_security_group_ingress_rule" "tasks_from_balancer" {
  for_each = var.load_balancers

  security_group_id            = aws_security_group.tasks.id
  tags                         = { Name = "load balancer ${each.key}" }
  ip_protocol                  = "tcp"
  from_port                    = 0
  to_port                      = 65535
  referenced_security_group_id = aws_security_group.balancer[each.key].id
}

# Images, secrets and logs are AWS's, which answers at addresses of the internet wherever no endpoint leads to it.
resource "aws_vpc_security_group_egress_rule" "tasks_to_internet" {
  for_each = var.outbound == "endpoints" ? {} : { for port in var.outbound_ports : tostring(port) => port }

  security_group_id = aws_security_group.tasks.id
  tags              = { Name = "AWS and the internet" }
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = local.internet
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_endpoints" {
  count = var.endpoints ? 1 : 0

  security_group_id            = aws_security_group.tasks.id
  tags                         = { Name = "AWS through its endpoints" }
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.endpoints[0].id
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_gateways" {
  for_each = var.gateway_prefix_list_ids

  security_group_id = aws_security_group.tasks.id
  tags              = { Name = "${each.key} through its gateway endpoint" }
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = each.value
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_database" {
  count = local.database

  security_group_id            = aws_security_group.tasks.id
  tags                         = { Name = "the database" }
  ip_protocol                  = "tcp"
  from_port                    = var.database_port
  to_port                      = var.database_port
  referenced_security_group_id = aws_security_group.database[0].id
}

# ------------------------------------------------------------------------------
# Endpoints
# ------------------------------------------------------------------------------

resource "aws_security_group" "endpoints" {
  count = var.endpoints ? 1 : 0

  name        = "${var.name}-endpoints"
  description = "VPC endpoints: from the tasks"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_from_tasks" {
  count = var.endpoints ? 1 : 0

  security_group_id            = aws_security_group.endpoints[0].id
  tags                         = { Name = "tasks" }
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.tasks.id
}

# ------------------------------------------------------------------------------
# Database
# ------------------------------------------------------------------------------

resource "aws_security_group" "database" {
  count = local.database

  name        = "${var.name}-database"
  description = "Database: from the tasks"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "database_from_tasks" {
  count = local.database

  security_group_id            = aws_security_group.database[0].id
  tags                         = { Name = "tasks" }
  ip_protocol                  = "tcp"
  from_port                    = var.database_port
  to_port                      = var.database_port
  referenced_security_group_id = aws_security_group.tasks.id
}

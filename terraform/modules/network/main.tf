locals {
  create  = var.mode == "create"
  zones   = local.create ? var.zones : {}
  private = local.create && var.outbound != "public" ? var.zones : {}

  # A zone's place in the addresses comes from its letter: a zone more or less moves no other zone's subnets.
  letters = split("", "abcdefgh")
  index   = { for letter in keys(local.zones) : letter => index(local.letters, letter) }

  # Tasks have the lower half (/20 each), the public and the database subnets /24s of the upper one.
  cidrs = {
    tasks    = { for letter, i in local.index : letter => cidrsubnet(var.cidr, 4, i) }
    public   = { for letter, i in local.index : letter => cidrsubnet(var.cidr, 8, 128 + i) }
    database = { for letter, i in local.index : letter => cidrsubnet(var.cidr, 8, 144 + i) }
  }

  first    = try(sort(keys(local.zones))[0], null)
  nat      = local.create && var.outbound == "nat" ? (var.nat_per_zone ? var.zones : { for letter, zone in var.zones : letter => zone if letter == local.first }) : {}
  nat_zone = { for letter in keys(local.private) : letter => var.nat_per_zone ? letter : local.first }
}

# ------------------------------------------------------------------------------
# Network
# ------------------------------------------------------------------------------

resource "aws_vpc" "this" {
  count = local.create ? 1 : 0

  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }

  lifecycle {
    precondition {
      condition     = length(var.zones) >= 2
      error_message = "A load balancer stands in two zones at least: give two or three."
    }
  }
}

# Whatever is put into the network without a group of its own gets this one: it admits nothing.
resource "aws_default_security_group" "this" {
  count = local.create ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = { Name = "${var.name}-default" }
}

# ------------------------------------------------------------------------------
# Public subnets
# ------------------------------------------------------------------------------

resource "aws_internet_gateway" "this" {
  count = local.create ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = { Name = var.name }
}

resource "aws_subnet" "public" {
  for_each = local.zones

  vpc_id            = aws_vpc.this[0].id
  availability_zone = each.value
  cidr_block        = local.cidrs.public[each.key]
  tags              = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_route_table" "public" {
  count = local.create ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = { Name = "${var.name}-public" }
}

resource "aws_route" "internet" {
  count = local.create ? 1 : 0

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "public" {
  for_each = local.zones

  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public[0].id
}

# ------------------------------------------------------------------------------
# Task subnets, where tasks have no public addresses
# ------------------------------------------------------------------------------

resource "aws_subnet" "tasks" {
  for_each = local.private

  vpc_id            = aws_vpc.this[0].id
  availability_zone = each.value
  cidr_block        = local.cidrs.tasks[each.key]
  tags              = { Name = "${var.name}-tasks-${each.key}" }
}

resource "aws_route_table" "tasks" {
  for_each = local.private

  vpc_id = aws_vpc.this[0].id
  tags   = { Name = "${var.name}-tasks-${each.key}" }
}

resource "aws_route_table_association" "tasks" {
  for_each = local.private

  subnet_id      = aws_subnet.tasks[each.key].id
  route_table_id = aws_route_table.tasks[each.key].id
}

resource "aws_eip" "nat" {
  for_each = local.nat

  domain = "vpc"
  tags   = { Name = "${var.name}-nat-${each.key}" }
}

resource "aws_nat_gateway" "this" {
  for_each = local.nat

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id
  tags          = { Name = "${var.name}-${each.key}" }

  # AWS: a gateway whose network has no way to the internet yet fails.
  depends_on = [aws_route.internet]
}

resource "aws_route" "nat" {
  for_each = var.outbound == "nat" ? local.private : {}

  route_table_id         = aws_route_table.tasks[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[local.nat_zone[each.key]].id
}

# ------------------------------------------------------------------------------
# Database subnets: their table has no route but the network's own
# ------------------------------------------------------------------------------

resource "aws_subnet" "database" {
  for_each = local.zones

  vpc_id            = aws_vpc.this[0].id
  availability_zone = each.value
  cidr_block        = local.cidrs.database[each.key]
  tags              = { Name = "${var.name}-database-${each.key}" }
}

resource "aws_route_table" "database" {
  count = local.create ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = { Name = "${var.name}-database" }
}

resource "aws_route_table_association" "database" {
  for_each = local.zones

  subnet_id      = aws_subnet.database[each.key].id
  route_table_id = aws_route_table.database[0].id
}

# ------------------------------------------------------------------------------
# Endpoints
# ------------------------------------------------------------------------------

# Free, and the layers of images are in S3: without it each pull pays the NAT gateway.
resource "aws_vpc_endpoint" "gateway" {
  for_each = local.create ? toset(["dynamodb", "s3"]) : toset([])

  vpc_id            = aws_vpc.this[0].id
  service_name      = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = concat([aws_route_table.public[0].id], [for letter in sort(keys(local.private)) : aws_route_table.tasks[letter].id])
  tags              = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.create && var.outbound == "endpoints" ? var.interface_endpoints : toset([])

  vpc_id              = aws_vpc.this[0].id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for letter in sort(keys(local.private)) : aws_subnet.tasks[letter].id]
  security_group_ids  = var.endpoint_security_group_ids
  tags                = { Name = "${var.name}-${each.key}" }
}

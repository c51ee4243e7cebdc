mock_provider "aws" {}

variables {
  name   = "staging"
  region = "xx-east-1"
  zones  = { a = "xx-east-1a", b = "xx-east-1b" }
}

run "each_zone_has_a_public_and_a_database_subnet_under_its_letter" {
  command = plan

  assert {
    condition     = join(",", keys(aws_subnet.public)) == "a,b" && join(",", keys(aws_subnet.database)) == "a,b"
    error_message = "A subnet's key must be its zone's letter: any other key recreates subnets that are in use."
  }
  assert {
    condition     = aws_subnet.public["a"].cidr_block == "10.0.128.0/24" && aws_subnet.database["b"].cidr_block == "10.0.145.0/24"
    error_message = "A subnet's addresses follow from its zone's letter."
  }
}

run "a_zone_more_moves_no_other" {
  command = plan

  variables {
    zones = { a = "xx-east-1a", b = "xx-east-1b", c = "xx-east-1c" }
  }

  assert {
    condition     = aws_subnet.public["a"].cidr_block == "10.0.128.0/24" && aws_subnet.public["b"].cidr_block == "10.0.129.0/24" && aws_subnet.public["c"].cidr_block == "10.0.130.0/24"
    error_message = "The addresses of a zone's subnets must not depend on which other zones there are."
  }
}

run "a_zone_less_moves_no_other" {
  command = plan

  variables {
    zones = { b = "xx-east-1b", c = "xx-east-1c" }
  }

  assert {
    condition     = aws_subnet.public["b"].cidr_block == "10.0.129.0/24" && aws_subnet.public["c"].cidr_block == "10.0.130.0/24"
    error_message = "The addresses of a zone's subnets must not depend on which other zones there are."
  }
}

run "public_alone_has_no_task_subnets_and_no_nat" {
  command = plan

  assert {
    condition     = length(aws_subnet.tasks) == 0 && length(aws_nat_gateway.this) == 0 && length(aws_vpc_endpoint.interface) == 0
    error_message = "With public addresses there is nothing to pay for but the addresses."
  }
  assert {
    condition     = output.assign_public_ip
    error_message = "Tasks in public subnets need public addresses."
  }
}

run "nat_in_each_zone" {
  command = plan

  variables {
    outbound     = "nat"
    nat_per_zone = true
  }

  assert {
    condition     = join(",", keys(aws_nat_gateway.this)) == "a,b" && join(",", keys(aws_route.nat)) == "a,b"
    error_message = "Each zone has a gateway of its own."
  }
  assert {
    condition     = !output.assign_public_ip && length(aws_subnet.tasks) == 2
    error_message = "Tasks behind NAT have subnets of their own and no public address."
  }
}

run "one_nat_for_all" {
  command = plan

  variables {
    outbound = "nat"
  }

  assert {
    condition     = join(",", keys(aws_nat_gateway.this)) == "a" && join(",", keys(aws_route.nat)) == "a,b"
    error_message = "One gateway serves every zone."
  }
}

run "endpoints_instead_of_nat" {
  command = plan

  variables {
    outbound                    = "endpoints"
    endpoint_security_group_ids = ["sg-00000001"]
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_route.nat) == 0
    error_message = "With endpoints there is no way to the internet."
  }
  assert {
    condition     = join(",", keys(aws_vpc_endpoint.interface)) == "ecr.api,ecr.dkr,logs,secretsmanager,ssm,ssmmessages"
    error_message = "Fargate needs both of ECR, logs, secrets, and sessions (ECS-DG/vpc-endpoints)."
  }
  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled])
    error_message = "Fargate finds endpoints by their private names alone."
  }
}

run "database_subnets_have_no_route_to_the_internet" {
  command = apply

  variables {
    outbound     = "nat"
    nat_per_zone = true
  }

  assert {
    condition     = alltrue([for route in concat([aws_route.internet[0]], values(aws_route.nat)) : route.route_table_id != aws_route_table.database[0].id])
    error_message = "No route may be in the database subnets' table."
  }
  assert {
    condition     = length(aws_route_table.database[0].route) == 0 && length(aws_route_table.database[0].propagating_vgws) == 0
    error_message = "The database subnets' table must hold nothing but the network's own route."
  }
  assert {
    condition     = alltrue([for letter, association in aws_route_table_association.database : association.route_table_id == aws_route_table.database[0].id && association.subnet_id == aws_subnet.database[letter].id])
    error_message = "Every database subnet uses that table: without an association it would use the network's main one."
  }
  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.gateway : !contains(endpoint.route_table_ids, aws_route_table.database[0].id)])
    error_message = "A database has no business with S3."
  }
}

run "a_network_that_is_there_gets_nothing" {
  command = plan

  variables {
    mode     = "given"
    outbound = "nat"
    zones    = {}
    given = {
      vpc_id              = "vpc-00000001"
      cidr                = "172.20.0.0/16"
      public_subnet_ids   = ["subnet-00000001", "subnet-00000002"]
      task_subnet_ids     = ["subnet-00000003", "subnet-00000004"]
      database_subnet_ids = []
    }
  }

  assert {
    condition     = length(aws_vpc.this) + length(aws_subnet.public) + length(aws_nat_gateway.this) + length(aws_vpc_endpoint.gateway) == 0
    error_message = "Nothing is made in a network that somebody else owns."
  }
  assert {
    condition     = output.vpc_id == "vpc-00000001" && join(",", output.task_subnet_ids) == "subnet-00000003,subnet-00000004"
    error_message = "What was given is what is told on."
  }
}

run "tasks_are_in_public_subnets_where_no_others_are_given" {
  command = plan

  variables {
    mode  = "given"
    zones = {}
    given = {
      vpc_id            = "vpc-00000001"
      cidr              = "172.20.0.0/16"
      public_subnet_ids = ["subnet-00000001", "subnet-00000002"]
    }
  }

  assert {
    condition     = join(",", output.task_subnet_ids) == "subnet-00000001,subnet-00000002"
    error_message = "Without task subnets, tasks run in the public ones."
  }
}

run "one_zone_is_refused" {
  command = plan

  variables {
    zones = { a = "xx-east-1a" }
  }

  expect_failures = [aws_vpc.this]
}

run "another_range_than_a_16_is_refused" {
  command = plan

  variables {
    cidr = "10.0.0.0/20"
  }

  expect_failures = [var.cidr]
}

run "a_zone_by_another_key_than_its_letter_is_refused" {
  command = plan

  variables {
    zones = { one = "xx-east-1a", two = "xx-east-1b" }
  }

  expect_failures = [var.zones]
}

run "another_way_out_is_refused" {
  command = plan

  variables {
    outbound = "proxy"
  }

  expect_failures = [var.outbound]
}

run "another_mode_is_refused" {
  command = plan

  variables {
    mode = "default"
  }

  expect_failures = [var.mode]
}

run "given_without_ids_is_refused" {
  command = plan

  variables {
    mode = "given"
  }

  expect_failures = [var.given]
}

run "a_name_that_names_no_environment_is_refused" {
  command = plan

  variables {
    name = "Staging"
  }

  expect_failures = [var.name]
}

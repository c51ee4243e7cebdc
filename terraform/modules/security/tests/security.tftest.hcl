mock_provider "aws" {}

variables {
  name     = "staging"
  vpc_id   = "vpc-00000001"
  vpc_cidr = "10.0.0.0/16"
  outbound = "nat"
  load_balancers = {
    main     = { https = true, test = { port = 9000, from = ["198.51.100.0/24"] } }
    internal = { internal = true }
  }
  database_port = 5432
}

run "the_internet_reaches_load_balancers_alone" {
  command = apply

  assert {
    condition = alltrue([
      for rule in concat(
        values(aws_vpc_security_group_ingress_rule.clients), values(aws_vpc_security_group_ingress_rule.testers),
        values(aws_vpc_security_group_ingress_rule.tasks_from_balancer),
        aws_vpc_security_group_ingress_rule.endpoints_from_tasks, aws_vpc_security_group_ingress_rule.database_from_tasks,
      ) : rule.cidr_ipv4 != "0.0.0.0/0" || rule.security_group_id == aws_security_group.balancer["main"].id
    ])
    error_message = "Only an internet-facing load balancer admits 0.0.0.0/0."
  }
  assert {
    condition     = join(",", keys(aws_vpc_security_group_ingress_rule.clients)) == "internal/http,main/http,main/https"
    error_message = "A load balancer admits its clients on 80, and on 443 where it serves HTTPS."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.clients["internal/http"].cidr_ipv4 == "10.0.0.0/16"
    error_message = "An internal load balancer admits the network alone."
  }
}

run "the_test_listener_is_closed_to_the_internet" {
  command = plan

  assert {
    condition     = join(",", [for rule in aws_vpc_security_group_ingress_rule.testers : "${rule.cidr_ipv4}:${rule.from_port}"]) == "198.51.100.0/24:9000"
    error_message = "Only the ranges that are named reach the test listener."
  }
}

run "tasks_admit_every_tcp_port_from_load_balancers_and_nothing_else" {
  command = apply

  assert {
    condition = alltrue([
      for name, rule in aws_vpc_security_group_ingress_rule.tasks_from_balancer :
      rule.ip_protocol == "tcp" && rule.from_port == 0 && rule.to_port == 65535 && rule.referenced_security_group_id == aws_security_group.balancer[name].id && rule.security_group_id == aws_security_group.tasks.id
    ])
    error_message = "A service that changes its port must not be cut off while it is deployed."
  }
  assert {
    condition     = length(aws_security_group.tasks.ingress) == 0
    error_message = "A group holds no rules of its own: they would fight with the rules beside it."
  }
}

run "the_database_admits_tasks_alone_and_reaches_nothing" {
  command = apply

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database_from_tasks[0].referenced_security_group_id == aws_security_group.tasks.id && aws_vpc_security_group_ingress_rule.database_from_tasks[0].from_port == 5432
    error_message = "The database admits the tasks' group on its port."
  }
  assert {
    condition = alltrue([
      for rule in concat(
        values(aws_vpc_security_group_egress_rule.balancer_to_tasks), values(aws_vpc_security_group_egress_rule.tasks_to_internet),
        aws_vpc_security_group_egress_rule.tasks_to_endpoints, aws_vpc_security_group_egress_rule.tasks_to_database,
      ) : rule.security_group_id != aws_security_group.database[0].id
    ])
    error_message = "The database's group has no rule outwards."
  }
}

run "load_balancers_reach_tasks_alone" {
  command = apply

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_egress_rule.balancer_to_tasks : rule.referenced_security_group_id == aws_security_group.tasks.id && rule.cidr_ipv4 == null])
    error_message = "There is no way round the tasks."
  }
}

run "tasks_reach_the_internet_on_the_ports_that_are_named" {
  command = plan

  variables {
    outbound_ports = [443, 587]
  }

  assert {
    condition     = join(",", keys(aws_vpc_security_group_egress_rule.tasks_to_internet)) == "443,587"
    error_message = "Outwards too, what is not named is closed."
  }
}

run "with_endpoints_tasks_reach_aws_alone" {
  command = plan

  variables {
    outbound                = "endpoints"
    endpoints               = true
    gateway_prefix_list_ids = { s3 = "pl-00000001", dynamodb = "pl-00000002" }
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.tasks_to_internet) == 0
    error_message = "With endpoints there is no rule to the internet."
  }
  assert {
    condition     = length(aws_vpc_security_group_egress_rule.tasks_to_endpoints) == 1 && join(",", keys(aws_vpc_security_group_egress_rule.tasks_to_gateways)) == "dynamodb,s3"
    error_message = "A gateway endpoint is a route: its prefix list must be admitted, or layers of images hang."
  }
}

run "another_load_balancer_moves_no_rule" {
  command = plan

  variables {
    load_balancers = {
      extra    = {}
      main     = { https = true, test = { port = 9000, from = ["198.51.100.0/24"] } }
      internal = { internal = true }
    }
  }

  assert {
    condition     = join(",", keys(aws_vpc_security_group_ingress_rule.clients)) == "extra/http,internal/http,main/http,main/https"
    error_message = "A rule's key is <load balancer>/<listener>."
  }
}

run "without_a_database_there_is_no_group_for_it" {
  command = plan

  variables {
    database_port = null
  }

  assert {
    condition     = length(aws_security_group.database) == 0 && output.database_security_group_id == null
    error_message = "No database, no group."
  }
}

run "a_test_listener_open_to_the_internet_is_refused" {
  command = plan

  variables {
    load_balancers = { main = { test = { port = 9000, from = ["0.0.0.0/0"] } } }
  }

  expect_failures = [var.load_balancers]
}

run "another_way_out_is_refused" {
  command = plan

  variables {
    outbound = "proxy"
  }

  expect_failures = [var.outbound]
}

mock_provider "aws" {}

variables {
  zone_id = "Z00000000000"
  records = {
    domain = { name = "example.com", alias = { dns_name = "staging-main-1.elb.amazonaws.com", zone_id = "Z11111111111" } }
    below  = { name = "*.example.com", alias = { dns_name = "staging-main-1.elb.amazonaws.com", zone_id = "Z11111111111" } }
  }
}

run "names_are_aliases_under_the_keys_that_people_chose" {
  command = apply

  assert {
    condition     = join(",", keys(aws_route53_record.alias)) == "below,domain" && alltrue([for record in aws_route53_record.alias : record.type == "A" && record.alias[0].evaluate_target_health])
    error_message = "An alias costs nothing, and follows the load balancer's addresses."
  }
  assert {
    condition     = length(aws_route53_health_check.this) == 0 && alltrue([for record in aws_route53_record.alias : record.set_identifier == null])
    error_message = "One environment needs no routing."
  }
}

run "two_regions_answer_by_latency" {
  command = apply

  variables {
    records = { domain = merge(var.records.domain, { routing = { policy = "latency", identifier = "staging-eu-west-1", region = "eu-west-1" } }) }
  }

  assert {
    condition     = aws_route53_record.alias["domain"].latency_routing_policy[0].region == "eu-west-1" && aws_route53_record.alias["domain"].set_identifier == "staging-eu-west-1"
    error_message = "Each region has a record of its own for one name."
  }
}

run "a_primary_fails_over_by_its_health_check" {
  command = apply

  variables {
    records = { domain = merge(var.records.domain, { routing = { policy = "failover", identifier = "primary", role = "primary" }, health_check = { path = "/health" } }) }
  }

  assert {
    condition     = aws_route53_record.alias["domain"].failover_routing_policy[0].type == "PRIMARY" && aws_route53_record.alias["domain"].health_check_id == aws_route53_health_check.this["domain"].id
    error_message = "The record falls silent when its check fails."
  }
  assert {
    condition     = aws_route53_health_check.this["domain"].fqdn == "staging-main-1.elb.amazonaws.com" && aws_route53_health_check.this["domain"].type == "HTTPS"
    error_message = "Each environment is asked by its own load balancer's name: the shared one could lead to the other."
  }
}

run "a_primary_without_a_health_check_is_refused" {
  command = plan

  variables {
    records = { domain = merge(var.records.domain, { routing = { policy = "failover", identifier = "primary", role = "primary" } }) }
  }

  expect_failures = [var.records]
}

run "latency_without_a_region_is_refused" {
  command = plan

  variables {
    records = { domain = merge(var.records.domain, { routing = { policy = "latency", identifier = "a" } }) }
  }

  expect_failures = [var.records]
}

run "another_policy_is_refused" {
  command = plan

  variables {
    records = { domain = merge(var.records.domain, { routing = { policy = "weighted", identifier = "a" } }) }
  }

  expect_failures = [var.records]
}

run "a_failover_without_a_role_is_refused" {
  command = plan

  variables {
    records = { domain = merge(var.records.domain, { routing = { policy = "failover", identifier = "a" } }) }
  }

  expect_failures = [var.records]
}

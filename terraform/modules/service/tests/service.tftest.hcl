mock_provider "aws" {}

variables {
  environment = { name = "staging", account = "123456789012", region = "eu-west-1" }
  test_token  = "test-staging"
  platform = {
    vpcId               = "vpc-00000000"
    taskSubnetIds       = ["subnet-00000000", "subnet-00000001"]
    assignPublicIp      = false
    taskSecurityGroupId = "sg-00000000"
    clusterName         = "staging"
    clusterArn          = "arn:aws:ecs:eu-west-1:123456789012:cluster/staging"
  }
  load_balancer = {
    arnSuffix              = "app/staging-main/0123456789abcdef"
    productionListenerArns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/staging-main/0123456789abcdef/0123456789abcdef"]
  }
  service = {
    name          = "api"
    kind          = "web"
    terraformHash = "31328df99a429e3fea247b7fc65a799ebef8d89c6568441642c909418c227820"
    image         = { kind = "digest", reference = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api@sha256:0123" }
    protocol      = "HTTP1"
    routes        = [{ key = "10", host = null, path = "/*", priority = 10 }]
    targetHealthCheck = {
      path = "/health", matcher = "200", intervalSeconds = 10, timeoutSeconds = 5, healthyThreshold = 2, unhealthyThreshold = 2
    }
    stickiness                 = null
    gracePeriodSeconds         = 30
    deregistrationDelaySeconds = 30
    logs                       = { retentionDays = 14 }
    secrets                    = {}
    scaling                    = { min = 2, max = 2, cpuPercent = null, memoryPercent = null, requestsPerTarget = null, schedules = [] }
  }
}

run "a_service_has_two_colours_under_stable_keys" {
  command = plan

  assert {
    condition     = join(",", keys(aws_lb_target_group.this)) == "blue,green" && join(",", keys(aws_ecs_service.this)) == "blue,green"
    error_message = "The key of a colour's things is the colour: any other key recreates what is live."
  }
  assert {
    condition     = aws_ecs_service.this["blue"].name == "api-blue" && aws_lb_target_group.this["green"].name == "staging-api-green"
    error_message = "Names are those that deployments and people look for."
  }
  assert {
    condition     = aws_lb_target_group.this["blue"].tags == tomap({ "teal:environment" = "staging", "teal:service" = "api", "teal:color" = "blue" })
    error_message = "A target group is found by its tags: names are never parsed."
  }
}

run "target_groups_have_a_constant_port" {
  command = plan

  assert {
    condition     = alltrue([for group in aws_lb_target_group.this : group.port == 80 && group.target_type == "ip"])
    error_message = "A group whose port changes is replaced, and can't be while an action names it."
  }
}

run "a_colour_begins_without_tasks_and_ecs_rolls_nothing_back" {
  command = plan

  assert {
    condition     = alltrue([for service in aws_ecs_service.this : service.desired_count == 0])
    error_message = "The bootstrap task definition is never run."
  }
  assert {
    condition     = alltrue([for service in aws_ecs_service.this : service.deployment_circuit_breaker[0].enable && !service.deployment_circuit_breaker[0].rollback])
    error_message = "ECS reports a failure, and the engine decides."
  }
}

run "the_test_rule_comes_before_the_production_rule" {
  command = plan

  assert {
    condition     = aws_lb_listener_rule.production["10"].priority == 20 && aws_lb_listener_rule.test["10"].priority == 19
    error_message = "Priority p becomes 2p for clients and 2p-1 for the test header."
  }
}

run "a_new_service_begins_with_all_weight_on_blue" {
  command = plan

  assert {
    condition     = sum([for group in aws_lb_listener_rule.production["10"].action[0].forward[0].target_group : group.weight]) == 100
    error_message = "The weights of a first action are 100 and 0."
  }
}

run "a_route_keeps_its_key_when_host_path_and_priority_change" {
  command = plan

  variables {
    service = merge(var.service, { routes = [{ key = "7", host = "b.example.com", path = "/b", priority = 3 }, { key = "10", host = "a.example.com", path = "/a", priority = 12 }] })
  }

  assert {
    condition     = join(",", keys(aws_lb_listener_rule.production)) == "10,7" && aws_lb_listener_rule.production["10"].priority == 24
    error_message = "A rule is known by the key that teal sync gave its route."
  }
}

run "nothing_scales_where_the_number_is_fixed" {
  command = plan

  assert {
    condition     = length(aws_appautoscaling_target.this) == 0 && length(aws_cloudwatch_metric_alarm.errors) == 0
    error_message = "A fixed number needs no scalable target, and without a topic nobody hears an alarm."
  }
}

run "scaling_hangs_on_the_colours_and_begins_with_what_runs" {
  command = plan

  variables {
    platform = merge(var.platform, { alarmTopicArn = "arn:aws:sns:eu-west-1:123456789012:staging" })
    standing = { weights = { blue = 0, green = 100 }, desired = { blue = 0, green = 5 } }
    service = merge(var.service, {
      scaling = {
        min       = 2, max = 4, cpuPercent = 60
        schedules = [{ cron = "0 7 * * 1-5", expression = "cron(0 7 ? * 2-6 *)", timezone = "Europe/Berlin", min = 4 }]
      }
    })
  }

  assert {
    condition     = join(",", keys(aws_appautoscaling_policy.this)) == "blue/cpu,green/cpu" && join(",", keys(aws_appautoscaling_scheduled_action.this)) == "blue/0 7 * * 1-5 Europe/Berlin,green/0 7 * * 1-5 Europe/Berlin"
    error_message = "Policies and schedules are known by colour and by what they are."
  }
  assert {
    condition     = aws_appautoscaling_target.this["green"].min_capacity == 2 && aws_appautoscaling_target.this["green"].max_capacity == 5
    error_message = "To register a target is to clamp: five tasks that run stay."
  }
  assert {
    condition     = aws_appautoscaling_target.this["blue"].min_capacity == 0
    error_message = "An idle colour with a minimum would start tasks."
  }
  assert {
    condition     = aws_appautoscaling_scheduled_action.this["blue/0 7 * * 1-5 Europe/Berlin"].name == "api-blue 0 7 * * 1-5 Europe-Berlin"
    error_message = "The name of a scheduled action may have no slash."
  }
  assert {
    condition     = join(",", keys(aws_cloudwatch_metric_alarm.errors)) == "blue,green"
    error_message = "Each colour has its alarm where there is a topic."
  }
}

run "a_name_of_more_than_forty_characters_is_refused" {
  command = plan

  variables {
    environment = { name = "a-long-environment-1", account = "123456789012", region = "eu-west-1" }
    service     = merge(var.service, { name = "a-service-with-a-name-of-forty-characters" })
  }

  expect_failures = [var.service]
}

run "long_names_are_cut_and_told_apart_by_a_hash" {
  command = plan

  variables {
    environment = { name = "a-long-environment-1", account = "123456789012", region = "eu-west-1" }
    service     = merge(var.service, { name = "a-service-with-a-name-of-40-characters" })
  }

  assert {
    condition     = aws_lb_target_group.this["green"].name == "a-long-environment-e1405b-green" && length(module.roles.names.execution) == 64
    error_message = "Names are cut to what AWS allows, as src/config/names.ts cuts them."
  }
}

run "a_test_listener_gets_rules_without_the_header" {
  command = plan

  variables {
    load_balancer = {
      arnSuffix              = "app/staging-main/0123456789abcdef"
      productionListenerArns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/staging-main/0123456789abcdef/0123456789abcdef"]
      testListenerArn        = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/staging-main/0123456789abcdef/fedcba9876543210"
    }
  }

  assert {
    condition     = join(",", keys(aws_lb_listener_rule.test)) == "10,10/test-listener" && length(aws_lb_listener_rule.test["10"].condition) == 2 && length(aws_lb_listener_rule.test["10/test-listener"].condition) == 1
    error_message = "On the test listener the port tells, elsewhere the header."
  }
}

run "a_colour_that_is_none_is_refused" {
  command = plan

  variables {
    live = "red"
  }

  expect_failures = [var.live]
}

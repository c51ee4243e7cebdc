mock_provider "aws" {}

variables {
  environment = { name = "staging", account = "123456789012", region = "eu-west-1" }
  name        = "api"
  cluster     = { name = "staging", arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/staging" }
  network     = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  listeners = {
    production = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/staging-main/1/2"
    test       = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/staging-main/1/3"
  }
  routes       = { "10" = { host = "api.example.com", path = "/*", priority = 10 } }
  port         = 8080
  health_check = { path = "/health" }
  roles = {
    execution = "arn:aws:iam::123456789012:role/teal/staging/staging-api-execution"
    task      = "arn:aws:iam::123456789012:role/teal/staging/staging-api-task"
  }
}

run "a_deployment_moves_traffic_between_two_groups_under_stable_keys" {
  command = plan
  assert {
    condition     = join(",", keys(aws_lb_target_group.this)) == "blue,green"
    error_message = "A target group's key must be its colour: any other key recreates live groups."
  }
  assert {
    condition     = one(aws_ecs_service.this.deployment_controller).type == "CODE_DEPLOY"
    error_message = "CodeDeploy deploys by a service whose controller it is."
  }
  assert {
    condition = (
      one(aws_codedeploy_deployment_group.this.deployment_style).deployment_type == "BLUE_GREEN" &&
      one(aws_codedeploy_deployment_group.this.deployment_style).deployment_option == "WITH_TRAFFIC_CONTROL"
    )
    error_message = "On ECS CodeDeploy knows blue/green with traffic control alone."
  }
}

run "a_deployment_is_taken_back_when_it_fails_when_it_is_stopped_and_by_an_alarm" {
  command = plan
  variables {
    alarms = ["staging-api-5xx"]
  }
  assert {
    condition     = toset(one(aws_codedeploy_deployment_group.this.auto_rollback_configuration).events) == toset(["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"])
    error_message = "Each of the three ends has to take the deployment back."
  }
  assert {
    condition     = one(aws_codedeploy_deployment_group.this.alarm_configuration).alarms == toset(["staging-api-5xx"])
    error_message = "The deployment group watches the alarms."
  }
}

run "a_canary_is_a_share_and_then_the_rest" {
  command = plan
  variables {
    shift = { kind = "canary", percent = 10, minutes = 5 }
  }
  assert {
    condition     = one(aws_codedeploy_deployment_config.this.traffic_routing_config).type == "TimeBasedCanary"
    error_message = "CodeDeploy calls it TimeBasedCanary."
  }
  assert {
    condition     = one(one(aws_codedeploy_deployment_config.this.traffic_routing_config).time_based_canary).percentage == 10
    error_message = "The share is the one that was asked for."
  }
}

run "codedeploy_may_move_the_given_listeners_alone" {
  command = plan
  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : length([for resource in statement.Resource : resource if length(regexall("staging-main/1/(2|3)", resource)) == 0])
      if statement.Sid == "MoveTraffic"
    ]) == 0
    error_message = "ModifyListener must name the listeners."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement :
      alltrue([for action in statement.Action : length(regexall(":Describe", action)) > 0])
      if contains(statement.Resource, "*")
    ])
    error_message = "Only what looks may have * for its resource."
  }
}

run "each_route_has_a_rule_on_both_listeners_which_codedeploy_moves" {
  command = plan
  assert {
    condition     = join(",", keys(aws_lb_listener_rule.this)) == "10,10/test-listener" && aws_lb_listener_rule.this["10"].priority == 20
    error_message = "A rule is known by its route, and stands where the other controller's would."
  }
}

run "a_service_that_nobody_reaches_is_refused" {
  command = plan
  variables {
    routes = {}
  }
  expect_failures = [var.routes]
}

run "without_a_test_listener_there_is_no_test_traffic" {
  command = plan
  variables {
    listeners = { production = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/staging-main/1/2" }
  }
  assert {
    condition     = length(one(one(aws_codedeploy_deployment_group.this.load_balancer_info).target_group_pair_info).test_traffic_route) == 0
    error_message = "A route without a listener is refused by CodeDeploy."
  }
}

run "a_name_that_is_too_long_is_cut_and_told_apart" {
  command = plan
  variables {
    name = "a-service-with-a-rather-long-name"
  }
  assert {
    condition     = alltrue([for group in values(aws_lb_target_group.this) : length(group.name) <= 32]) && length(distinct([for group in values(aws_lb_target_group.this) : group.name])) == 2
    error_message = "A target group's name has 32 characters at most."
  }
}

run "a_strategy_that_codedeploy_does_not_know_is_refused" {
  command = plan
  variables {
    shift = { kind = "steps" }
  }
  expect_failures = [var.shift]
}

run "a_canary_without_its_share_is_refused" {
  command = plan
  variables {
    shift = { kind = "canary" }
  }
  expect_failures = [var.shift]
}

run "an_account_has_twelve_digits" {
  command = plan
  variables {
    environment = { name = "staging", account = "1", region = "eu-west-1" }
  }
  expect_failures = [var.environment]
}

run "a_service_is_named_as_its_file_may_be" {
  command = plan
  variables {
    name = "API"
  }
  expect_failures = [var.name]
}

run "tasks_need_a_subnet" {
  command = plan
  variables {
    network = { vpc_id = "vpc-1", subnet_ids = [], security_group_ids = [] }
  }
  expect_failures = [var.network]
}

run "a_port_is_one" {
  command = plan
  variables {
    port = 0
  }
  expect_failures = [var.port]
}

run "a_check_times_out_before_the_next" {
  command = plan
  variables {
    health_check = { path = "/", interval = 5, timeout = 5 }
  }
  expect_failures = [var.health_check]
}

run "a_delay_is_one_that_a_load_balancer_takes" {
  command = plan
  variables {
    deregistration_delay_seconds = 4000
  }
  expect_failures = [var.deregistration_delay_seconds]
}

run "the_former_tasks_are_kept_two_days_at_most" {
  command = plan
  variables {
    termination_wait_minutes = 3000
  }
  expect_failures = [var.termination_wait_minutes]
}

run "ten_alarms_are_watched_at_most" {
  command = plan
  variables {
    alarms = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]
  }
  expect_failures = [var.alarms]
}

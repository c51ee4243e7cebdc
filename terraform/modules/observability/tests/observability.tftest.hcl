mock_provider "aws" {
  mock_resource "aws_sns_topic" {
    defaults = {
      arn = "arn:aws:sns:eu-west-1:123456789012:teal-staging-alarms"
    }
  }
}

variables {
  name           = "staging"
  region         = "xx-east-1"
  load_balancers = { main = "app/staging-main/0123456789abcdef" }
  cluster        = "staging"
  topic          = { email = ["team@example.com"], webhook = ["https://chat.example.com/hooks/teal"] }
}

run "those_who_are_named_are_told" {
  command = apply

  assert {
    condition     = aws_sns_topic.this[0].name == "teal-staging-alarms"
    error_message = "The topic is the environment's."
  }
  assert {
    condition     = aws_sns_topic_subscription.email["team@example.com"].protocol == "email" && aws_sns_topic_subscription.webhook["https://chat.example.com/hooks/teal"].protocol == "https"
    error_message = "A subscription's key is its address."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.load_balancer : one(alarm.alarm_actions) == aws_sns_topic.this[0].arn])
    error_message = "Alarms tell the topic."
  }
}

run "the_environment_has_a_dashboard_of_its_load_balancers_and_tasks" {
  command = plan

  assert {
    condition     = aws_cloudwatch_dashboard.environment[0].dashboard_name == "teal-staging" && length(jsondecode(aws_cloudwatch_dashboard.environment[0].dashboard_body).widgets) == 4
    error_message = "Three widgets for each load balancer, one for the tasks."
  }
  assert {
    condition     = alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.environment[0].dashboard_body).widgets : widget.properties.region == "xx-east-1"])
    error_message = "A dashboard is global: each widget says its region."
  }
}

run "without_load_balancers_and_topic_there_is_nothing" {
  command = plan

  variables {
    load_balancers = {}
    topic          = null
  }

  assert {
    condition     = length(aws_cloudwatch_dashboard.environment) + length(aws_sns_topic.this) + length(aws_cloudwatch_metric_alarm.load_balancer) == 0
    error_message = "What nobody asked for is not made."
  }
}

run "a_service_has_traffic_errors_latency_and_saturation_of_both_colours" {
  command = plan

  variables {
    topic           = null
    alarm_topic_arn = "arn:aws:sns:xx-east-1:123456789012:teal-staging-alarms"
    services = {
      api = {
        load_balancer = "app/staging-main/0123456789abcdef"
        cluster       = "staging"
        target_groups = { blue = "targetgroup/staging-api-blue/0123456789abcdef", green = "targetgroup/staging-api-green/0123456789abcdef" }
        ecs_services  = { blue = "api-blue", green = "api-green" }
        alarms        = {}
      }
    }
  }

  assert {
    condition     = join(",", [for widget in jsondecode(aws_cloudwatch_dashboard.service["api"].dashboard_body).widgets : split(":", widget.properties.title)[0]]) == "Traffic,Errors,Latency,Saturation"
    error_message = "The four signals of a service."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.service["api"].dashboard_body).widgets[0].properties.metrics) == 2 && length(jsondecode(aws_cloudwatch_dashboard.service["api"].dashboard_body).widgets[2].properties.metrics) == 4
    error_message = "Each colour has its line."
  }
  assert {
    condition     = join(",", output.alarm_names["api"]) == "teal-staging-api-errors,teal-staging-api-latency"
    error_message = "These names stand in the JSON of services."
  }
  assert {
    condition     = tolist(aws_cloudwatch_metric_alarm.errors["api"].alarm_actions)[0] == var.alarm_topic_arn
    error_message = "Services' alarms tell the environment's topic."
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.errors["api"].metric_query) == 5 && length(aws_cloudwatch_metric_alarm.latency["api"].metric_query) == 3
    error_message = "Both colours count: an alarm must not fall silent when the traffic moves."
  }
}

run "a_service_without_an_ecs_service_is_refused" {
  command = plan

  variables {
    services = {
      api = {
        load_balancer = "app/staging-main/0123456789abcdef"
        cluster       = "staging"
        target_groups = { blue = "targetgroup/a/0123456789abcdef", green = "targetgroup/b/0123456789abcdef" }
        ecs_services  = {}
      }
    }
  }

  expect_failures = [var.services]
}

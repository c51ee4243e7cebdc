mock_provider "aws" {}

variables {
  name = "staging"
}

run "the_cluster_is_the_environments" {
  command = plan

  assert {
    condition     = aws_ecs_cluster.this.name == "staging"
    error_message = "A cluster is one environment's, and has its name."
  }
  assert {
    condition     = join(",", sort(tolist(aws_ecs_cluster_capacity_providers.this.capacity_providers))) == "FARGATE,FARGATE_SPOT"
    error_message = "Services choose among both."
  }
  assert {
    condition     = length(aws_ecs_cluster_capacity_providers.this.default_capacity_provider_strategy) == 0
    error_message = "A default strategy would decide for services that say nothing."
  }
}

run "sessions_are_logged" {
  command = plan

  assert {
    condition     = aws_ecs_cluster.this.configuration[0].execute_command_configuration[0].logging == "OVERRIDE" && aws_ecs_cluster.this.configuration[0].execute_command_configuration[0].log_configuration[0].cloud_watch_log_group_name == "/teal/staging/sessions"
    error_message = "What people do in a container is written down."
  }
}

run "with_a_key_sessions_and_their_log_are_encrypted" {
  command = plan

  variables {
    encrypted          = true
    kms_key_arn        = "arn:aws:kms:xx-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    container_insights = true
  }

  assert {
    condition     = aws_ecs_cluster.this.configuration[0].execute_command_configuration[0].kms_key_id == var.kms_key_arn && aws_ecs_cluster.this.configuration[0].execute_command_configuration[0].log_configuration[0].cloud_watch_encryption_enabled
    error_message = "The session itself is encrypted with the key."
  }
  assert {
    condition     = aws_cloudwatch_log_group.sessions.kms_key_id == var.kms_key_arn
    error_message = "The log is encrypted with the key."
  }
  assert {
    condition     = one(aws_ecs_cluster.this.setting).value == "enabled"
    error_message = "Container Insights are on where they are asked for."
  }
}

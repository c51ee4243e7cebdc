mock_provider "aws" {}

variables {
  store = "ssm"
  secrets = {
    database = { name = "/items/database-url" }
    api      = { name = "/items/api-key", description = "Of the payment provider" }
  }
}

run "parameters_are_encrypted_and_have_no_value" {
  command = apply

  assert {
    condition     = join(",", keys(aws_ssm_parameter.this)) == "api,database" && length(aws_secretsmanager_secret.this) == 0
    error_message = "A secret's key is what people called it."
  }
  assert {
    condition     = alltrue([for parameter in aws_ssm_parameter.this : parameter.type == "SecureString"])
    error_message = "A secret is never a plain parameter."
  }
  assert {
    condition     = alltrue([for parameter in aws_ssm_parameter.this : parameter.value_wo == null])
    error_message = "No value may be in the state."
  }
  assert {
    condition     = output.references["database"] == "ssm:/items/database-url"
    error_message = "What a service's JSON says to have it."
  }
}

run "secrets_manager_keeps_them_without_a_version" {
  command = apply

  variables {
    store   = "secretsmanager"
    secrets = { api = { name = "items/api-key" } }
  }

  assert {
    condition     = length(aws_ssm_parameter.this) == 0 && aws_secretsmanager_secret.this["api"].recovery_window_in_days == 30
    error_message = "A secret that was deleted can be brought back."
  }
  assert {
    condition     = output.references["api"] == "secretsmanager:items/api-key"
    error_message = "What a service's JSON says to have it."
  }
}

run "two_of_one_name_are_refused" {
  command = plan

  variables {
    secrets = { a = { name = "/x" }, b = { name = "/x" } }
  }

  expect_failures = [var.secrets]
}

run "another_store_is_refused" {
  command = plan

  variables {
    store = "file"
  }

  expect_failures = [var.store]
}

run "a_window_that_aws_does_not_have_is_refused" {
  command = plan

  variables {
    recovery_days = 3
  }

  expect_failures = [var.recovery_days]
}

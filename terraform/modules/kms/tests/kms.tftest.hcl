mock_provider "aws" {}

variables {
  name    = "staging"
  account = "123456789012"
  region  = "xx-east-1"
}

run "the_key_rotates_and_has_the_environments_name" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30
    error_message = "A key rotates by itself, and can be brought back for a month."
  }
  assert {
    condition     = aws_kms_alias.this.name == "alias/teal-staging"
    error_message = "People find the key by the environment."
  }
}

run "every_service_that_is_let_in_is_let_in_for_this_account_alone" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_kms_key.this.policy).Statement : try(statement.Condition, null) != null
      if can(statement.Principal.Service)
    ])
    error_message = "A service's statement needs a condition: otherwise it acts for any account (confused deputy)."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_kms_key.this.policy).Statement : !contains(flatten([statement.Action]), "kms:*")
      if can(statement.Principal.Service)
    ])
    error_message = "Only the account itself may do everything with its key."
  }
  assert {
    condition     = one([for statement in jsondecode(aws_kms_key.this.policy).Statement : statement if statement.Sid == "LogGroupsOfThisAccount"]).Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"] == "arn:aws:logs:xx-east-1:123456789012:log-group:/teal/*"
    error_message = "CloudWatch Logs uses the key for teal's own log groups."
  }
}

run "a_table_can_be_used_by_whom_dynamodb_lets_in_of_this_account_alone" {
  command = plan

  assert {
    condition = one([for statement in jsondecode(aws_kms_key.this.policy).Statement : statement if statement.Sid == "WhoMayUseATableOfThisAccount"]).Condition.StringEquals == {
      "kms:CallerAccount" = "123456789012"
      "kms:ViaService"    = "dynamodb.xx-east-1.amazonaws.com"
    }
    error_message = "Tasks and who deploys read encrypted tables through DynamoDB, and nobody else's."
  }
}

run "an_account_that_is_none_is_refused" {
  command = plan

  variables {
    account = "12345"
  }

  expect_failures = [var.account]
}

run "a_window_that_aws_does_not_have_is_refused" {
  command = plan

  variables {
    deletion_window_days = 3
  }

  expect_failures = [var.deletion_window_days]
}

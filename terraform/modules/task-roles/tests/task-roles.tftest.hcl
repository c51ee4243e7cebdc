mock_provider "aws" {}

variables {
  environment   = { name = "staging", account = "123456789012", region = "eu-west-1" }
  name          = "api"
  log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/teal/staging/api"
  image         = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api@sha256:0123"
}

run "the_execution_role_may_pull_this_image_and_write_this_log_alone" {
  command = plan

  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.this["execution"].policy).Statement : "${statement.Sid} ${join(" ", statement.Resource)}"] == [
      "WriteLogs arn:aws:logs:eu-west-1:123456789012:log-group:/teal/staging/api:log-stream:*",
      "LogInToECR *",
      "PullTheImage arn:aws:ecr:eu-west-1:123456789012:repository/shop/api",
    ]
    error_message = "The execution role has more, or less, than it needs."
  }
  assert {
    condition     = join(",", keys(aws_iam_role_policy.this)) == "execution"
    error_message = "A service without tables and secrets of its own needs no policy."
  }
}

run "who_reads_a_secret_depends_on_who_fetches_it" {
  command = plan

  variables {
    image       = null
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/k"
    tables      = { posts = { name = "staging-api-posts", arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/staging-api-posts" } }
    secrets = {
      TOKEN = { store = "ssm", name = "/shop/token", fetch = false }
      KEY   = { store = "secretsmanager", name = "shop/key", fetch = true }
    }
  }

  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.this["execution"].policy).Statement : "${statement.Sid} ${join(" ", statement.Resource)}"] == [
      "WriteLogs arn:aws:logs:eu-west-1:123456789012:log-group:/teal/staging/api:log-stream:*",
      "ReadParameters arn:aws:ssm:eu-west-1:123456789012:parameter/shop/token",
      "DecryptThem arn:aws:kms:eu-west-1:123456789012:key/k",
    ]
    error_message = "ECS reads what it puts into the container, and nothing else."
  }
  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.this["task"].policy).Statement : "${statement.Sid} ${join(" ", statement.Resource)}"] == [
      "ReadSecrets arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/key-??????",
      "DecryptThem arn:aws:kms:eu-west-1:123456789012:key/k",
      "UseTables arn:aws:dynamodb:eu-west-1:123456789012:table/staging-api-posts arn:aws:dynamodb:eu-west-1:123456789012:table/staging-api-posts/index/*",
    ]
    error_message = "The application reads what it fetches itself, and its tables."
  }
}

run "only_ecs_in_this_account_takes_the_roles" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.this["task"].assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "Without the account anybody's ECS could be made to use them."
  }
}

run "a_long_name_is_cut_and_told_apart" {
  command = plan

  variables {
    environment = { name = "a-long-environment-1", account = "123456789012", region = "eu-west-1" }
    name        = "a-service-with-a-name-of-40-characters"
  }

  assert {
    condition     = length(aws_iam_role.this["execution"].name) == 64 && endswith(aws_iam_role.this["execution"].name, "-e1405b-execution")
    error_message = "A role's name has 64 characters at most."
  }
}

run "an_account_has_twelve_digits" {
  command = plan

  variables {
    environment = { name = "staging", account = "1", region = "eu-west-1" }
  }

  expect_failures = [var.environment]
}

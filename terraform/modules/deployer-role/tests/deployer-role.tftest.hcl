mock_provider "aws" {
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

variables {
  environment   = { name = "staging", account = "123456789012", region = "eu-west-1" }
  cluster       = "staging"
  journal_table = "teal-journal-staging"
  github        = { subjects = ["repo:acme/shop:environment:staging"] }
  services = {
    api = {
      rule_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/staging-main/1/2/3"]
      role_arns = ["arn:aws:iam::123456789012:role/teal/staging/staging-api-execution"]
      log_group = "/teal/staging/api"
    }
  }
}

run "weights_are_moved_on_the_named_rules_alone" {
  command = plan
  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Resource
      if contains(flatten([statement.Action]), "elasticloadbalancing:ModifyRule")
    ]) == ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/staging-main/1/2/3"]
    error_message = "ModifyRule must name the rules."
  }
}

run "nothing_that_writes_has_every_resource" {
  command = plan
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement :
      alltrue([for action in statement.Action : length(regexall(":(Describe|Get|List)", action)) > 0])
      if contains(statement.Resource, "*") && statement.Effect == "Allow"
    ])
    error_message = "Only what looks may have * for its resource."
  }
}

run "no_statement_is_there_for_what_no_service_has" {
  command = plan
  assert {
    condition = length([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Sid
      if contains(["SeeVersionsOfParameters", "SeeVersionsOfSecrets", "FindAndKeepImages", "SetLimitsOfScaling"], statement.Sid)
    ]) == 0
    error_message = "A right that nobody needs is one too many."
  }
}

run "a_job_of_github_takes_the_role_by_its_whole_subject" {
  command = apply
  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringLike["token.actions.githubusercontent.com:sub"] == ["repo:acme/shop:environment:staging"]
    error_message = "Without its subject any repository of GitHub could take the role."
  }
}

run "a_job_of_gitlab_takes_the_role_through_a_provider_that_is_there" {
  command = plan
  variables {
    github        = null
    gitlab        = { audience = "https://gitlab.com", subjects = ["project_path:acme/shop:ref_type:branch:ref:main"] }
    provider_arns = { gitlab = "arn:aws:iam::123456789012:oidc-provider/gitlab.com" }
  }
  assert {
    condition     = length(aws_iam_openid_connect_provider.this) == 0
    error_message = "An account has each provider only once."
  }
  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["gitlab.com:aud"] == "https://gitlab.com"
    error_message = "A token for somebody else must not do."
  }
}

run "a_subject_for_every_repository_is_refused" {
  command = plan
  variables {
    github = { subjects = ["repo:acme/*:environment:staging"] }
  }
  expect_failures = [var.github]
}

run "a_subject_for_every_project_is_refused" {
  command = plan
  variables {
    gitlab = { audience = "https://gitlab.com", subjects = ["project_path:*:ref_type:branch:ref:main"] }
  }
  expect_failures = [var.gitlab]
}

run "a_role_that_nobody_may_take_is_refused" {
  command = plan
  variables {
    github = null
  }
  expect_failures = [aws_iam_role.this]
}

run "an_account_has_twelve_digits" {
  command = plan
  variables {
    environment = { name = "staging", account = "1", region = "eu-west-1" }
  }
  expect_failures = [var.environment]
}

run "a_deployer_of_nothing_is_refused" {
  command = plan
  variables {
    services = {}
  }
  expect_failures = [var.services]
}

run "what_scales_is_a_service" {
  command = plan
  variables {
    scaled = ["web"]
  }
  expect_failures = [var.scaled]
}

run "a_session_lasts_as_iam_lets_it" {
  command = plan
  variables {
    session_seconds = 60
  }
  expect_failures = [var.session_seconds]
}

run "providers_are_github_and_gitlab" {
  command = plan
  variables {
    provider_arns = { bitbucket = "arn:aws:iam::123456789012:oidc-provider/x" }
  }
  expect_failures = [var.provider_arns]
}

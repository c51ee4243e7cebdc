mock_provider "aws" {}

override_data {
  target = data.aws_ssm_parameter.environment
  values = { insecure_value = "{\"testToken\":\"test-staging\"}" }
}

override_data {
  target = data.aws_ssm_parameter.platform
  values = {
    insecure_value = "{\"vpcId\":\"vpc-00000000\",\"taskSubnetIds\":[\"subnet-00000000\"],\"assignPublicIp\":true,\"taskSecurityGroupId\":\"sg-00000000\",\"clusterName\":\"staging\",\"clusterArn\":\"arn:aws:ecs:eu-west-1:123456789012:cluster/staging\",\"loadBalancers\":{\"main\":{\"arnSuffix\":\"app/staging-main/0123456789abcdef\",\"dnsName\":\"main.example.net\",\"scheme\":\"http\",\"productionListenerArns\":[\"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/staging-main/0123456789abcdef/0123456789abcdef\"]}}}"
  }
}

override_data {
  target = data.aws_ssm_parameters_by_path.published
  values = { names = [], values = [] }
}

variables {
  synced = "./tests/synced"
}

run "every_file_is_a_service_and_a_tombstone_is_none" {
  command = plan

  assert {
    condition     = join(",", keys(module.service)) == "api,shop"
    error_message = "A service is a file in the synced folder: api and shop stand, old is retired."
  }
}

run "a_table_of_a_service_is_known_by_both_their_names" {
  command = plan

  assert {
    condition     = join(",", keys(module.table)) == "shop/carts"
    error_message = "A table's key is <service>/<table>."
  }
}

run "each_service_has_a_dashboard_and_alarms_that_no_switch_renames" {
  command = plan

  assert {
    condition     = module.observability.alarm_names == { api = ["teal-staging-api-errors", "teal-staging-api-latency"], blog = ["teal-staging-blog-errors", "teal-staging-blog-latency"], shop = ["teal-staging-shop-errors", "teal-staging-shop-latency"] }
    error_message = "What a deployment watches is named after the service, not after a colour."
  }
}

run "of_a_services_secrets_only_its_own_are_made" {
  command = plan

  assert {
    condition     = module.secrets["api"].references == { SESSION_KEY = "ssm:/teal/staging/api/SESSION_KEY" }
    error_message = "What a service names in a store is somebody else's, and is there or not."
  }
}

run "the_controller_decides_what_a_service_is_made_of" {
  command = plan

  assert {
    condition     = join(",", keys(module.service_codedeploy)) == "blog" && output.codedeploy["blog"].deployment_group == "blog"
    error_message = "CodeDeploy's services are made by the module of its own."
  }
  assert {
    condition     = local.shifts["blog"].kind == "canary"
    error_message = "A share and then the rest is what CodeDeploy calls a canary."
  }
}

run "only_what_is_named_is_in_a_state_of_its_own" {
  command = plan

  variables {
    only = ["shop"]
  }

  assert {
    condition     = join(",", keys(module.service)) == "shop"
    error_message = "A state of one service holds that one alone."
  }
}

run "a_service_that_is_not_there_is_refused" {
  command = plan

  variables {
    only = ["shpo"]
  }

  expect_failures = [var.only]
}

run "a_folder_that_teal_did_not_write_is_refused" {
  command = plan

  variables {
    synced = "./nowhere"
  }

  expect_failures = [var.synced]
}

run "what_is_made_beside_a_standing_service_begins_with_what_runs" {
  command = plan

  override_data {
    target = data.aws_ssm_parameters_by_path.published
    values = {
      names  = ["/teal/staging/api", "/teal/staging/platform"]
      values = ["{\"places\":[{\"rule\":\"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/staging-main/0123456789abcdef/0123456789abcdef/0123456789abcdef\"}],\"colors\":{\"blue\":{\"service\":\"api-blue\",\"targetGroup\":\"arn:blue\"},\"green\":{\"service\":\"api-green\",\"targetGroup\":\"arn:green\"}}}", "{}"]
    }
  }

  override_data {
    target = data.aws_ecs_service.standing
    values = { desired_count = 3 }
  }

  assert {
    condition     = local.standing["api"].desired.blue == 3 && local.standing["api"].weights.blue == 100 && !contains(keys(local.standing), "platform")
    error_message = "Desired counts are read of each service that is published, and of nothing else."
  }
}

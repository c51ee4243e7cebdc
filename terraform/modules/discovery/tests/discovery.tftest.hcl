mock_provider "aws" {}

variables {
  environment = "staging"
  account     = "123456789012"
  region      = "xx-east-1"
  platform = {
    vpcId               = "vpc-00000001"
    taskSubnetIds       = ["subnet-00000001", "subnet-00000002"]
    assignPublicIp      = false
    taskSecurityGroupId = "sg-00000001"
    clusterName         = "staging"
    clusterArn          = "arn:aws:ecs:xx-east-1:123456789012:cluster/staging"
    journalTable        = "teal-journal-staging"
    loadBalancers = {
      main = {
        arn                    = "arn:aws:elasticloadbalancing:xx-east-1:123456789012:loadbalancer/app/staging-main/0123456789abcdef"
        arnSuffix              = "app/staging-main/0123456789abcdef"
        dnsName                = "staging-main-1.xx-east-1.elb.amazonaws.com"
        zoneId                 = "Z00000000000"
        productionListenerArns = ["arn:aws:elasticloadbalancing:xx-east-1:123456789012:listener/app/staging-main/0123456789abcdef/0123456789abcdef"]
        scheme                 = "http"
      }
    }
  }
}

run "both_documents_are_plain_and_versioned" {
  command = apply

  assert {
    condition     = aws_ssm_parameter.environment.name == "/teal/staging" && aws_ssm_parameter.platform.name == "/teal/staging/platform"
    error_message = "teal looks for the documents there."
  }
  assert {
    condition     = jsondecode(aws_ssm_parameter.environment.insecure_value).schema == 1 && jsondecode(aws_ssm_parameter.platform.insecure_value).schema == 1
    error_message = "A document says which schema it has."
  }
  assert {
    condition     = length(aws_ssm_parameter.platform.insecure_value) < 4096
    error_message = "A standard parameter holds 4 KB."
  }
}

run "the_environments_document_is_what_the_engine_reads" {
  command = apply

  assert {
    condition     = join(",", keys(jsondecode(aws_ssm_parameter.environment.insecure_value))) == "account,cluster,journalTable,region,schema,testToken,trafficSettleSeconds"
    error_message = "The engine reads these members (src/config/discovery.ts)."
  }
  assert {
    condition     = can(regex("^[0-9a-f]{32}$", output.test_token))
    error_message = "The way to the colour under test is not to be guessed."
  }
}

run "what_is_not_there_is_null" {
  command = apply

  assert {
    condition     = jsondecode(aws_ssm_parameter.platform.insecure_value).kmsKeyArn == null && jsondecode(aws_ssm_parameter.platform.insecure_value).loadBalancers.main.testListenerArn == null
    error_message = "The services root reads every member, there or not."
  }
}

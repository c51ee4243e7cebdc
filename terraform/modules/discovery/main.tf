# The header that leads a request to the colour under test has this value. It is made once and never again: rules that
# exist would lead nowhere.
resource "terraform_data" "test_token" {
  input = replace(uuid(), "-", "")

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  environment = {
    schema               = 1
    account              = var.account
    region               = var.region
    cluster              = var.platform.clusterName
    journalTable         = var.platform.journalTable
    trafficSettleSeconds = var.traffic_settle_seconds
    testToken            = terraform_data.test_token.output
  }
}

# Both are read by Terraform and by teal, and hold no secret: as plain values, plans show what changes.

resource "aws_ssm_parameter" "environment" {
  name           = "/teal/${var.environment}"
  description    = "What teal deploys into (schema 1)"
  type           = "String"
  insecure_value = jsonencode(local.environment)
}

resource "aws_ssm_parameter" "platform" {
  name           = "/teal/${var.environment}/platform"
  description    = "What the services root needs of the platform root (schema 1)"
  type           = "String"
  insecure_value = jsonencode(merge({ schema = 1 }, var.platform))
}

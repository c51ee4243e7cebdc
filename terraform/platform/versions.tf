terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # Bucket, key and region come from teal (-backend-config): a backend takes no variables.
  backend "s3" {
    use_lockfile = true
  }
}

provider "aws" {
  region              = local.environment.region
  allowed_account_ids = [local.environment.account]

  default_tags {
    tags = { "teal:environment" = local.name }
  }
}

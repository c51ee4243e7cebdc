terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # Bucket, key and region are the environment's: teal passes them with -backend-config.
  backend "s3" {}
}

provider "aws" {
  region              = local.environment.region
  allowed_account_ids = [local.environment.account]
}

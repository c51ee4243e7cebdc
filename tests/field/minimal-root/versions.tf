terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 6.0"
    }
  }
}

# Endpoint, region and credentials come from the environment, as for every other tool.
provider "aws" {
  default_tags {
    tags = { project = "teal", environment = "doorstep" }
  }
}

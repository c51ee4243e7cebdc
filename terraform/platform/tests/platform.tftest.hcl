mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = {
      names = ["xx-east-1d", "xx-east-1b", "xx-east-1a", "xx-east-1c"]
    }
  }

  mock_data "aws_partition" {
    defaults = {
      partition = "aws"
    }
  }

  mock_data "aws_vpc" {
    defaults = {
      id         = "vpc-00000001"
      cidr_block = "172.31.0.0/16"
    }
  }

  mock_data "aws_subnets" {
    defaults = {
      ids = ["subnet-00000002", "subnet-00000001"]
    }
  }
}

variables {
  synced            = "./tests/synced/production"
  database_password = "twenty-four-characters-24"
}

run "production_has_what_its_size_says" {
  command = plan

  assert {
    condition     = length(module.network.nat_addresses) == 3
    error_message = "Three zones, and a NAT gateway in each."
  }
  assert {
    condition     = length(module.kms) == 1 && length(module.access_logs) == 1 && length(module.database) == 1
    error_message = "A key of its own, access logs, and the database that was asked for."
  }
  assert {
    condition     = join(",", keys(module.load_balancer)) == "admin,main" && join(",", keys(module.certificate)) == "main" && join(",", keys(module.dns)) == "main"
    error_message = "A load balancer's key is its name; one without a domain needs no certificate."
  }
  assert {
    condition     = output.load_balancers["main"].url == "https://example.com" && module.load_balancer["admin"].scheme == "http"
    error_message = "With a domain HTTPS, without one HTTP."
  }
  assert {
    condition     = join(",", output.discovery) == "/teal/production,/teal/production/platform"
    error_message = "Both documents are published."
  }
  assert {
    condition     = join(",", keys(module.registry[0].repositories)) == "shop/api,shop/web"
    error_message = "Repositories are those that the environment's file names."
  }
}

run "preview_is_frugal" {
  command = plan

  variables {
    synced = "./tests/synced/preview"
  }

  assert {
    condition     = length(module.network.nat_addresses) == 0 && module.network.assign_public_ip
    error_message = "No NAT gateway is paid for."
  }
  assert {
    condition     = length(module.kms) + length(module.access_logs) + length(module.database) + length(module.dns) + length(module.registry) == 0
    error_message = "What nobody asked for is not made."
  }
  assert {
    condition     = output.cluster == "preview" && output.journal_table == "teal-journal-preview" && output.database == null
    error_message = "An environment more is a file more."
  }
}

run "closed_has_no_way_to_the_internet" {
  command = plan

  variables {
    synced = "./tests/synced/closed"
  }

  assert {
    condition     = length(module.network.nat_addresses) == 0 && !module.network.assign_public_ip && length(module.security.endpoint_security_group_ids) == 1
    error_message = "Tasks reach AWS through endpoints."
  }
}

run "borrowed_makes_no_network" {
  command = plan

  variables {
    synced = "./tests/synced/borrowed"
  }

  assert {
    condition     = module.network.vpc_id == "vpc-00000001" && join(",", module.network.task_subnet_ids) == "subnet-00000001,subnet-00000002"
    error_message = "The default VPC is looked up, and its subnets are in a fixed order."
  }
}

run "a_folder_without_an_environment_is_refused" {
  command = plan

  variables {
    synced = "./tests"
  }

  expect_failures = [var.synced]
}

mock_provider "aws" {}

variables {
  name          = "staging-api-posts"
  partition_key = { name = "post_id", type = "S" }
}

run "a_table_is_billed_by_request_and_keeps_its_data" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "Nobody is to guess a capacity."
  }
  assert {
    condition     = aws_dynamodb_table.this.point_in_time_recovery[0].enabled && aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "A forgotten setting must not lose data."
  }
}

run "provisioned_capacity_is_the_indexes_too" {
  command = plan

  variables {
    capacity = { read = 10, write = 5 }
    indexes  = { by_author = { partition_key = { name = "author", type = "S" } } }
  }

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PROVISIONED" && aws_dynamodb_table.this.read_capacity == 10 && aws_dynamodb_table.this.write_capacity == 5
    error_message = "What was asked for is provisioned."
  }
  assert {
    condition     = one(aws_dynamodb_table.this.global_secondary_index).read_capacity == 10 && one(aws_dynamodb_table.this.global_secondary_index).write_capacity == 5
    error_message = "An index that is slower than its table throttles it."
  }
}

run "each_attribute_is_declared_once_however_many_keys_name_it" {
  command = plan

  variables {
    sort_key = { name = "author", type = "S" }
    indexes  = { by_author = { partition_key = { name = "author", type = "S" }, sort_key = { name = "at", type = "N" } } }
  }

  assert {
    condition     = join(",", sort([for attribute in aws_dynamodb_table.this.attribute : "${attribute.name}:${attribute.type}"])) == "at:N,author:S,post_id:S"
    error_message = "DynamoDB refuses an attribute that is declared twice."
  }
  assert {
    condition     = one(aws_dynamodb_table.this.global_secondary_index).projection_type == "ALL"
    error_message = "An index projects whole items."
  }
}

run "an_attribute_of_two_types_is_refused" {
  command = plan

  variables {
    indexes = { by_id = { partition_key = { name = "post_id", type = "N" } } }
  }

  expect_failures = [aws_dynamodb_table.this]
}

run "a_type_that_is_none_is_refused" {
  command = plan

  variables {
    partition_key = { name = "post_id", type = "TEXT" }
  }

  expect_failures = [var.partition_key]
}

run "a_sort_key_of_no_type_is_refused" {
  command = plan

  variables {
    sort_key = { name = "author", type = "TEXT" }
  }

  expect_failures = [var.sort_key]
}

run "a_name_that_dynamodb_refuses_is_refused_before" {
  command = plan

  variables {
    name = "a b"
  }

  expect_failures = [var.name]
}

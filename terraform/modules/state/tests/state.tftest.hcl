mock_provider "aws" {}

variables {
  account = "123456789012"
  region  = "eu-west-1"
}

run "the_bucket_is_named_after_account_and_region" {
  command = plan
  assert {
    condition     = aws_s3_bucket.this.bucket == "teal-123456789012-eu-west-1-state"
    error_message = "teal finds the bucket by this name alone."
  }
}

run "a_state_is_versioned_encrypted_and_never_public" {
  command = plan
  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "A state that was overwritten must be there still."
  }
  assert {
    condition     = one([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm]) == "AES256"
    error_message = "A state is to be encrypted at rest."
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "All four ways to the public are to be closed."
  }
}

run "there_is_no_lock_table_unless_old_terraform_needs_one" {
  command = plan
  assert {
    condition     = length(aws_dynamodb_table.lock) == 0
    error_message = "Terraform from 1.10 on locks with a file in the bucket."
  }
}

run "the_lock_table_has_the_key_that_terraform_wants_and_is_guarded" {
  command = plan
  variables {
    lock_table = true
  }
  assert {
    condition     = aws_dynamodb_table.lock[0].hash_key == "LockID"
    error_message = "Terraform looks for LockID."
  }
  assert {
    condition     = aws_dynamodb_table.lock[0].deletion_protection_enabled
    error_message = "A lock table must not go by mistake."
  }
}

run "an_account_has_twelve_digits" {
  command = plan
  variables {
    account = "12345"
  }
  expect_failures = [var.account]
}

run "a_region_looks_like_one" {
  command = plan
  variables {
    region = "ireland"
  }
  expect_failures = [var.region]
}

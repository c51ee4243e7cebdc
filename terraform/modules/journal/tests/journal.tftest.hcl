mock_provider "aws" {}

variables {
  name = "staging"
}

run "the_table_has_the_engines_keys" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.name == "teal-journal-staging" && aws_dynamodb_table.this.hash_key == "stream" && aws_dynamodb_table.this.range_key == "item"
    error_message = "The engine reads and writes by these keys (src/aws/journal.ts)."
  }
}

run "what_deployments_did_is_not_lost" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "The table is protected, and can be brought back to any second."
  }
}

run "with_a_key_it_is_encrypted_by_it" {
  command = plan

  variables {
    encrypted   = true
    kms_key_arn = "arn:aws:kms:xx-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  }

  assert {
    condition     = aws_dynamodb_table.this.server_side_encryption[0].enabled && aws_dynamodb_table.this.server_side_encryption[0].kms_key_arn == var.kms_key_arn
    error_message = "The environment's key encrypts the journal."
  }
}

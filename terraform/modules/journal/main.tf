# What deployments did, and who drives one now: single items under a condition, so that any region's table will do.
# Partition and sort key are the engine's (`journalKeys` in src/aws/journal.ts).
resource "aws_dynamodb_table" "this" {
  name                        = "teal-journal-${var.name}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "stream"
  range_key                   = "item"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "stream"
    type = "S"
  }

  attribute {
    name = "item"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  # Without this block DynamoDB encrypts with a key of its own, at no price.
  dynamic "server_side_encryption" {
    for_each = var.encrypted ? [var.kms_key_arn] : []

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }
}

locals {
  # Attributes are declared once, however many keys name them.
  keys       = concat([var.partition_key, var.sort_key], flatten([for index in values(var.indexes) : [index.partition_key, index.sort_key]]))
  attributes = { for key in local.keys : key.name => key.type... if key != null }
}

resource "aws_dynamodb_table" "this" {
  name                        = var.name
  billing_mode                = var.capacity == null ? "PAY_PER_REQUEST" : "PROVISIONED"
  read_capacity               = try(var.capacity.read, null)
  write_capacity              = try(var.capacity.write, null)
  hash_key                    = var.partition_key.name
  range_key                   = try(var.sort_key.name, null)
  deletion_protection_enabled = var.protection.deletion_protection
  tags                        = var.tags

  dynamic "attribute" {
    for_each = local.attributes

    content {
      name = attribute.key
      type = attribute.value[0]
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.indexes

    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.partition_key.name
      range_key       = try(global_secondary_index.value.sort_key.name, null)
      projection_type = "ALL"
      read_capacity   = try(var.capacity.read, null)
      write_capacity  = try(var.capacity.write, null)
    }
  }

  point_in_time_recovery {
    enabled = var.protection.point_in_time_recovery
  }

  # Encrypted at rest in any case; without a block of its own it is by DynamoDB's key.
  dynamic "server_side_encryption" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  lifecycle {
    precondition {
      condition     = alltrue([for types in values(local.attributes) : length(distinct(types)) == 1])
      error_message = "An attribute of ${var.name} is named as a key twice, with different types: give it one type."
    }
  }
}

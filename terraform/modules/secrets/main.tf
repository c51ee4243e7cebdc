# Terraform makes the names, so that roles can be given what they may read. Values are none of its business: they are in
# no plan, no state and no argument.

locals {
  parameters = var.store == "ssm" ? var.secrets : {}
  secrets    = var.store == "secretsmanager" ? var.secrets : {}
}

# Parameter Store knows no parameter without a value. This one is write-only, is sent once, and read back never.
resource "aws_ssm_parameter" "this" {
  for_each = local.parameters

  name             = each.value.name
  description      = each.value.description
  type             = "SecureString"
  key_id           = var.kms_key_arn
  value_wo         = "unset"
  value_wo_version = 1
  tags             = var.tags

  lifecycle {
    # Whoever has brought a value since: an update of any of these would send the placeholder along.
    ignore_changes = [allowed_pattern, data_type, description, key_id, tier, type, value_wo_version]
  }
}

# Without a version until somebody brings a value.
resource "aws_secretsmanager_secret" "this" {
  for_each = local.secrets

  name                    = each.value.name
  description             = each.value.description
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.recovery_days
  tags                    = var.tags
}

resource "aws_kms_key" "this" {
  description             = "What teal encrypts in environment ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_window_days

  # In a key's policy, Resource "*" is the key that has the policy, and can be nothing narrower.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # AWS's own default: without it, IAM policies of the account give no access, and the key can't be managed.
        Sid       = "TheAccountsPoliciesDecide"
        Effect    = "Allow"
        Principal = { AWS = "arn:${var.partition}:iam::${var.account}:root" }
        Action    = "kms:*"
        Resource  = "*" # this key
      },
      {
        # DynamoDB asks for the key in the name of whoever reads and writes a table: tasks, and those who deploy. Who may
        # do that is said where the table is (DynamoDB, "Authorizing use of your customer managed key").
        Sid       = "WhoMayUseATableOfThisAccount"
        Effect    = "Allow"
        Principal = { AWS = "*" } # of the account, by the condition
        Action    = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*" # this key
        Condition = {
          StringEquals = {
            "kms:CallerAccount" = var.account
            "kms:ViaService"    = "dynamodb.${var.region}.amazonaws.com"
          }
        }
      },
      {
        Sid       = "LogGroupsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*" # this key
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:${var.partition}:logs:${var.region}:${var.account}:log-group:/teal/*" } }
      },
      {
        Sid       = "AlarmsToAnEncryptedTopic"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*" # this key
        Condition = { StringEquals = { "aws:SourceAccount" = var.account } }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/teal-${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

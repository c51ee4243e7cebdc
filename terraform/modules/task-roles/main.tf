locals {
  env  = var.environment.name
  name = var.name
  arn  = "arn:${var.partition}"
  tags = { "teal:environment" = local.env, "teal:service" = local.name }

  # A role's name has 64 characters at most, and one account may hold several environments.
  hash = substr(sha256("${local.env}/${local.name}"), 0, 6)
  role_names = {
    for purpose in ["execution", "task"] : purpose =>
    length("${local.env}-${local.name}-${purpose}") <= 64 ? "${local.env}-${local.name}-${purpose}" : join("", [
      trimsuffix(substr("${local.env}-${local.name}", 0, 64 - length("-${local.hash}-${purpose}")), "-"),
      "-${local.hash}-${purpose}",
    ])
  }

  # "<account>.dkr.ecr.<region>.amazonaws.com/<repository>": of images elsewhere, ECR has nothing to allow.
  ecr_image = try(regex(
    "^(?P<account>\\d{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?/(?P<repository>[^:@]+)",
    coalesce(var.image, "none"),
  ), null)

  parameter_arns = {
    for fetch in [false, true] : tostring(fetch) => sort(distinct([
      for secret in var.secrets :
      "${local.arn}:ssm:${var.environment.region}:${var.environment.account}:parameter/${trimprefix(secret.name, "/")}"
      if secret.store == "ssm" && secret.fetch == fetch
    ]))
  }

  # Secrets Manager ends a secret's ARN with a hyphen and six characters of its own.
  secret_arns = {
    for fetch in [false, true] : tostring(fetch) => sort(distinct([
      for secret in var.secrets :
      "${local.arn}:secretsmanager:${var.environment.region}:${var.environment.account}:secret:${secret.name}-??????"
      if secret.store == "secretsmanager" && secret.fetch == fetch
    ]))
  }

  # Who reads secrets: ECS for the container as it starts, or the application itself.
  secret_statements = {
    for purpose, fetch in { execution = "false", task = "true" } : purpose => concat(
      length(local.parameter_arns[fetch]) == 0 ? [] : [{
        Sid      = "ReadParameters"
        Effect   = "Allow"
        Action   = fetch == "true" ? ["ssm:GetParameter", "ssm:GetParameters"] : ["ssm:GetParameters"]
        Resource = local.parameter_arns[fetch]
      }],
      length(local.secret_arns[fetch]) == 0 ? [] : [{
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = local.secret_arns[fetch]
      }],
    )
  }

  decrypt_statements = {
    for purpose, statements in local.secret_statements : purpose =>
    var.kms_key_arn == null || length(statements) == 0 ? [] : [{
      Sid      = "DecryptThem"
      Effect   = "Allow"
      Action   = ["kms:Decrypt"]
      Resource = [var.kms_key_arn]
      Condition = {
        StringEquals = {
          "kms:ViaService" = [
            "secretsmanager.${var.environment.region}.amazonaws.com",
            "ssm.${var.environment.region}.amazonaws.com",
          ]
        }
      }
    }]
  }

  image_statements = local.ecr_image == null ? [] : [
    {
      Sid    = "LogInToECR"
      Effect = "Allow"
      Action = ["ecr:GetAuthorizationToken"]
      # GetAuthorizationToken has no resource: it is the account's (service authorization reference, ECR).
      Resource = ["*"]
    },
    {
      Sid    = "PullTheImage"
      Effect = "Allow"
      Action = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Resource = [join(":", [
        local.arn, "ecr", local.ecr_image.region, local.ecr_image.account,
        "repository/${local.ecr_image.repository}",
      ])]
    },
  ]

  statements = {
    execution = concat(
      [{
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${var.log_group_arn}:log-stream:*"]
      }],
      local.image_statements,
      local.secret_statements.execution,
      local.decrypt_statements.execution,
    )
    task = concat(
      local.secret_statements.task,
      local.decrypt_statements.task,
      length(var.tables) == 0 ? [] : [{
        Sid    = "UseTables"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:BatchWriteItem",
          "dynamodb:ConditionCheckItem",
          "dynamodb:DeleteItem",
          "dynamodb:DescribeTable",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:Scan",
          "dynamodb:UpdateItem",
        ]
        Resource = flatten([for name in sort(keys(var.tables)) : [var.tables[name].arn, "${var.tables[name].arn}/index/*"]])
      }],
    )
  }
}

resource "aws_iam_role" "this" {
  for_each = local.role_names

  name        = each.value
  path        = "/teal/${local.env}/"
  description = each.key == "execution" ? "What ECS may do to start tasks of ${local.name} (${local.env})." : "What ${local.name} (${local.env}) itself may do."
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TasksOfThisAccount"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.environment.account }
        ArnLike      = { "aws:SourceArn" = "${local.arn}:ecs:${var.environment.region}:${var.environment.account}:*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = { for purpose, statements in local.statements : purpose => statements if purpose == "execution" || length(statements) > 0 }

  name   = "least"
  role   = aws_iam_role.this[each.key].id
  policy = jsonencode({ Version = "2012-10-17", Statement = each.value })
}

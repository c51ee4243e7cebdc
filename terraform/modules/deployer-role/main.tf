locals {
  env  = var.environment.name
  arn  = { for service in ["cloudwatch", "dynamodb", "ecr", "ecs", "logs", "secretsmanager", "ssm", "application-autoscaling"] : service => "arn:${var.partition}:${service}:${var.environment.region}:${var.environment.account}" }
  name = length("${local.env}-deployer") <= 64 ? "${local.env}-deployer" : substr("${local.env}-deployer", 0, 64)

  services = { for name, service in var.services : name => merge(service, { ecs_services = [for color in ["blue", "green"] : "${name}-${color}"] }) }

  parameters   = sort(distinct(flatten([for service in values(var.services) : service.parameters])))
  secrets      = sort(distinct(flatten([for service in values(var.services) : service.secrets])))
  repositories = sort(distinct(flatten([for service in values(var.services) : service.repositories])))
  tables       = sort(distinct(flatten([for service in values(var.services) : service.tables])))

  github = "token.actions.githubusercontent.com"
  issuers = merge(
    var.github == null ? {} : { github = { host = local.github, audience = "sts.amazonaws.com", subjects = var.github.subjects } },
    var.gitlab == null ? {} : { gitlab = { host = var.gitlab.host, audience = var.gitlab.audience, subjects = var.gitlab.subjects } },
  )
  provider_arns = { for name, issuer in local.issuers : name => try(var.provider_arns[name], aws_iam_openid_connect_provider.this[name].arn) }

  statements = concat(
    [
      {
        Sid      = "ReadWhatTerraformPublished"
        Effect   = "Allow"
        Action   = ["ssm:GetParameters"]
        Resource = concat(["${local.arn.ssm}:parameter/teal/${local.env}"], [for name in keys(var.services) : "${local.arn.ssm}:parameter/teal/${local.env}/${name}"])
      },
      {
        Sid      = "KeepJournalAndLease"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
        Resource = ["${local.arn.dynamodb}:table/${var.journal_table}"]
        Condition = {
          "ForAllValues:StringEquals" = { "dynamodb:LeadingKeys" = [for name in keys(var.services) : "${local.env}/${name}"] }
        }
      },
      {
        Sid    = "LookAtTheLoadBalancer"
        Effect = "Allow"
        Action = [
          "elasticloadbalancing:DescribeAccountLimits",
          "elasticloadbalancing:DescribeListeners",
          "elasticloadbalancing:DescribeLoadBalancers",
          "elasticloadbalancing:DescribeRules",
          "elasticloadbalancing:DescribeTags",
          "elasticloadbalancing:DescribeTargetGroups",
          "elasticloadbalancing:DescribeTargetHealth",
        ]
        # Its Describe actions have no resource (service authorization reference, Elastic Load Balancing V2).
        Resource = ["*"]
      },
      {
        Sid      = "MoveWeights"
        Effect   = "Allow"
        Action   = ["elasticloadbalancing:ModifyRule"]
        Resource = sort(flatten([for service in values(var.services) : service.rule_arns]))
      },
      {
        Sid    = "ReadTaskDefinitions"
        Effect = "Allow"
        Action = ["ecs:DescribeTaskDefinition"]
        # It has no resource (service authorization reference, ECS).
        Resource = ["*"]
      },
      {
        Sid      = "RegisterTaskDefinitions"
        Effect   = "Allow"
        Action   = ["ecs:RegisterTaskDefinition", "ecs:TagResource"]
        Resource = [for name in keys(var.services) : "${local.arn.ecs}:task-definition/${local.env}-${name}:*"]
      },
      {
        Sid      = "RunBothColours"
        Effect   = "Allow"
        Action   = ["ecs:DescribeServices", "ecs:UpdateService"]
        Resource = flatten([for service in values(local.services) : [for name in service.ecs_services : "${local.arn.ecs}:service/${var.cluster}/${name}"]])
      },
      {
        Sid      = "LookAtTasks"
        Effect   = "Allow"
        Action   = ["ecs:DescribeTasks"]
        Resource = ["${local.arn.ecs}:task/${var.cluster}/*"]
      },
      {
        Sid    = "ListTasks"
        Effect = "Allow"
        Action = ["ecs:ListTasks"]
        # Its resource is a container instance, which Fargate has none of (service authorization reference, ECS).
        Resource  = ["*"]
        Condition = { ArnEquals = { "ecs:cluster" = "${local.arn.ecs}:cluster/${var.cluster}" } }
      },
      {
        Sid       = "GiveTasksTheirRoles"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = sort(flatten([for service in values(var.services) : service.role_arns]))
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
      {
        Sid      = "SeeRolesOfTasks"
        Effect   = "Allow"
        Action   = ["iam:GetRole"]
        Resource = sort(flatten([for service in values(var.services) : service.role_arns]))
      },
      {
        Sid    = "SeeQuotas"
        Effect = "Allow"
        Action = ["servicequotas:GetServiceQuota"]
        # Reading a quota has no resource (service authorization reference, Service Quotas).
        Resource = ["*"]
      },
      {
        Sid    = "WatchAlarmsAndMetrics"
        Effect = "Allow"
        Action = ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"]
        # Composite alarms can be described with * alone, and metrics have no resource (service authorization
        # reference, CloudWatch).
        Resource = ["*"]
      },
      {
        Sid    = "FindLogGroups"
        Effect = "Allow"
        Action = ["logs:DescribeLogGroups"]
        # It lists, and has no single group as its resource (service authorization reference, CloudWatch Logs).
        Resource = ["*"]
      },
      {
        Sid      = "ReadLogs"
        Effect   = "Allow"
        Action   = ["logs:FilterLogEvents", "logs:GetLogEvents"]
        Resource = [for service in values(var.services) : "${local.arn.logs}:log-group:${service.log_group}:*"]
      },
    ],
    [for statement in [
      {
        Sid      = "SeeVersionsOfParameters"
        Effect   = "Allow"
        Action   = ["ssm:GetParameters"]
        Resource = [for name in local.parameters : "${local.arn.ssm}:parameter/${trimprefix(name, "/")}"]
      },
      {
        # AWS's own key lets everybody of the account decrypt through Parameter Store: a deployer needs no value.
        Sid    = "NeverTheirValues"
        Effect = "Deny"
        Action = ["kms:Decrypt"]
        # A refusal can't be too wide.
        Resource  = ["*"]
        Condition = { StringEquals = { "kms:ViaService" = "ssm.${var.environment.region}.amazonaws.com" } }
      },
    ] : statement if length(local.parameters) > 0],
    [for statement in [{
      Sid    = "SeeVersionsOfSecrets"
      Effect = "Allow"
      Action = ["secretsmanager:DescribeSecret"]
      # Secrets Manager ends a secret's ARN with a hyphen and six characters of its own.
      Resource = [for name in local.secrets : "${local.arn.secretsmanager}:secret:${name}-??????"]
    }] : statement if length(local.secrets) > 0],
    [for statement in [{
      Sid      = "SeeTables"
      Effect   = "Allow"
      Action   = ["dynamodb:DescribeTable"]
      Resource = [for name in local.tables : "${local.arn.dynamodb}:table/${name}"]
    }] : statement if length(local.tables) > 0],
    [for statement in [{
      Sid      = "FindAndKeepImages"
      Effect   = "Allow"
      Action   = ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:PutImage"]
      Resource = [for name in local.repositories : "${local.arn.ecr}:repository/${name}"]
    }] : statement if length(local.repositories) > 0],
    [for statement in [
      {
        Sid    = "LookAtScaling"
        Effect = "Allow"
        Action = ["application-autoscaling:DescribeScalableTargets"]
        # It has no resource (service authorization reference, Application Auto Scaling).
        Resource = ["*"]
      },
      {
        Sid    = "SetLimitsOfScaling"
        Effect = "Allow"
        Action = ["application-autoscaling:RegisterScalableTarget"]
        # A scalable target's ARN is a number of AWS's own, which nobody knows before it is made.
        Resource = ["${local.arn["application-autoscaling"]}:scalable-target/*"]
        Condition = {
          StringEquals = {
            "application-autoscaling:service-namespace"  = "ecs"
            "application-autoscaling:scalable-dimension" = "ecs:service:DesiredCount"
          }
        }
      },
    ] : statement if length(var.scaled) > 0],
  )

  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

resource "aws_iam_openid_connect_provider" "this" {
  for_each = { for name, issuer in local.issuers : name => issuer if !contains(keys(var.provider_arns), name) }

  url            = "https://${each.value.host}"
  client_id_list = [each.value.audience]
  tags           = { "teal:environment" = local.env }
}

resource "aws_iam_role" "this" {
  name                 = local.name
  path                 = "/teal/${local.env}/"
  description          = "Who deploys services of ${local.env}."
  max_session_duration = var.session_seconds
  tags                 = { "teal:environment" = local.env }

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for name, issuer in local.issuers : {
        Sid       = name == "github" ? "JobsOfGitHub" : "JobsOfGitLab"
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = local.provider_arns[name] }
        Condition = {
          StringEquals = { "${issuer.host}:aud" = issuer.audience }
          StringLike   = { "${issuer.host}:sub" = issuer.subjects }
        }
      }
    ]
  })

  lifecycle {
    precondition {
      condition     = length(local.issuers) > 0
      error_message = "Nobody may take this role: name subjects of GitHub or GitLab."
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "deploy"
  role   = aws_iam_role.this.id
  policy = local.policy

  lifecycle {
    precondition {
      condition     = length(local.policy) <= 10240
      error_message = "IAM takes 10240 characters of a role's policies: make a role for some of the services, and another for the others."
    }
  }
}

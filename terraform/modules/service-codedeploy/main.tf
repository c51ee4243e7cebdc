locals {
  env    = var.environment.name
  whole  = "${local.env}-${var.name}"
  hash   = substr(sha256("${local.env}/${var.name}"), 0, 6)
  colors = toset(["blue", "green"])
  tags   = { "teal:environment" = local.env, "teal:service" = var.name }

  # As the module "service" names them: 32 characters at most, and told apart by the hash.
  group_names = {
    for color in local.colors : color => length("${local.whole}-${color}") <= 32 ? "${local.whole}-${color}" : join("", [
      trimsuffix(substr(local.whole, 0, 32 - length("-${local.hash}-${color}")), "-"), "-${local.hash}-${color}",
    ])
  }
  role_name = length("${local.whole}-codedeploy") <= 64 ? "${local.whole}-codedeploy" : "${substr(local.whole, 0, 46)}-${local.hash}-codedeploy"

  routing = { "all-at-once" = "AllAtOnce", canary = "TimeBasedCanary", linear = "TimeBasedLinear" }[var.shift.kind]

  partition  = split(":", var.cluster.arn)[1]
  arn_prefix = "arn:${local.partition}"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/teal/${local.env}/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = local.tags
}

# CodeDeploy moves a listener from one to the other: which of them is live is not Terraform's to know.
resource "aws_lb_target_group" "this" {
  for_each = local.colors

  name                 = local.group_names[each.key]
  port                 = 80
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = var.network.vpc_id
  deregistration_delay = var.deregistration_delay_seconds
  tags                 = merge(local.tags, { "teal:color" = each.key })

  health_check {
    path                = var.health_check.path
    matcher             = var.health_check.matcher
    interval            = var.health_check.interval
    timeout             = var.health_check.timeout
    healthy_threshold   = var.health_check.healthy_threshold
    unhealthy_threshold = var.health_check.unhealthy_threshold
  }
}

# CodeDeploy replaces the groups in every rule of its listeners that names one of them.
resource "aws_lb_listener_rule" "this" {
  for_each = merge(
    { for key, route in var.routes : key => merge(route, { listener = var.listeners.production }) },
    { for key, route in var.routes : "${key}/test-listener" => merge(route, { listener = var.listeners.test }) if var.listeners.test != null },
  )

  listener_arn = each.value.listener
  priority     = 2 * each.value.priority
  tags         = local.tags

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["blue"].arn
  }

  dynamic "condition" {
    for_each = each.value.host == null ? [] : [each.value.host]

    content {
      host_header {
        values = [condition.value]
      }
    }
  }

  condition {
    path_pattern {
      values = [each.value.path]
    }
  }

  lifecycle {
    # CodeDeploy's: it moves the traffic.
    ignore_changes = [action]
  }
}

# What the first deployment replaces: ECS wants one to make a service of.
resource "aws_ecs_task_definition" "bootstrap" {
  family                   = "${local.whole}-bootstrap"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = var.roles.execution
  task_role_arn            = var.roles.task
  skip_destroy             = true
  tags                     = local.tags

  container_definitions = jsonencode([{
    name         = "app"
    image        = "bootstrap"
    essential    = true
    cpu          = 0
    portMappings = [{ containerPort = var.port, hostPort = var.port, protocol = "tcp" }]
  }])
}

resource "aws_ecs_service" "this" {
  name                              = var.name
  cluster                           = var.cluster.arn
  task_definition                   = aws_ecs_task_definition.bootstrap.arn
  desired_count                     = var.desired_count
  launch_type                       = "FARGATE"
  platform_version                  = "LATEST"
  health_check_grace_period_seconds = var.grace_period_seconds
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"
  wait_for_steady_state             = false
  tags                              = local.tags

  deployment_controller {
    type = "CODE_DEPLOY"
  }

  network_configuration {
    subnets          = var.network.subnet_ids
    security_groups  = var.network.security_group_ids
    assign_public_ip = var.network.assign_public_ip
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this["blue"].arn
    container_name   = "app"
    container_port   = var.port
  }

  lifecycle {
    # CodeDeploy's: ECS takes none of them by UpdateService while it is the controller.
    ignore_changes = [task_definition, load_balancer, desired_count, network_configuration, platform_version]
  }

  # ECS takes a target group only when an action names it.
  depends_on = [aws_lb_listener_rule.this]
}

resource "aws_codedeploy_app" "this" {
  name             = local.whole
  compute_platform = "ECS"
  tags             = local.tags
}

resource "aws_codedeploy_deployment_config" "this" {
  deployment_config_name = local.whole
  compute_platform       = "ECS"

  traffic_routing_config {
    type = local.routing

    dynamic "time_based_canary" {
      for_each = var.shift.kind == "canary" ? [var.shift] : []
      content {
        percentage = time_based_canary.value.percent
        interval   = time_based_canary.value.minutes
      }
    }

    dynamic "time_based_linear" {
      for_each = var.shift.kind == "linear" ? [var.shift] : []
      content {
        percentage = time_based_linear.value.percent
        interval   = time_based_linear.value.minutes
      }
    }
  }
}

resource "aws_codedeploy_deployment_group" "this" {
  app_name               = aws_codedeploy_app.this.name
  deployment_group_name  = var.name
  deployment_config_name = aws_codedeploy_deployment_config.this.deployment_config_name
  service_role_arn       = aws_iam_role.this.arn
  tags                   = local.tags

  deployment_style {
    deployment_type   = "BLUE_GREEN"
    deployment_option = "WITH_TRAFFIC_CONTROL"
  }

  ecs_service {
    cluster_name = var.cluster.name
    service_name = aws_ecs_service.this.name
  }

  load_balancer_info {
    target_group_pair_info {
      prod_traffic_route {
        listener_arns = [var.listeners.production]
      }

      dynamic "test_traffic_route" {
        for_each = var.listeners.test == null ? [] : [var.listeners.test]
        content {
          listener_arns = [test_traffic_route.value]
        }
      }

      dynamic "target_group" {
        for_each = ["blue", "green"]
        content {
          name = aws_lb_target_group.this[target_group.value].name
        }
      }
    }
  }

  blue_green_deployment_config {
    deployment_ready_option {
      action_on_timeout = "CONTINUE_DEPLOYMENT"
    }

    terminate_blue_instances_on_deployment_success {
      action                           = "TERMINATE"
      termination_wait_time_in_minutes = var.termination_wait_minutes
    }
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
  }

  dynamic "alarm_configuration" {
    for_each = length(var.alarms) == 0 ? [] : [var.alarms]
    content {
      enabled = true
      alarms  = alarm_configuration.value
      # Where CloudWatch does not answer, the deployment stops: not knowing is no reason to go on.
      ignore_poll_alarm_failure = false
    }
  }
}

resource "aws_iam_role" "this" {
  name        = local.role_name
  path        = "/teal/${local.env}/"
  description = "What CodeDeploy may do to deploy ${var.name} (${local.env})."
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "CodeDeployOfThisAccount"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codedeploy.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.environment.account } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "least"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ReplaceTaskSets"
        Effect = "Allow"
        Action = ["ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"]
        Resource = [
          "${local.arn_prefix}:ecs:${var.environment.region}:${var.environment.account}:service/${var.cluster.name}/${var.name}",
          "${local.arn_prefix}:ecs:${var.environment.region}:${var.environment.account}:task-set/${var.cluster.name}/${var.name}/*",
        ]
      },
      {
        Sid    = "LookAtTheLoadBalancer"
        Effect = "Allow"
        Action = [
          "elasticloadbalancing:DescribeListeners",
          "elasticloadbalancing:DescribeRules",
          "elasticloadbalancing:DescribeTargetGroups",
        ]
        # Its Describe actions have no resource (service authorization reference, Elastic Load Balancing V2).
        Resource = ["*"]
      },
      {
        Sid      = "MoveTraffic"
        Effect   = "Allow"
        Action   = ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"]
        Resource = flatten([for arn in compact([var.listeners.production, var.listeners.test]) : [arn, "${replace(arn, ":listener/", ":listener-rule/")}/*"]])
      },
      {
        Sid    = "WatchAlarms"
        Effect = "Allow"
        Action = ["cloudwatch:DescribeAlarms"]
        # Composite alarms can be described with * alone (service authorization reference, CloudWatch).
        Resource = ["*"]
      },
      {
        Sid       = "GiveTasksTheirRoles"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [var.roles.execution, var.roles.task]
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
    ]
  })
}

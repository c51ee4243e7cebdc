resource "aws_cloudwatch_log_group" "this" {
  name              = "/teal/${local.env}/${local.name}"
  retention_in_days = var.service.logs.retentionDays
  kms_key_id        = var.platform.kmsKeyArn
  tags              = local.tags
}

module "roles" {
  source = "../task-roles"

  environment   = var.environment
  name          = local.name
  partition     = local.partition
  log_group_arn = aws_cloudwatch_log_group.this.arn
  image         = var.service.image.reference
  secrets       = var.service.secrets
  kms_key_arn   = var.platform.kmsKeyArn
  tables        = var.tables
}

moved {
  from = aws_iam_role.this
  to   = module.roles.aws_iam_role.this
}

moved {
  from = aws_iam_role_policy.this
  to   = module.roles.aws_iam_role_policy.this
}

# A constant port: ECS registers the container's own. A group whose port changes is replaced, and can't be while an
# action names it.
resource "aws_lb_target_group" "this" {
  for_each = local.colors

  name                              = local.group_names[each.key]
  port                              = 80
  protocol                          = "HTTP"
  protocol_version                  = var.service.protocol
  target_type                       = "ip"
  vpc_id                            = var.platform.vpcId
  deregistration_delay              = var.service.deregistrationDelaySeconds
  slow_start                        = 0
  load_balancing_algorithm_type     = "round_robin"
  load_balancing_cross_zone_enabled = "use_load_balancer_configuration"
  tags                              = local.color_tags[each.key]

  health_check {
    enabled             = true
    path                = var.service.targetHealthCheck.path
    port                = "traffic-port"
    protocol            = "HTTP"
    matcher             = var.service.targetHealthCheck.matcher
    interval            = var.service.targetHealthCheck.intervalSeconds
    timeout             = var.service.targetHealthCheck.timeoutSeconds
    healthy_threshold   = var.service.targetHealthCheck.healthyThreshold
    unhealthy_threshold = var.service.targetHealthCheck.unhealthyThreshold
  }

  # Stickiness is a matter of the actions, which the engine writes. ELB takes a group's own only where every rule that
  # weighs it is sticky, and the test rule never is: a request of a test must reach the colour that it names.
  stickiness {
    enabled = false
    type    = "lb_cookie"
  }

  # Written out: a change of another attribute sends these along, and what was never said would then be a difference.
  target_group_health {
    dns_failover {
      minimum_healthy_targets_count      = "1"
      minimum_healthy_targets_percentage = "off"
    }

    unhealthy_state_routing {
      minimum_healthy_targets_count      = 1
      minimum_healthy_targets_percentage = "off"
    }
  }
}

# It is never run: ECS wants one to make a service of. The engine's own are in no state.
resource "aws_ecs_task_definition" "bootstrap" {
  family                   = "${local.env}-${local.name}-bootstrap"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = module.roles.arns.execution
  tags                     = local.tags

  container_definitions = jsonencode([{
    name           = "app"
    image          = "bootstrap"
    essential      = true
    cpu            = 0
    portMappings   = [{ containerPort = 80, hostPort = 80, protocol = "tcp" }]
    environment    = []
    mountPoints    = []
    volumesFrom    = []
    systemControls = []
  }])
}

resource "aws_ecs_service" "this" {
  for_each = local.colors

  name                               = local.service_names[each.key]
  cluster                            = var.platform.clusterArn
  task_definition                    = aws_ecs_task_definition.bootstrap.arn
  desired_count                      = 0
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  scheduling_strategy                = "REPLICA"
  health_check_grace_period_seconds  = ceil(var.service.gracePeriodSeconds)
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "DISABLED"
  enable_ecs_managed_tags            = true
  enable_execute_command             = false
  propagate_tags                     = "SERVICE"
  wait_for_steady_state              = false
  tags                               = local.color_tags[each.key]

  deployment_controller {
    type = "ECS"
  }

  # ECS reports a failure; the engine alone decides what becomes of it.
  deployment_circuit_breaker {
    enable   = true
    rollback = false
  }

  network_configuration {
    subnets          = var.platform.taskSubnetIds
    security_groups  = [var.platform.taskSecurityGroupId]
    assign_public_ip = var.platform.assignPublicIp
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this[each.key].arn
    container_name   = "app"
    container_port   = 80
  }

  lifecycle {
    # The engine's. Each of them starts a deployment of ECS, replaces the service, or is what scaling moves: the next
    # deployment brings the colour that has no traffic to what is published as wanted.
    ignore_changes = [
      task_definition,
      desired_count,
      network_configuration,
      load_balancer,
      platform_version,
      launch_type,
      capacity_provider_strategy,
    ]
  }

  # ECS takes a target group only when an action names it.
  depends_on = [aws_lb_listener_rule.production, aws_lb_listener_rule.test]
}

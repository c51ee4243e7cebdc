resource "aws_ecs_cluster" "main" {
  name = "doorstep"

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "main" {
  cluster_name       = aws_ecs_cluster.main.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_cloudwatch_log_group" "app" {
  name              = "/doorstep/app"
  retention_in_days = 14
}

resource "aws_ecs_task_definition" "app" {
  family                   = "doorstep-app"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  # A revision that was replaced must stay, or there is nothing to roll back to.
  skip_destroy = true

  container_definitions = jsonencode([{
    name         = "app"
    image        = "${aws_ecr_repository.app.repository_url}:1"
    essential    = true
    portMappings = [{ containerPort = 8080, hostPort = 8080, protocol = "tcp" }]
    environment  = [{ name = "GREETING", value = "hello" }]
    secrets      = [{ name = "TOKEN", valueFrom = aws_ssm_parameter.token.arn }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.app.name
        awslogs-region        = "us-east-1"
        awslogs-stream-prefix = "app"
      }
    }
  }])
}

resource "aws_ecs_service" "colour" {
  for_each = { blue = 1, green = 0 }

  name                               = "doorstep-${each.key}"
  cluster                            = aws_ecs_cluster.main.arn
  task_definition                    = aws_ecs_task_definition.app.arn
  desired_count                      = each.value
  launch_type                        = "FARGATE"
  health_check_grace_period_seconds  = 30
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = false
  }

  network_configuration {
    subnets          = [for subnet in aws_subnet.public : subnet.id]
    security_groups  = [aws_security_group.balancer.id]
    assign_public_ip = true
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.colour[each.key].arn
    container_name   = "app"
    container_port   = 8080
  }

  lifecycle {
    # The engine's: each of them starts a deployment of ECS, or is what autoscaling moves.
    ignore_changes = [task_definition, desired_count]
  }

  # ECS takes a target group only when a rule names it.
  depends_on = [aws_lb_listener_rule.production]
}

locals {
  discovery = {
    schema        = 1
    terraformHash = var.service.terraformHash
    places        = [for key in local.places : { rule = aws_lb_listener_rule.production[key].arn }]
    testPlaces    = [for key in local.test_places : { rule = aws_lb_listener_rule.test[key].arn }]
    colors = {
      for color in local.colors : color => {
        service     = aws_ecs_service.this[color].name
        targetGroup = aws_lb_target_group.this[color].arn
      }
    }
    roles    = module.roles.arns
    logGroup = aws_cloudwatch_log_group.this.name
    tables   = { for name, table in var.tables : name => table.name }
    wanted = {
      subnets           = var.platform.taskSubnetIds
      securityGroups    = [var.platform.taskSecurityGroupId]
      assignPublicIp    = var.platform.assignPublicIp
      stickiness        = var.service.stickiness
      capacityProviders = []
      execute           = false
    }
    scalable = local.is_scaled
  }

  # In the order of the routes.
  places = flatten([
    for position, listener in var.load_balancer.productionListenerArns : [
      for route in var.service.routes : position == 0 ? route.key : "${route.key}/${position + 1}"
    ]
  ])
  test_places = concat(
    var.service.routes[*].key,
    var.load_balancer.testListenerArn == null ? [] : [for route in var.service.routes : "${route.key}/test-listener"],
  )
}

# What a deployment finds everything by. Written last, and taken away first.
resource "aws_ssm_parameter" "discovery" {
  name           = "/teal/${local.env}/${local.name}"
  description    = "What Terraform made of service ${local.name}, for teal's deployments."
  type           = "String"
  tier           = "Standard"
  insecure_value = jsonencode(local.discovery)
  tags           = local.tags

  lifecycle {
    precondition {
      condition     = length(jsonencode(local.discovery)) <= 4096
      error_message = "What is published of ${local.name} is longer than the 4 KB of a standard parameter: give it fewer routes."
    }
  }

  depends_on = [
    aws_appautoscaling_policy.this,
    aws_appautoscaling_scheduled_action.this,
    aws_appautoscaling_target.this,
    module.roles,
  ]
}

# Edge-triggered: only a change of `live` calls it. A later `teal switch` by a person stands.
resource "terraform_data" "live" {
  count = var.live == null ? 0 : 1

  triggers_replace = var.live

  provisioner "local-exec" {
    command     = "teal switch ${local.name} --to ${var.live} --env ${local.env} --if-needed"
    working_dir = var.project
  }

  depends_on = [aws_ssm_parameter.discovery]
}

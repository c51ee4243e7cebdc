locals {
  is_scaled = var.service.scaling.max > var.service.scaling.min || length(var.service.scaling.schedules) > 0
  scaled    = local.is_scaled ? local.colors : toset([])

  policies = {
    for what, policy in {
      cpu      = { metric = "ECSServiceAverageCPUUtilization", value = var.service.scaling.cpuPercent }
      memory   = { metric = "ECSServiceAverageMemoryUtilization", value = var.service.scaling.memoryPercent }
      requests = { metric = "ALBRequestCountPerTarget", value = var.service.scaling.requestsPerTarget }
    } : what => policy if policy.value != null
  }

  color_policies = merge([
    for color in local.scaled : { for what, policy in local.policies : "${color}/${what}" => merge(policy, { color = color, what = what }) }
  ]...)

  # Known by what they are: a list has no keys.
  color_schedules = merge([
    for color in local.scaled : {
      for schedule in var.service.scaling.schedules :
      "${color}/${schedule.cron} ${schedule.timezone}" => merge(schedule, { color = color })
    }
  ]...)
}

resource "aws_appautoscaling_target" "this" {
  for_each = local.scaled

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.platform.clusterName}/${aws_ecs_service.this[each.key].name}"
  # A colour that runs tasks already, because the number was fixed until now, keeps them: to register is to clamp.
  min_capacity = min(var.service.scaling.min, try(var.standing.desired[each.key], 0))
  max_capacity = max(var.service.scaling.max, try(var.standing.desired[each.key], 0))
  tags         = local.color_tags[each.key]

  suspended_state {
    dynamic_scaling_in_suspended  = false
    dynamic_scaling_out_suspended = false
    scheduled_scaling_suspended   = true
  }

  lifecycle {
    # The engine's: they go with the traffic.
    ignore_changes = [min_capacity, max_capacity, suspended_state]
  }
}

resource "aws_appautoscaling_policy" "this" {
  for_each = local.color_policies

  name               = "${local.service_names[each.value.color]}-${each.value.what}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[each.value.color].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[each.value.color].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[each.value.color].resource_id

  target_tracking_scaling_policy_configuration {
    target_value = each.value.value
    # AWS's default, written out: the provider would send 0, and scale in again at each evaluation.
    scale_in_cooldown  = 300
    scale_out_cooldown = 300

    predefined_metric_specification {
      predefined_metric_type = each.value.metric
      # Of one target group, hence each colour's own.
      resource_label = (
        each.value.what == "requests"
        ? "${var.load_balancer.arnSuffix}/${aws_lb_target_group.this[each.value.color].arn_suffix}"
        : null
      )
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "this" {
  for_each = local.color_schedules

  # A name may have no "/".
  name               = replace("${local.service_names[each.value.color]} ${each.value.cron} ${each.value.timezone}", "/", "-")
  service_namespace  = aws_appautoscaling_target.this[each.value.color].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[each.value.color].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[each.value.color].resource_id
  schedule           = each.value.expression
  timezone           = each.value.timezone

  scalable_target_action {
    min_capacity = each.value.min
    max_capacity = each.value.max
  }
}

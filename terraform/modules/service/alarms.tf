locals {
  alarmed = var.platform.alarmTopicArn == null ? toset([]) : local.colors
}

# One for each colour: a deployment that names both in `deployment.alarms` is taken back whichever it makes live.
resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = local.alarmed

  alarm_name          = "${local.group_names[each.key]}-5xx"
  alarm_description   = "Tasks of ${local.name} (${local.env}, ${each.key}) answer with status 5xx."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_Target_5XX_Count"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  threshold           = 5
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.platform.alarmTopicArn]
  ok_actions          = [var.platform.alarmTopicArn]
  tags                = local.color_tags[each.key]

  dimensions = {
    LoadBalancer = var.load_balancer.arnSuffix
    TargetGroup  = aws_lb_target_group.this[each.key].arn_suffix
  }
}

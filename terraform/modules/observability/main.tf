locals {
  prefix = "teal-${var.name}"
  told   = var.topic != null ? aws_sns_topic.this[*].arn : compact([var.alarm_topic_arn])
  minute = 60
}

# ------------------------------------------------------------------------------
# Who is told
# ------------------------------------------------------------------------------

resource "aws_sns_topic" "this" {
  count = var.topic == null ? 0 : 1

  name              = "${local.prefix}-alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(try(var.topic.email, []))

  topic_arn = aws_sns_topic.this[0].arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_sns_topic_subscription" "webhook" {
  for_each = toset(try(var.topic.webhook, []))

  topic_arn = aws_sns_topic.this[0].arn
  protocol  = "https"
  endpoint  = each.key
}

# ------------------------------------------------------------------------------
# The environment
# ------------------------------------------------------------------------------

resource "aws_cloudwatch_dashboard" "environment" {
  count = length(var.load_balancers) > 0 ? 1 : 0

  dashboard_name = local.prefix

  dashboard_body = jsonencode({
    widgets = concat(
      flatten([
        for row, name in sort(keys(var.load_balancers)) : [
          {
            type = "metric", x = 0, y = row * 6, width = 8, height = 6
            properties = {
              title = "${name}: requests", region = var.region, stat = "Sum", period = local.minute, view = "timeSeries"
              metrics = [
                ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", var.load_balancers[name]],
                [".", "HTTPCode_Target_5XX_Count", ".", "."],
                [".", "HTTPCode_ELB_5XX_Count", ".", "."],
              ]
            }
          },
          {
            type = "metric", x = 8, y = row * 6, width = 8, height = 6
            properties = {
              title = "${name}: seconds to answer", region = var.region, period = local.minute, view = "timeSeries"
              metrics = [
                ["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", var.load_balancers[name], { stat = "p50" }],
                ["...", { stat = "p99" }],
              ]
            }
          },
          {
            type = "metric", x = 16, y = row * 6, width = 8, height = 6
            properties = {
              title = "${name}: connections and capacity units", region = var.region, period = local.minute, view = "timeSeries"
              metrics = [
                ["AWS/ApplicationELB", "ActiveConnectionCount", "LoadBalancer", var.load_balancers[name], { stat = "Sum" }],
                [".", "ConsumedLCUs", ".", ".", { stat = "Sum", yAxis = "right" }],
              ]
            }
          },
        ]
      ]),
      var.cluster == null ? [] : [
        {
          type = "metric", x = 0, y = length(var.load_balancers) * 6, width = 24, height = 6
          properties = {
            title = "tasks: percent of what they reserve", region = var.region, stat = "Average", period = local.minute, view = "timeSeries"
            metrics = [
              ["AWS/ECS", "CPUUtilization", "ClusterName", var.cluster],
              [".", "MemoryUtilization", ".", "."],
            ]
          }
        },
      ],
    )
  })
}

# What the load balancer itself could not answer, whichever service was asked.
resource "aws_cloudwatch_metric_alarm" "load_balancer" {
  for_each = var.load_balancers

  alarm_name          = "${local.prefix}-balancer-${each.key}"
  alarm_description   = "Load balancer ${each.key} answers 5xx by itself: no healthy task, or none in time."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_ELB_5XX_Count"
  dimensions          = { LoadBalancer = each.value }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  threshold           = 10
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told
  ok_actions          = local.told
}

# ------------------------------------------------------------------------------
# Services: traffic, errors, latency, saturation, by colour
# ------------------------------------------------------------------------------

resource "aws_cloudwatch_dashboard" "service" {
  for_each = var.services

  dashboard_name = "${local.prefix}-${each.key}"

  dashboard_body = jsonencode({
    widgets = [
      {
        type = "metric", x = 0, y = 0, width = 12, height = 6
        properties = {
          title = "Traffic: requests a minute", region = var.region, stat = "Sum", period = local.minute, view = "timeSeries"
          metrics = [
            for color in sort(keys(each.value.target_groups)) :
            ["AWS/ApplicationELB", "RequestCount", "TargetGroup", each.value.target_groups[color], "LoadBalancer", each.value.load_balancer, { label = color }]
          ]
        }
      },
      {
        type = "metric", x = 12, y = 0, width = 12, height = 6
        properties = {
          title = "Errors: 5xx a minute", region = var.region, stat = "Sum", period = local.minute, view = "timeSeries"
          metrics = [
            for color in sort(keys(each.value.target_groups)) :
            ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "TargetGroup", each.value.target_groups[color], "LoadBalancer", each.value.load_balancer, { label = color }]
          ]
        }
      },
      {
        type = "metric", x = 0, y = 6, width = 12, height = 6
        properties = {
          title = "Latency: seconds to answer", region = var.region, period = local.minute, view = "timeSeries"
          metrics = flatten([
            for color in sort(keys(each.value.target_groups)) : [
              for stat in ["p50", "p99"] :
              { row = ["AWS/ApplicationELB", "TargetResponseTime", "TargetGroup", each.value.target_groups[color], "LoadBalancer", each.value.load_balancer, { label = "${color} ${stat}", stat = stat }] }
            ]
          ])[*].row
        }
      },
      {
        type = "metric", x = 12, y = 6, width = 12, height = 6
        properties = {
          title = "Saturation: percent of what the tasks reserve", region = var.region, stat = "Average", period = local.minute, view = "timeSeries"
          metrics = flatten([
            for color in sort(keys(each.value.ecs_services)) : [
              for metric in ["CPUUtilization", "MemoryUtilization"] :
              { row = ["AWS/ECS", metric, "ServiceName", each.value.ecs_services[color], "ClusterName", each.value.cluster, { label = "${color} ${metric}" }] }
            ]
          ])[*].row
        }
      },
    ]
  })
}

# Both colours together: an alarm that a deployment watches must not fall silent when the traffic moves.
resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = { for name, service in var.services : name => service if service.alarms != null }

  alarm_name          = "${local.prefix}-${each.key}-errors"
  tags                = { "teal:environment" = var.name, "teal:service" = each.key }
  alarm_description   = "More than ${each.value.alarms.errors_percent} % of the answers of ${each.key} are 5xx."
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  threshold           = each.value.alarms.errors_percent
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told
  ok_actions          = local.told

  metric_query {
    id          = "percent"
    label       = "5xx in percent"
    expression  = "100 * (${join(" + ", [for color in sort(keys(each.value.target_groups)) : "FILL(errors_${color}, 0)"])}) / (${join(" + ", [for color in sort(keys(each.value.target_groups)) : "FILL(requests_${color}, 0)"])})"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = merge([
      for color, group in each.value.target_groups : {
        "errors_${color}"   = { metric = "HTTPCode_Target_5XX_Count", group = group }
        "requests_${color}" = { metric = "RequestCount", group = group }
      }
    ]...)

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value.metric
        stat        = "Sum"
        period      = 60
        dimensions  = { TargetGroup = metric_query.value.group, LoadBalancer = each.value.load_balancer }
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  for_each = { for name, service in var.services : name => service if service.alarms != null }

  alarm_name          = "${local.prefix}-${each.key}-latency"
  tags                = { "teal:environment" = var.name, "teal:service" = each.key }
  alarm_description   = "One in a hundred answers of ${each.key} takes longer than ${each.value.alarms.p99_seconds} s."
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  threshold           = each.value.alarms.p99_seconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told
  ok_actions          = local.told

  metric_query {
    id          = "slowest"
    label       = "p99 of the slower colour"
    expression  = "MAX([${join(", ", [for color in sort(keys(each.value.target_groups)) : "p99_${color}"])}])"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.target_groups

    content {
      id          = "p99_${metric_query.key}"
      return_data = false

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = "TargetResponseTime"
        stat        = "p99"
        period      = 60
        dimensions  = { TargetGroup = metric_query.value, LoadBalancer = each.value.load_balancer }
      }
    }
  }
}

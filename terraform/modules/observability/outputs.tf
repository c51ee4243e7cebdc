output "topic_arn" {
  description = "Where alarms are told; null without a topic."
  value       = one(aws_sns_topic.this[*].arn)
}

output "alarm_names" {
  description = "Alarms of the services, by service: what `deployment.alarms` may name."
  value = {
    for name in keys(aws_cloudwatch_metric_alarm.errors) : name => [
      aws_cloudwatch_metric_alarm.errors[name].alarm_name,
      aws_cloudwatch_metric_alarm.latency[name].alarm_name,
    ]
  }
}

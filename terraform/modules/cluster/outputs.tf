output "name" {
  description = "The cluster's name."
  value       = aws_ecs_cluster.this.name
}

output "arn" {
  description = "The cluster."
  value       = aws_ecs_cluster.this.arn
}

output "session_log_group" {
  description = "Where sessions of ECS Exec are logged."
  value       = aws_cloudwatch_log_group.sessions.name
}

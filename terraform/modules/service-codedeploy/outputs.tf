output "app" {
  description = "The name of the CodeDeploy application."
  value       = aws_codedeploy_app.this.name
}

output "deployment_group" {
  description = "The name of the deployment group."
  value       = aws_codedeploy_deployment_group.this.deployment_group_name
}

output "target_group_arns" {
  description = "ARNs of both target groups, by colour."
  value       = { for color, group in aws_lb_target_group.this : color => group.arn }
}

output "ecs_service" {
  description = "The name of the ECS service."
  value       = aws_ecs_service.this.name
}

output "role_arn" {
  description = "The ARN of CodeDeploy's role."
  value       = aws_iam_role.this.arn
}

output "target_group_suffixes" {
  description = "What CloudWatch knows each colour's target group by: targetgroup/<name>/<id>."
  value       = { for color, group in aws_lb_target_group.this : color => group.arn_suffix }
}

output "log_group" {
  description = "Name of the tasks' log group."
  value       = aws_cloudwatch_log_group.this.name
}

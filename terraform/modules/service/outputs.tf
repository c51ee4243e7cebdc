output "production_rule_arns" {
  description = "ARNs of the rules whose weights decide which colour clients reach."
  value       = [for key in local.places : aws_lb_listener_rule.production[key].arn]
}

output "test_rule_arns" {
  description = "ARNs of the rules that lead to the colour under test."
  value       = [for key in local.test_places : aws_lb_listener_rule.test[key].arn]
}

output "listener_arns" {
  description = "ARNs of the listeners that the production rules are on."
  value       = var.load_balancer.productionListenerArns
}

output "target_group_arns" {
  description = "ARN of each colour's target group."
  value       = { for color, group in aws_lb_target_group.this : color => group.arn }
}

output "target_group_suffixes" {
  description = "What CloudWatch knows each colour's target group by: targetgroup/<name>/<id>."
  value       = { for color, group in aws_lb_target_group.this : color => group.arn_suffix }
}

output "ecs_services" {
  description = "Name of each colour's ECS service."
  value       = { for color, service in aws_ecs_service.this : color => service.name }
}

output "role_arns" {
  description = "ARNs of the execution role and the task role."
  value       = module.roles.arns
}

output "log_group" {
  description = "Name of the log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "tables" {
  description = "What DynamoDB calls the service's tables, by their names in the service's JSON."
  value       = { for name, table in var.tables : name => table.name }
}

output "discovery_parameter" {
  description = "Name of the parameter that deployments find all of this by."
  value       = aws_ssm_parameter.discovery.name
}

output "balancer_security_group_ids" {
  description = "Groups of the load balancers, by name."
  value       = { for name, group in aws_security_group.balancer : name => group.id }
}

output "task_security_group_id" {
  description = "The group of the tasks."
  value       = aws_security_group.tasks.id
}

output "endpoint_security_group_ids" {
  description = "The group of the interface endpoints, in a list; none without them."
  value       = aws_security_group.endpoints[*].id
}

output "database_security_group_id" {
  description = "The group of the database; null without one."
  value       = one(aws_security_group.database[*].id)
}

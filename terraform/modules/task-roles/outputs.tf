output "arns" {
  description = "ARNs of the execution role and the task role."
  value       = { for purpose, role in aws_iam_role.this : purpose => role.arn }
}

output "names" {
  description = "Names of the execution role and the task role."
  value       = local.role_names
}

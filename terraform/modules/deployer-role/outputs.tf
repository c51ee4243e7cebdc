output "role_arn" {
  description = "The ARN of the role, which the pipeline takes."
  value       = aws_iam_role.this.arn
}

output "policy" {
  description = "What the role may do, as JSON."
  value       = local.policy
}

output "arns" {
  description = "Secrets by their key: what a role needs to read one."
  value = merge(
    { for key, parameter in aws_ssm_parameter.this : key => parameter.arn },
    { for key, secret in aws_secretsmanager_secret.this : key => secret.arn },
  )
}

output "references" {
  description = "What `secrets` of a service's JSON says to have one."
  value       = { for key, secret in var.secrets : key => "${var.store}:${secret.name}" }
}

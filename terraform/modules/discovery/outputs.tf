output "environment_parameter" {
  description = "The name of the environment's document."
  value       = aws_ssm_parameter.environment.name
}

output "platform_parameter" {
  description = "The name of the platform's document."
  value       = aws_ssm_parameter.platform.name
}

output "test_token" {
  description = "The value of the header that leads to the colour under test."
  value       = terraform_data.test_token.output
}

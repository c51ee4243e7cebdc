output "names" {
  description = "The names that lead to load balancers."
  value       = { for key, record in aws_route53_record.alias : key => record.fqdn }
}

output "health_check_ids" {
  description = "Health checks, by the record's key."
  value       = { for key, check in aws_route53_health_check.this : key => check.id }
}

output "arn" {
  description = "The load balancer."
  value       = aws_lb.this.arn
}

output "arn_suffix" {
  description = "What CloudWatch knows it by: app/<name>/<id>."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "The name that AWS gives it."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "The zone of that name, for alias records."
  value       = aws_lb.this.zone_id
}

output "scheme" {
  description = "`https` or `http`."
  value       = var.https ? "https" : "http"
}

output "production_listener_arns" {
  description = "The listeners that services put their rules on."
  value       = concat(aws_lb_listener.https[*].arn, aws_lb_listener.http[*].arn)
}

output "test_listener_arn" {
  description = "The listener for the colour under test; null without one."
  value       = one(aws_lb_listener.test[*].arn)
}

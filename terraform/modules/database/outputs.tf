output "host" {
  description = "Where it is written to."
  value       = local.rds == 1 ? aws_db_instance.this[0].address : aws_rds_cluster.this[0].endpoint
}

output "read_host" {
  description = "Where it is read from: a replica where there is one."
  value = (
    local.aurora == 1
    ? aws_rds_cluster.this[0].reader_endpoint
    : local.replica == 1 ? one(aws_db_instance.replica[*].address) : aws_db_instance.this[0].address
  )
}

output "port" {
  description = "Its port."
  value       = var.port
}

output "database_name" {
  description = "The database in it that applications use."
  value       = var.database_name
}

output "secret_arn" {
  description = "The secret with `username` and `password`."
  value       = local.secret_arn
}

output "final_snapshot" {
  description = "The snapshot that deleting it leaves; null without one."
  value       = var.final_snapshot ? "${local.identifier}-final-${terraform_data.snapshot.output}" : null
}

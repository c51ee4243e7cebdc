output "bucket" {
  description = "The name of the bucket."
  value       = aws_s3_bucket.this.id
}

output "lock_table" {
  description = "The name of the table for locks; null where there is none."
  value       = one(aws_dynamodb_table.lock[*].name)
}

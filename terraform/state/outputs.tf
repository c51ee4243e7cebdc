output "bucket" {
  description = "The name of the bucket."
  value       = module.state.bucket
}

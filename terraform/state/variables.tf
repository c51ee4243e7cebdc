variable "account" {
  description = "The AWS account: 12 digits."
  type        = string
  nullable    = false
}

variable "region" {
  description = "The region, such as eu-west-1."
  type        = string
  nullable    = false
}

variable "lock_table" {
  description = "Whether there is a DynamoDB table for locks as well, for Terraform before 1.10."
  type        = bool
  default     = false
  nullable    = false
}

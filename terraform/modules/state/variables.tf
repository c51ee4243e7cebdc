variable "account" {
  description = "The AWS account that the bucket is named after: 12 digits."
  type        = string
  nullable    = false
  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "An account has 12 digits: give environments/<name>.json its account."
  }
}

variable "region" {
  description = "The region that the bucket is named after, such as eu-west-1."
  type        = string
  nullable    = false
  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "Not a region such as eu-west-1: give environments/<name>.json its region."
  }
}

variable "lock_table" {
  description = "Whether there is a DynamoDB table for locks as well. Only Terraform before 1.10 needs it: later ones lock with a file in the bucket."
  type        = bool
  default     = false
  nullable    = false
}

variable "name" {
  description = "The environment's name: the key's alias is `alias/teal-<name>`."
  type        = string
  nullable    = false
}

variable "account" {
  description = "The account that owns the key: 12 digits."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "Give the account's 12 digits, in quotes."
  }
}

variable "partition" {
  description = "The partition of ARNs, `aws` nearly everywhere."
  type        = string
  default     = "aws"
  nullable    = false
}

variable "region" {
  description = "The key's region: its CloudWatch Logs is let in."
  type        = string
  nullable    = false
}

variable "deletion_window_days" {
  description = "Days for which a key that was deleted can be brought back: 7 to 30."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "AWS waits 7 to 30 days before it deletes a key."
  }
}

variable "secrets" {
  description = "Secrets by a key that people chose: the name in the store, and what it is for. No value: `teal secret put` and `teal secret generate` bring it."
  type = map(object({
    name        = string
    description = optional(string, "")
  }))
  nullable = false

  validation {
    condition     = length(distinct([for secret in values(var.secrets) : secret.name])) == length(var.secrets)
    error_message = "Two secrets have one name: give each its own."
  }
}

variable "store" {
  description = "Where values are kept: `ssm` (SecureString parameters) or `secretsmanager`."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["ssm", "secretsmanager"], var.store)
    error_message = "Secrets are kept in ssm or secretsmanager."
  }
}

variable "kms_key_arn" {
  description = "The key that encrypts values; null: AWS's own."
  type        = string
  default     = null
}

variable "recovery_days" {
  description = "Days for which a secret of Secrets Manager that was deleted can be brought back: 0, or 7 to 30."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.recovery_days == 0 || (var.recovery_days >= 7 && var.recovery_days <= 30)
    error_message = "Secrets Manager waits for 7 to 30 days, or deletes at once (0)."
  }
}

variable "tags" {
  description = "Tags by key."
  type        = map(string)
  default     = {}
  nullable    = false
}

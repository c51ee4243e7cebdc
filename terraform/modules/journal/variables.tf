variable "name" {
  description = "The environment's name: the table is `teal-journal-<name>`."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "The key that encrypts the table; null: AWS's own."
  type        = string
  default     = null
}

variable "encrypted" {
  description = "Whether there is such a key: its ARN is not known before the first apply."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether the table can be deleted only after this was lifted."
  type        = bool
  default     = true
  nullable    = false
}

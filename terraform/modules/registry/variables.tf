variable "repositories" {
  description = "Repositories by name, and how many images that no deployment named are kept in each."
  type        = map(object({ keep = optional(number, 50) }))
  nullable    = false

  validation {
    condition     = alltrue([for repository in values(var.repositories) : repository.keep >= 1])
    error_message = "Keep one image at least."
  }
}

variable "kms_key_arn" {
  description = "The key that encrypts images; null: S3's own."
  type        = string
  default     = null
}

variable "force_delete" {
  description = "Whether a repository that holds images can be deleted."
  type        = bool
  default     = false
  nullable    = false
}

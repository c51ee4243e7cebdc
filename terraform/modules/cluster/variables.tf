variable "name" {
  description = "The environment's name, which is the cluster's."
  type        = string
  nullable    = false
}

variable "container_insights" {
  description = "Whether CloudWatch keeps metrics of each task."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_arn" {
  description = "The key that encrypts sessions of ECS Exec and their log; null: AWS's own."
  type        = string
  default     = null
}

variable "encrypted" {
  description = "Whether there is such a key: its ARN is not known before the first apply."
  type        = bool
  default     = false
  nullable    = false
}

variable "retention_days" {
  description = "Days for which the log of sessions is kept."
  type        = number
  default     = 90
  nullable    = false
}

variable "environment" {
  description = "The environment by its name, with the account (12 digits) and the region that all ARNs are written for."
  type        = object({ name = string, account = string, region = string })
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.environment.account))
    error_message = "An account has 12 digits: give the environment its account."
  }
}

variable "name" {
  description = "Name of the service whose tasks get the roles."
  type        = string
  nullable    = false
}

variable "partition" {
  description = "The partition of all ARNs: aws, aws-cn or aws-us-gov."
  type        = string
  default     = "aws"
  nullable    = false
}

variable "log_group_arn" {
  description = "ARN of the log group that the tasks write to."
  type        = string
  nullable    = false
}

variable "image" {
  description = "The image as the service's JSON names it; null where it is built. ECS may pull it where it is in ECR."
  type        = string
  default     = null
}

variable "secrets" {
  description = "Secrets by the variable that gets each: its store (`ssm`, `secretsmanager`), its name there, and whether the application fetches it (true) or ECS puts it into the container (false)."
  type        = map(object({ store = string, name = string, fetch = bool }))
  default     = {}
  nullable    = false
}

variable "kms_key_arn" {
  description = "ARN of the environment's own key, which secrets are encrypted with; null: AWS's keys."
  type        = string
  default     = null
}

variable "tables" {
  description = "DynamoDB tables that the service uses, by their names in the service's JSON: what DynamoDB calls them, and their ARNs."
  type        = map(object({ name = string, arn = string }))
  default     = {}
  nullable    = false
}

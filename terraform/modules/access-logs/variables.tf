variable "name" {
  description = "The environment's name."
  type        = string
  nullable    = false
}

variable "account" {
  description = "The account: 12 digits. Names of buckets are the whole world's, so that it is part of this one's."
  type        = string
  nullable    = false
}

variable "region" {
  description = "The region: part of the bucket's name."
  type        = string
  nullable    = false
}

variable "partition" {
  description = "The partition of ARNs, `aws` nearly everywhere."
  type        = string
  default     = "aws"
  nullable    = false
}

variable "prefixes" {
  description = "The prefix of each load balancer's logs."
  type        = set(string)
  nullable    = false
}

variable "retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 90
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether the bucket is kept as long as there are logs in it."
  type        = bool
  default     = true
  nullable    = false
}

variable "zone_id" {
  description = "The Route 53 zone of the domain."
  type        = string
  nullable    = false
}

variable "domain" {
  description = "The domain that is certified: it and every name directly below it."
  type        = string
  nullable    = false
}

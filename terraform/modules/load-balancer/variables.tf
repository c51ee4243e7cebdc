variable "environment" {
  description = "The environment's name: the load balancer's begins with it."
  type        = string
  nullable    = false

  validation {
    condition     = !startswith(var.environment, "internal")
    error_message = "AWS keeps names that begin with \"internal-\" for itself: rename the environment."
  }
}

variable "name" {
  description = "The load balancer's name in the environment, such as main."
  type        = string
  nullable    = false
}

variable "internal" {
  description = "Whether it is reached from inside of the network only."
  type        = bool
  default     = false
  nullable    = false
}

variable "subnet_ids" {
  description = "Its subnets, in two zones at least."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "AWS makes no load balancer in fewer than two zones: give two subnets."
  }
}

variable "security_group_ids" {
  description = "Its security groups."
  type        = list(string)
  nullable    = false
}

variable "https" {
  description = "Whether it serves HTTPS, with `certificate_arn`; otherwise HTTP."
  type        = bool
  default     = false
  nullable    = false
}

variable "certificate_arn" {
  description = "A validated certificate of ACM, where it serves HTTPS."
  type        = string
  default     = null
}

variable "test_port" {
  description = "The port of a listener for the colour under test; null: none."
  type        = number
  default     = null

  validation {
    condition     = var.test_port == null ? true : !contains([80, 443], var.test_port)
    error_message = "Ports 80 and 443 are production's: give the test listener another, such as 9000."
  }
}

variable "access_logs" {
  description = "Where requests are logged; null: nowhere."
  type = object({
    bucket = string
    prefix = string
  })
  default = null
}

variable "deletion_protection" {
  description = "Whether it can be deleted only after this was lifted."
  type        = bool
  default     = true
  nullable    = false
}

variable "idle_timeout_seconds" {
  description = "After how long a silent connection is closed."
  type        = number
  default     = 60
  nullable    = false
}

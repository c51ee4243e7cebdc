variable "name" {
  description = "The environment's name: the names of the groups begin with it."
  type        = string
  nullable    = false
}

variable "vpc_id" {
  description = "The network of the groups."
  type        = string
  nullable    = false
}

variable "vpc_cidr" {
  description = "The network's addresses: who may reach an internal load balancer."
  type        = string
  nullable    = false
}

variable "load_balancers" {
  description = "Load balancers by name: whether each is internal, serves HTTPS, and who may reach its test listener (CIDRs)."
  type = map(object({
    internal = optional(bool, false)
    https    = optional(bool, false)
    test = optional(object({
      port = number
      from = list(string)
    }))
  }))
  nullable = false

  validation {
    condition     = alltrue([for balancer in values(var.load_balancers) : balancer.test == null ? true : alltrue([for range in balancer.test.from : !endswith(range, "/0")])])
    error_message = "A test listener is closed to the internet: name the ranges that may reach it."
  }
}

variable "outbound" {
  description = "How tasks reach what is outside: `nat`, `endpoints` or `public`."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["nat", "endpoints", "public"], var.outbound)
    error_message = "The way out is nat, endpoints or public."
  }
}

variable "outbound_ports" {
  description = "TCP ports on which tasks may reach the internet, where there is a way to it."
  type        = set(number)
  default     = [443]
  nullable    = false
}

variable "endpoints" {
  description = "Whether there are interface endpoints that need a group."
  type        = bool
  default     = false
  nullable    = false
}

variable "gateway_prefix_list_ids" {
  description = "Prefix lists of the services behind gateway endpoints, by service: they are reached by route, not through a group."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "database_port" {
  description = "The port of the database; null without one."
  type        = number
  default     = null
}

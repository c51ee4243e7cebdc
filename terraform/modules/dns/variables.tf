variable "zone_id" {
  description = "The Route 53 zone of the domain."
  type        = string
  nullable    = false
}

variable "records" {
  description = "Names that lead to load balancers, by a key that people chose. With `routing` several environments answer for one name: by the client's distance, or one while the other is healthy."
  type = map(object({
    name = string
    alias = object({
      dns_name = string
      zone_id  = string
    })
    routing = optional(object({
      policy     = string
      identifier = string
      region     = optional(string)
      role       = optional(string)
    }))
    health_check = optional(object({
      path              = string
      https             = optional(bool, true)
      interval_seconds  = optional(number, 30)
      failure_threshold = optional(number, 3)
    }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for record in values(var.records) : record.routing == null ? true : contains(["latency", "failover"], record.routing.policy)])
    error_message = "Records are routed by latency or failover."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : try(record.routing.policy, "") == "latency" ? try(record.routing.region, null) != null : true])
    error_message = "A record that is routed by latency needs the region that it leads to."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : try(record.routing.policy, "") == "failover" ? contains(["primary", "secondary"], coalesce(record.routing.role, "none")) : true])
    error_message = "A record of a failover has the role primary or secondary."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : try(record.routing.role, null) == "primary" ? record.health_check != null : true])
    error_message = "The primary of a failover needs a health check: without it nothing ever fails over."
  }
}

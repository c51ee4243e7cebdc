variable "name" {
  description = "The environment's name: the `Name` of what is made begins with it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}$", var.name))
    error_message = "Give the environment's name: lower-case letters, digits and hyphens, at most 20."
  }
}

variable "mode" {
  description = "`create` makes a network; `given` takes the one whose ids are in `given`."
  type        = string
  default     = "create"
  nullable    = false

  validation {
    condition     = contains(["create", "given"], var.mode)
    error_message = "The mode is create or given."
  }
}

variable "region" {
  description = "The region, as AWS's endpoint services have it in their names."
  type        = string
  nullable    = false
}

# ------------------------------------------------------------------------------
# A network that is made
# ------------------------------------------------------------------------------

variable "cidr" {
  description = "Addresses of the network: a /16."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "The subnets are cut from a /16: give one, such as 10.0.0.0/16."
  }
}

variable "zones" {
  description = "Availability zones by their letter, such as { a = \"xx-east-1a\" }. The letter is the identity of a zone's subnets and decides their addresses."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for letter in keys(var.zones) : can(regex("^[a-h]$", letter))])
    error_message = "Zones are keyed by their letter, a to h."
  }
}

variable "outbound" {
  description = "How tasks reach what is outside: `nat`, `endpoints` (AWS alone) or `public` (addresses of their own)."
  type        = string
  default     = "public"
  nullable    = false

  validation {
    condition     = contains(["nat", "endpoints", "public"], var.outbound)
    error_message = "The way out is nat, endpoints or public."
  }
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone, so that the loss of one cuts off no other; or one for all."
  type        = bool
  default     = false
  nullable    = false
}

variable "interface_endpoints" {
  description = "AWS services that tasks reach through interface endpoints where the way out is `endpoints`."
  type        = set(string)
  default     = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "ssmmessages"]
  nullable    = false
}

variable "endpoint_security_group_ids" {
  description = "Security groups of the interface endpoints."
  type        = list(string)
  default     = []
  nullable    = false
}

# ------------------------------------------------------------------------------
# A network that is there
# ------------------------------------------------------------------------------

variable "given" {
  description = "Ids of a network that is there, with mode `given`. Without task subnets, tasks run in the public ones."
  type = object({
    vpc_id              = string
    cidr                = string
    public_subnet_ids   = list(string)
    task_subnet_ids     = optional(list(string), [])
    database_subnet_ids = optional(list(string), [])
  })
  default = null

  validation {
    condition     = (var.mode == "given") == (var.given != null)
    error_message = "Mode given needs the ids, and mode create takes none."
  }
}

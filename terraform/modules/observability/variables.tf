variable "name" {
  description = "The environment's name: what is made begins with `teal-<name>`."
  type        = string
  nullable    = false
}

variable "region" {
  description = "The region that dashboards read metrics of."
  type        = string
  nullable    = false
}

variable "topic" {
  description = "Who is told of alarms: e-mail addresses and HTTPS addresses, each of which has to confirm. Null: no topic is made."
  type = object({
    email   = optional(list(string), [])
    webhook = optional(list(string), [])
  })
  default = null
}

variable "kms_key_arn" {
  description = "The key that encrypts the topic; null: none, because AWS's own key for SNS lets no alarm in."
  type        = string
  default     = null
}

variable "load_balancers" {
  description = "Load balancers by name, as CloudWatch knows them: app/<name>/<id>. With some, the environment has a dashboard and alarms."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "cluster" {
  description = "The ECS cluster of the environment's dashboard; null without one."
  type        = string
  default     = null
}

variable "alarm_topic_arn" {
  description = "Where alarms are told, where this module makes no topic; null: nowhere."
  type        = string
  default     = null
}

variable "services" {
  description = "Services by name: where their traffic, errors, latency and saturation are measured, and from when on that is an alarm. A deployment watches alarms that its JSON names: `teal-<environment>-<service>-errors` and `-latency`."
  type = map(object({
    load_balancer = string
    cluster       = string
    target_groups = map(string)
    ecs_services  = map(string)
    alarms = optional(object({
      errors_percent = optional(number, 5)
      p99_seconds    = optional(number, 2)
    }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for service in values(var.services) : length(service.target_groups) > 0 && length(service.ecs_services) > 0])
    error_message = "A service is measured by its target groups and its ECS services: name them."
  }
}

variable "environment" {
  description = "The environment by its name, with the account (12 digits) and the region that all ARNs are written for."
  type        = object({ name = string, account = string, region = string })
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}$", var.environment.name))
    error_message = "An environment's name has at most 20 lower-case letters, digits and hyphens: rename environments/<name>.json."
  }
}

variable "test_token" {
  description = "Value of the header x-teal-test that leads to the colour under test. It routes and is no secret: DescribeRules shows it."
  type        = string
  nullable    = false
}

variable "platform" {
  description = "What the platform root made for all services: network, groups, cluster; the key that secrets are encrypted with and the topic that alarms go to, where there are such."
  type = object({
    vpcId               = string
    taskSubnetIds       = list(string)
    assignPublicIp      = bool
    taskSecurityGroupId = string
    clusterName         = string
    clusterArn          = string
    kmsKeyArn           = optional(string)
    alarmTopicArn       = optional(string)
  })
  nullable = false

  validation {
    condition     = length(var.platform.taskSubnetIds) > 0
    error_message = "Tasks need a subnet: apply terraform/platform first."
  }
}

variable "load_balancer" {
  description = "The load balancer that the service stands behind: its ARN's suffix (app/<name>/<id>), the listeners that clients reach, and a listener for the colour under test, where there is one."
  type = object({
    arnSuffix              = string
    productionListenerArns = list(string)
    testListenerArn        = optional(string)
  })
  nullable = false

  validation {
    condition     = length(var.load_balancer.productionListenerArns) > 0
    error_message = "The load balancer has no listener that clients reach: apply terraform/platform first."
  }
}

variable "service" {
  description = "The service as `teal sync` wrote it: every default filled in, durations in seconds. Members that belong to the engine are passed over."
  type = object({
    name          = string
    kind          = string
    terraformHash = string
    image         = object({ kind = string, reference = optional(string) })
    protocol      = string
    routes        = list(object({ key = string, host = optional(string), path = string, priority = number }))
    targetHealthCheck = object({
      path               = string
      matcher            = string
      intervalSeconds    = number
      timeoutSeconds     = number
      healthyThreshold   = number
      unhealthyThreshold = number
    })
    stickiness                 = optional(object({ durationSeconds = number }))
    gracePeriodSeconds         = number
    deregistrationDelaySeconds = number
    logs                       = object({ retentionDays = number })
    secrets                    = map(object({ store = string, name = string, fetch = bool }))
    scaling = object({
      min               = number
      max               = number
      cpuPercent        = optional(number)
      memoryPercent     = optional(number)
      requestsPerTarget = optional(number)
      schedules = list(object({
        cron       = string
        expression = string
        timezone   = string
        min        = optional(number)
        max        = optional(number)
      }))
    })
  })
  nullable = false

  validation {
    condition     = var.service.kind == "web"
    error_message = "Only a service of kind \"web\" has target groups and rules: leave services of another kind out."
  }

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.service.name))
    error_message = "A service's name has at most 40 lower-case letters, digits and hyphens: rename services/<name>.json."
  }

  validation {
    condition     = length(var.service.routes) > 0
    error_message = "A web service has at least one route: give services/<name>.json one, and run \"teal sync\"."
  }

  validation {
    condition     = length(distinct(var.service.routes[*].priority)) == length(var.service.routes) && length(distinct(var.service.routes[*].key)) == length(var.service.routes)
    error_message = "Two routes share a priority or a key: give each its own priority in services/<name>.json, and run \"teal sync\"."
  }
}

variable "tables" {
  description = "DynamoDB tables that the service uses, by their names in the service's JSON: what DynamoDB calls them, and their ARNs."
  type        = map(object({ name = string, arn = string }))
  default     = {}
  nullable    = false
}

variable "standing" {
  description = "What stands already, as it was read before this plan: the weights of the first production rule and the desired counts of both ECS services. What is made now begins with it; what is there is never changed to it. Null for a service that is new."
  type = object({
    weights = object({ blue = number, green = number })
    desired = object({ blue = number, green = number })
  })
  default = null
}

variable "live" {
  description = "The colour that is to have all traffic, for teams that switch by Terraform: a change of it calls `teal switch`. Null: traffic is no affair of Terraform's."
  type        = string
  default     = null

  validation {
    condition     = var.live == null || contains(["blue", "green"], coalesce(var.live, "blue"))
    error_message = "A service has two colours: say \"blue\" or \"green\", or leave the service out of live."
  }
}

variable "project" {
  description = "Folder of the teal project, which `teal switch` is called in where `live` is said."
  type        = string
  default     = "."
  nullable    = false
}

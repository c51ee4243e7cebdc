variable "environment" {
  description = "The environment's name, account (12 digits) and region."
  type        = object({ name = string, account = string, region = string })
  nullable    = false
  validation {
    condition     = can(regex("^[0-9]{12}$", var.environment.account))
    error_message = "An account has 12 digits: give the environment its account."
  }
}

variable "name" {
  description = "The service's name: the file's in services/."
  type        = string
  nullable    = false
  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name)) && length(var.name) <= 40
    error_message = "A service's name is of lower-case letters, digits and single hyphens, 40 at most: rename its file."
  }
}

variable "cluster" {
  description = "The ECS cluster: its name and ARN."
  type        = object({ name = string, arn = string })
  nullable    = false
}

variable "network" {
  description = "Where the tasks stand: VPC, subnets, security groups, and whether they have public addresses."
  type = object({
    vpc_id             = string
    subnet_ids         = list(string)
    security_group_ids = list(string)
    assign_public_ip   = optional(bool, false)
  })
  nullable = false
  validation {
    condition     = length(var.network.subnet_ids) > 0
    error_message = "Tasks need a subnet at least: give the ones of the environment's network."
  }
}

variable "listeners" {
  description = "ARNs of the listeners whose traffic CodeDeploy moves: of production, and of tests before that; test is null where there is none."
  type        = object({ production = string, test = optional(string) })
  nullable    = false
}

variable "routes" {
  description = "Which requests come here, by the key of each route: host (null: any), path and priority, which the rule gets twice."
  type        = map(object({ host = optional(string), path = string, priority = number }))
  nullable    = false
  validation {
    condition     = length(var.routes) > 0
    error_message = "Without a route nobody reaches the service: give it one."
  }
}

variable "log_retention_days" {
  description = "Days for which the tasks' logs are kept."
  type        = number
  default     = 14
  nullable    = false
}

variable "kms_key_arn" {
  description = "ARN of the key that the logs are encrypted with; null: AWS's own."
  type        = string
  default     = null
}

variable "port" {
  description = "The port that the container listens on. CodeDeploy's application specification names it as well."
  type        = number
  nullable    = false
  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "A port is a number from 1 to 65535: mend the service's port."
  }
}

variable "health_check" {
  description = "The load balancer's check of each task; times in seconds."
  type = object({
    path                = string
    matcher             = optional(string, "200")
    interval            = optional(number, 10)
    timeout             = optional(number, 5)
    healthy_threshold   = optional(number, 2)
    unhealthy_threshold = optional(number, 2)
  })
  nullable = false
  validation {
    condition     = var.health_check.timeout < var.health_check.interval
    error_message = "A check must time out before the next one begins: lower targetHealthCheck.timeout."
  }
}

variable "roles" {
  description = "ARNs of the roles that tasks are started with and run as."
  type        = object({ execution = string, task = string })
  nullable    = false
}

variable "desired_count" {
  description = "How many tasks the service begins with; deployments and autoscaling change it."
  type        = number
  default     = 1
  nullable    = false
}

variable "grace_period_seconds" {
  description = "How long after a task's start failing health checks are ignored, in seconds."
  type        = number
  default     = 30
  nullable    = false
}

variable "deregistration_delay_seconds" {
  description = "How long a target that is taken out may finish its requests, in seconds."
  type        = number
  default     = 30
  nullable    = false
  validation {
    condition     = var.deregistration_delay_seconds >= 0 && var.deregistration_delay_seconds <= 3600
    error_message = "A load balancer takes 0 to 3600 seconds."
  }
}

variable "shift" {
  description = "How traffic moves: all at once, or first a share (percent) and the rest, or further shares, after an interval in minutes."
  type        = object({ kind = string, percent = optional(number), minutes = optional(number) })
  default     = { kind = "all-at-once" }
  nullable    = false
  validation {
    condition     = contains(["all-at-once", "canary", "linear"], var.shift.kind)
    error_message = "CodeDeploy knows all-at-once, canary and linear: choose one of them, or the controller teal."
  }
  validation {
    condition     = var.shift.kind == "all-at-once" || try(var.shift.percent >= 1 && var.shift.percent <= 99 && var.shift.minutes >= 1 && var.shift.minutes <= 2880, false)
    error_message = "A share is 1 to 99 percent, and an interval 1 to 2880 minutes: say both."
  }
}

variable "termination_wait_minutes" {
  description = "How long the former tasks are kept after all traffic has moved, in minutes: a roll-back is at once until then."
  type        = number
  default     = 15
  nullable    = false
  validation {
    condition     = var.termination_wait_minutes >= 0 && var.termination_wait_minutes <= 2880
    error_message = "CodeDeploy waits for 0 to 2880 minutes."
  }
}

variable "alarms" {
  description = "Names of the CloudWatch alarms that take a deployment back."
  type        = list(string)
  default     = []
  nullable    = false
  validation {
    condition     = length(var.alarms) <= 10
    error_message = "A deployment group watches 10 alarms at most: join some into a composite one."
  }
}

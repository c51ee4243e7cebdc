variable "environment" {
  description = "The environment whose services are deployed: its name, account (12 digits) and region."
  type        = object({ name = string, account = string, region = string })
  nullable    = false
  validation {
    condition     = can(regex("^[0-9]{12}$", var.environment.account))
    error_message = "An account has 12 digits: give the environment its account."
  }
}

variable "partition" {
  description = "The partition of all ARNs: aws, aws-cn or aws-us-gov."
  type        = string
  default     = "aws"
  nullable    = false
}

variable "cluster" {
  description = "The name of the ECS cluster."
  type        = string
  nullable    = false
}

variable "journal_table" {
  description = "The name of the journal's DynamoDB table."
  type        = string
  nullable    = false
}

variable "services" {
  description = "What is deployed, by name of the service: its production and test rules, whose actions are written, the roles that tasks get, the log group's name, the names of the secrets and of the DynamoDB tables, and the ECR repositories that images are taken from."
  type = map(object({
    rule_arns    = list(string)
    role_arns    = list(string)
    log_group    = string
    parameters   = optional(list(string), [])
    secrets      = optional(list(string), [])
    repositories = optional(list(string), [])
    tables       = optional(list(string), [])
  }))
  nullable = false
  validation {
    condition     = length(var.services) > 0
    error_message = "A deployer of no service needs no role: name the services."
  }
  validation {
    condition     = alltrue([for service in values(var.services) : length(service.rule_arns) > 0])
    error_message = "A service without rules has no traffic to move: give its production rules' ARNs."
  }
}

variable "scaled" {
  description = "Names of the services that have scalable targets."
  type        = list(string)
  default     = []
  nullable    = false
  validation {
    condition     = alltrue([for name in var.scaled : contains(keys(var.services), name)])
    error_message = "A name in scaled is none of the services: mend it."
  }
}

variable "github" {
  description = "Who of GitHub may take the role: subjects of its tokens, such as repo:acme/shop:environment:production; repositories made after July 2026 have ids in them (repo:acme@1/shop@2:…). Null: nobody."
  type        = object({ subjects = list(string) })
  default     = null
  validation {
    condition     = var.github == null || alltrue([for subject in try(var.github.subjects, []) : can(regex("^repo:[^*/:]+/[^*/:]+:.+$", subject))])
    error_message = "A subject names one repository, and then what of it: repo:<owner>/<repository>:environment:<name>. A wildcard for owner or repository lets strangers in."
  }
}

variable "gitlab" {
  description = "Who of a GitLab may take the role: its host, the audience of its tokens, and their subjects, such as project_path:acme/shop:ref_type:branch:ref:main. Null: nobody."
  type        = object({ host = optional(string, "gitlab.com"), audience = string, subjects = list(string) })
  default     = null
  validation {
    condition     = var.gitlab == null || alltrue([for subject in try(var.gitlab.subjects, []) : can(regex("^project_path:[^*:]+:.+$", subject))])
    error_message = "A subject names one project, and then what of it: project_path:<group>/<project>:ref_type:branch:ref:<branch>. A wildcard in the path lets strangers in."
  }
}

variable "provider_arns" {
  description = "ARNs of OpenID Connect providers that the account has already, by github and gitlab. One that is missing here is made: an account has each only once."
  type        = map(string)
  default     = {}
  nullable    = false
  validation {
    condition     = alltrue([for name in keys(var.provider_arns) : contains(["github", "gitlab"], name)])
    error_message = "Providers are named github and gitlab."
  }
}

variable "session_seconds" {
  description = "How long a session of the role lasts at most, in seconds: as long as the longest deployment."
  type        = number
  default     = 7200
  nullable    = false
  validation {
    condition     = var.session_seconds >= 3600 && var.session_seconds <= 43200
    error_message = "IAM takes 3600 to 43200 seconds."
  }
}

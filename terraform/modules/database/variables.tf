variable "name" {
  description = "The environment's name: the database is `teal-<name>`."
  type        = string
  nullable    = false
}

variable "engine" {
  description = "`postgres` (RDS) or `aurora-postgres` (Aurora serverless v2)."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["postgres", "aurora-postgres"], var.engine)
    error_message = "The engine is postgres or aurora-postgres."
  }
}

variable "major" {
  description = "The major version of PostgreSQL. It stays until it is changed here; minor ones are AWS's to install."
  type        = number
  nullable    = false
}

variable "database_name" {
  description = "The database in it that applications use."
  type        = string
  default     = "app"
  nullable    = false
}

variable "port" {
  description = "Its port."
  type        = number
  default     = 5432
  nullable    = false
}

# ------------------------------------------------------------------------------
# Where
# ------------------------------------------------------------------------------

variable "subnet_ids" {
  description = "Subnets without a route to the internet, in two zones at least."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS wants subnets in two zones: give them (network.databaseSubnets of an existing network)."
  }
}

variable "security_group_ids" {
  description = "Groups that admit the tasks."
  type        = list(string)
  nullable    = false
}

# ------------------------------------------------------------------------------
# How much
# ------------------------------------------------------------------------------

variable "instance_class" {
  description = "Of RDS."
  type        = string
  default     = "db.t4g.micro"
  nullable    = false
}

variable "storage_gib" {
  description = "Of RDS: GiB to begin with; it grows to ten times that."
  type        = number
  default     = 20
  nullable    = false
}

variable "capacity" {
  description = "Of Aurora: ACUs at rest and under load. At 0 it sleeps."
  type        = object({ min = number, max = number })
  default     = { min = 0.5, max = 2 }
  nullable    = false
}

variable "multi_zone" {
  description = "A standby in another zone."
  type        = bool
  default     = false
  nullable    = false
}

variable "read_replica" {
  description = "A replica to read from. Of RDS: its password is then made once, because AWS has no replica of a database whose password it manages."
  type        = bool
  default     = false
  nullable    = false
}

# ------------------------------------------------------------------------------
# How safe
# ------------------------------------------------------------------------------

variable "backup_days" {
  description = "Days for which backups are kept: 1 to 35."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "RDS keeps backups for 1 to 35 days."
  }
}

variable "rotation_days" {
  description = "How often AWS replaces the password, where it manages it."
  type        = number
  default     = 30
  nullable    = false
}

variable "password" {
  description = "The password of a database that has a read replica: sent when it is made and whenever `password_version` rises, kept nowhere but in its secret."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.password == null ? true : length(var.password) >= 16
    error_message = "Sixteen characters at least."
  }
}

variable "password_version" {
  description = "Of a password that AWS does not manage: raise it, and the next apply makes another."
  type        = number
  default     = 1
  nullable    = false
}

variable "kms_key_arn" {
  description = "The key that encrypts storage and password; null: AWS's own."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether it can be deleted only after this was lifted."
  type        = bool
  default     = true
  nullable    = false
}

variable "final_snapshot" {
  description = "Whether deleting it leaves a snapshot."
  type        = bool
  default     = true
  nullable    = false
}

variable "log_retention_days" {
  description = "Days for which its logs are kept."
  type        = number
  default     = 30
  nullable    = false
}

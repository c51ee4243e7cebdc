variable "synced" {
  description = "The folder that `teal sync` wrote, with the environment's JSON: <project>/.teal/terraform/<environment>."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.synced}/environment.json")
    error_message = "There is no environment.json in that folder: run \"teal sync\" first."
  }
}

variable "protection_lifted" {
  description = "Lifts deletion protection whatever the environment says, so that a destroy can follow: \"teal down\" applies it first."
  type        = bool
  default     = false
  nullable    = false
}

variable "database_password" {
  description = "For a database with a read replica, when it is made and when `database.passwordVersion` rises. Set it as TF_VAR_database_password, which \"teal up\" does: it goes into the database and its secret, and into no plan and no state."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true
}

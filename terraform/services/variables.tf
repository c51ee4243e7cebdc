variable "synced" {
  description = "Folder that `teal sync` wrote of one environment: <project>/.teal/terraform/<environment>."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.synced}/environment.json")
    error_message = "There is no environment.json in this folder: run \"teal sync\" in the project, and name <project>/.teal/terraform/<environment>."
  }
}

variable "only" {
  description = "Names of the services that this state holds, where each has its own (stateScope \"service\"). Null: all of them."
  type        = list(string)
  default     = null

  validation {
    condition     = alltrue([for name in coalesce(var.only, []) : fileexists("${var.synced}/services/${name}.json")])
    error_message = "A service named in only has no file in the synced folder: run \"teal sync\", or mend the name."
  }
}

variable "live" {
  description = "For teams that switch by Terraform: the colour that is to have a service's traffic, by service. A change calls `teal switch`; a later switch by hand is not undone."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "protection_lifted" {
  description = "Lifts deletion protection whatever the environment says, so that a destroy can follow: \"teal down\" applies it first."
  type        = bool
  default     = false
  nullable    = false
}

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

variable "name" {
  description = "Name of the table in DynamoDB: 3 to 255 characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.name))
    error_message = "A table's name has 3 to 255 letters, digits, \"_\", \".\" and \"-\": shorten the names of environment, service or table."
  }
}

variable "partition_key" {
  description = "The partition key; its type is S (text), N (number) or B (bytes)."
  type        = object({ name = string, type = string })
  nullable    = false

  validation {
    condition     = contains(["S", "N", "B"], var.partition_key.type)
    error_message = "A key is of type \"S\", \"N\" or \"B\": give uses.tables another one, and run \"teal sync\"."
  }
}

variable "sort_key" {
  description = "The sort key, or null where the partition key alone names an item."
  type        = object({ name = string, type = string })
  default     = null

  validation {
    condition     = var.sort_key == null || contains(["S", "N", "B"], try(var.sort_key.type, "S"))
    error_message = "A key is of type \"S\", \"N\" or \"B\": give uses.tables another one, and run \"teal sync\"."
  }
}

variable "indexes" {
  description = "Global secondary indexes by name; each projects whole items."
  type = map(object({
    partition_key = object({ name = string, type = string })
    sort_key      = optional(object({ name = string, type = string }))
  }))
  default  = {}
  nullable = false
}

variable "capacity" {
  description = "Capacity units that are provisioned, for the table and for each index alike. Null: billed by request."
  type        = object({ read = number, write = number })
  default     = null
}

variable "protection" {
  description = "What keeps the data: recovery to any point in time of the last 35 days, and refusal of a deletion."
  type        = object({ point_in_time_recovery = bool, deletion_protection = bool })
  default     = { point_in_time_recovery = true, deletion_protection = true }
  nullable    = false
}

variable "kms_key_arn" {
  description = "ARN of the key that the table is encrypted with. Null: DynamoDB's own key, which costs nothing and is nobody's to revoke."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags by key."
  type        = map(string)
  default     = {}
  nullable    = false
}

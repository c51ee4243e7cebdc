variable "environment" {
  description = "The environment's name: the documents are `/teal/<name>` and `/teal/<name>/platform`."
  type        = string
  nullable    = false
}

variable "account" {
  description = "The account: 12 digits. Nothing is deployed into any other."
  type        = string
  nullable    = false
}

variable "region" {
  description = "The region."
  type        = string
  nullable    = false
}

variable "traffic_settle_seconds" {
  description = "How long weights that were written need to hold everywhere."
  type        = number
  default     = 60
  nullable    = false
}

variable "platform" {
  description = "What services need to know of the platform."
  type = object({
    vpcId                   = string
    taskSubnetIds           = list(string)
    assignPublicIp          = bool
    taskSecurityGroupId     = string
    databaseSecurityGroupId = optional(string)
    clusterName             = string
    clusterArn              = string
    journalTable            = string
    kmsKeyArn               = optional(string)
    alarmTopicArn           = optional(string)
    loadBalancers = map(object({
      arn                    = string
      arnSuffix              = string
      dnsName                = string
      zoneId                 = string
      domain                 = optional(string)
      productionListenerArns = list(string)
      testListenerArn        = optional(string)
      scheme                 = string
    }))
    database = optional(object({
      host      = string
      readHost  = optional(string)
      port      = number
      name      = string
      secretArn = string
    }))
  })
  nullable = false
}

# What stands already, for what is made beside it: a new route's rule begins with the weights that the others have, and
# scaling that is turned on keeps the tasks that run. It is read, and never written.

data "aws_ssm_parameters_by_path" "published" {
  path = "/teal/${local.environment.name}"
}

locals {
  published = {
    for index, name in data.aws_ssm_parameters_by_path.published.names :
    trimprefix(name, "/teal/${local.environment.name}/") => jsondecode(nonsensitive(data.aws_ssm_parameters_by_path.published.values[index]))
    if contains(keys(local.services), trimprefix(name, "/teal/${local.environment.name}/"))
  }

  colors = ["blue", "green"]
  standing = {
    for name, document in local.published : name => {
      weights = {
        for color in local.colors : color => try(one([
          for group in data.aws_lb_listener_rule.standing[name].action[0].forward.target_group :
          group.weight if group.arn == document.colors[color].targetGroup
        ]), null)
      }
      desired = { for color in local.colors : color => data.aws_ecs_service.standing["${name}/${color}"].desired_count }
    }
  }
}

data "aws_lb_listener_rule" "standing" {
  for_each = local.published

  arn = each.value.places[0].rule
}

data "aws_ecs_service" "standing" {
  for_each = merge([
    for name, document in local.published : { for color in local.colors : "${name}/${color}" => document.colors[color].service }
  ]...)

  cluster_arn  = local.platform.clusterArn
  service_name = each.value
}

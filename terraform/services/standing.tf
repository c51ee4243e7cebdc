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

  # Weights by target group. An action may come after another one that asks for a login.
  weights = {
    for name, rule in data.aws_lb_listener_rule.standing : name => {
      for group in flatten([for action in rule.action : try(tolist(action.forward.target_group), [])]) : group.arn => group.weight
    }
  }

  standing = {
    for name, document in local.published : name => {
      # A sticky service's rule may name the live group alone. One that names neither is no service's any more.
      weights = {
        for color in local.colors : color => lookup(
          local.weights[name],
          document.colors[color].targetGroup,
          length(local.weights[name]) == 0 && color == "blue" ? 100 : 0,
        )
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

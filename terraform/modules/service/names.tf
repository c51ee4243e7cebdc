locals {
  colors = toset(["blue", "green"])
  name   = var.service.name
  env    = var.environment.name

  # As src/config/names.ts makes them: told apart, never parsed. The tags say what a thing is.
  whole_group_names = { for color in local.colors : color => "${local.env}-${local.name}-${color}" }
  name_hash         = substr(sha256("${local.env}/${local.name}"), 0, 6)
  group_names = {
    for color, whole in local.whole_group_names : color => length(whole) <= 32 ? whole : join("", [
      trimsuffix(substr("${local.env}-${local.name}", 0, 32 - length("-${local.name_hash}-${color}")), "-"),
      "-${local.name_hash}-${color}",
    ])
  }
  service_names = { for color in local.colors : color => "${local.name}-${color}" }

  tags       = { "teal:environment" = local.env, "teal:service" = local.name }
  color_tags = { for color in local.colors : color => merge(local.tags, { "teal:color" = color }) }

  partition = split(":", var.platform.clusterArn)[1]
}

# Asks the load balancer by the name that AWS gives it: each environment of a name is judged by itself.
resource "aws_route53_health_check" "this" {
  for_each = { for key, record in var.records : key => record if record.health_check != null }

  type              = each.value.health_check.https ? "HTTPS" : "HTTP"
  port              = each.value.health_check.https ? 443 : 80
  fqdn              = each.value.alias.dns_name
  resource_path     = each.value.health_check.path
  request_interval  = each.value.health_check.interval_seconds
  failure_threshold = each.value.health_check.failure_threshold
  tags              = { Name = each.value.name }
}

resource "aws_route53_record" "alias" {
  for_each = var.records

  zone_id         = var.zone_id
  name            = each.value.name
  type            = "A"
  set_identifier  = try(each.value.routing.identifier, null)
  health_check_id = try(aws_route53_health_check.this[each.key].id, null)

  alias {
    name                   = each.value.alias.dns_name
    zone_id                = each.value.alias.zone_id
    evaluate_target_health = true
  }

  dynamic "latency_routing_policy" {
    for_each = try(each.value.routing.policy, "") == "latency" ? [each.value.routing.region] : []

    content {
      region = latency_routing_policy.value
    }
  }

  dynamic "failover_routing_policy" {
    for_each = try(each.value.routing.policy, "") == "failover" ? [upper(each.value.routing.role)] : []

    content {
      type = failover_routing_policy.value
    }
  }
}

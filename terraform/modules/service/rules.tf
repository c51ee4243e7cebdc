locals {
  # A route's key is the priority that it began with: `teal sync` keeps it, whatever of the route changes later.
  routes = { for route in var.service.routes : route.key => route }

  # Clients reach one listener. Where there are more, the further ones are known by their place: nobody named them.
  production_rules = merge([
    for position, listener in var.load_balancer.productionListenerArns : {
      for key, route in local.routes : position == 0 ? key : "${key}/${position + 1}" => {
        listener = listener
        route    = route
      }
    }
  ]...)

  # By header on the first listener that clients reach, and by port on the test listener, where there is one.
  test_rules = merge(
    { for key, route in local.routes : key => {
      listener = var.load_balancer.productionListenerArns[0]
      route    = route
      header   = true
    } },
    { for key, route in local.routes : "${key}/test-listener" => {
      listener = var.load_balancer.testListenerArn
      route    = route
      header   = false
    } if var.load_balancer.testListenerArn != null },
  )

  first_weights = var.standing == null ? { blue = 100, green = 0 } : var.standing.weights
}

resource "aws_lb_listener_rule" "production" {
  for_each = local.production_rules

  listener_arn = each.value.listener
  priority     = 2 * each.value.route.priority
  tags         = local.tags

  action {
    type = "forward"

    forward {
      dynamic "target_group" {
        for_each = local.first_weights

        content {
          arn    = aws_lb_target_group.this[target_group.key].arn
          weight = target_group.value
        }
      }
    }
  }

  dynamic "condition" {
    for_each = each.value.route.host == null ? [] : [each.value.route.host]

    content {
      host_header {
        values = [condition.value]
      }
    }
  }

  condition {
    path_pattern {
      values = [each.value.route.path]
    }
  }

  lifecycle {
    # The engine's: it moves the weights. The whole block, as elements of a set can't be named.
    ignore_changes = [action]
  }
}

# The test rule comes before the production rule, which matches its requests too.
resource "aws_lb_listener_rule" "test" {
  for_each = local.test_rules

  listener_arn = each.value.listener
  priority     = 2 * each.value.route.priority - 1
  tags         = local.tags

  action {
    type = "forward"

    forward {
      dynamic "target_group" {
        for_each = local.first_weights

        content {
          arn    = aws_lb_target_group.this[target_group.key].arn
          weight = target_group.value
        }
      }
    }
  }

  dynamic "condition" {
    for_each = each.value.route.host == null ? [] : [each.value.route.host]

    content {
      host_header {
        values = [condition.value]
      }
    }
  }

  condition {
    path_pattern {
      values = [each.value.route.path]
    }
  }

  dynamic "condition" {
    for_each = each.value.header ? [var.test_token] : []

    content {
      http_header {
        http_header_name = "x-teal-test"
        values           = [condition.value]
      }
    }
  }

  lifecycle {
    # The engine's: it names the colour under test.
    ignore_changes = [action]
  }
}

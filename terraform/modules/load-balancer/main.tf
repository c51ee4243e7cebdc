locals {
  whole = "${var.environment}-${var.name}"
  # AWS allows 32 characters: what is longer keeps its beginning, and a hash tells it from others.
  cut           = "${trimsuffix(substr(local.whole, 0, 25), "-")}-${substr(sha256("${var.environment}/${var.name}"), 0, 6)}"
  balancer_name = length(local.whole) <= 32 ? local.whole : local.cut

  # What a listener answers where no service's rule takes a request.
  nowhere = { status = "404", text = "No service has this route." }
  tls     = "ELBSecurityPolicy-TLS13-1-2-2021-06"
}

resource "aws_lb" "this" {
  name                       = local.balancer_name
  load_balancer_type         = "application"
  internal                   = var.internal
  subnets                    = var.subnet_ids
  security_groups            = var.security_group_ids
  idle_timeout               = var.idle_timeout_seconds
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection

  dynamic "access_logs" {
    for_each = var.access_logs == null ? [] : [var.access_logs]

    content {
      enabled = true
      bucket  = access_logs.value.bucket
      prefix  = access_logs.value.prefix
    }
  }
}

# ------------------------------------------------------------------------------
# Production
# ------------------------------------------------------------------------------

# Services put their rules on the listener that serves them. This one's key is the same with HTTPS and without, but
# what it does is not, so that there are two resources, and one exists.
resource "aws_lb_listener" "http" {
  count = var.https ? 0 : 1

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "fixed-response"

    fixed_response {
      status_code  = local.nowhere.status
      content_type = "text/plain"
      message_body = local.nowhere.text
    }
  }
}

resource "aws_lb_listener" "redirect" {
  count = var.https ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      status_code = "HTTP_301"
      protocol    = "HTTPS"
      port        = "443"
    }
  }
}

resource "aws_lb_listener" "https" {
  count = var.https ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = var.certificate_arn
  ssl_policy        = local.tls

  default_action {
    type = "fixed-response"

    fixed_response {
      status_code  = local.nowhere.status
      content_type = "text/plain"
      message_body = local.nowhere.text
    }
  }
}

# ------------------------------------------------------------------------------
# Test: who may reach it says the security group
# ------------------------------------------------------------------------------

resource "aws_lb_listener" "test" {
  count = var.test_port == null ? 0 : 1

  load_balancer_arn = aws_lb.this.arn
  port              = var.test_port
  protocol          = var.https ? "HTTPS" : "HTTP"
  certificate_arn   = var.https ? var.certificate_arn : null
  ssl_policy        = var.https ? local.tls : null

  default_action {
    type = "fixed-response"

    fixed_response {
      status_code  = local.nowhere.status
      content_type = "text/plain"
      message_body = local.nowhere.text
    }
  }
}

mock_provider "aws" {}

variables {
  environment        = "staging"
  name               = "main"
  subnet_ids         = ["subnet-00000001", "subnet-00000002"]
  security_group_ids = ["sg-00000001"]
}

run "without_a_certificate_it_serves_http" {
  command = plan

  assert {
    condition     = length(aws_lb_listener.http) == 1 && length(aws_lb_listener.https) + length(aws_lb_listener.redirect) == 0
    error_message = "Without a domain there is one listener, on port 80."
  }
  assert {
    condition     = output.scheme == "http" && length(output.production_listener_arns) == 1
    error_message = "Services put their rules on it."
  }
  assert {
    condition     = aws_lb_listener.http[0].default_action[0].fixed_response[0].status_code == "404"
    error_message = "What no service takes is not found."
  }
}

run "with_a_certificate_it_serves_https_and_redirects_to_it" {
  command = plan

  variables {
    https           = true
    certificate_arn = "arn:aws:acm:xx-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
  }

  assert {
    condition     = length(aws_lb_listener.http) == 0 && length(aws_lb_listener.https) == 1
    error_message = "Nothing is served without TLS."
  }
  assert {
    condition     = startswith(aws_lb_listener.https[0].ssl_policy, "ELBSecurityPolicy-TLS13-")
    error_message = "The provider's own policy is of 2016: TLS 1.3 must be asked for."
  }
  assert {
    condition     = aws_lb_listener.redirect[0].default_action[0].redirect[0].protocol == "HTTPS" && aws_lb_listener.redirect[0].default_action[0].redirect[0].status_code == "HTTP_301"
    error_message = "Port 80 leads to HTTPS, for good."
  }
  assert {
    condition     = output.scheme == "https" && length(output.production_listener_arns) == 1
    error_message = "Services put their rules on the HTTPS listener alone."
  }
}

run "the_test_listener_speaks_what_production_speaks" {
  command = plan

  variables {
    https           = true
    certificate_arn = "arn:aws:acm:xx-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    test_port       = 9000
  }

  assert {
    condition     = aws_lb_listener.test[0].protocol == "HTTPS" && startswith(aws_lb_listener.test[0].ssl_policy, "ELBSecurityPolicy-TLS13-")
    error_message = "What is tested must be what is served."
  }
}

run "there_is_no_test_listener_unless_it_is_asked_for" {
  command = plan

  assert {
    condition     = length(aws_lb_listener.test) == 0 && output.test_listener_arn == null
    error_message = "No port is open that nobody asked for."
  }
}

run "it_is_protected_and_drops_headers_that_are_none" {
  command = plan

  assert {
    condition     = aws_lb.this.enable_deletion_protection && aws_lb.this.drop_invalid_header_fields
    error_message = "A load balancer is protected unless that was lifted, and passes on no malformed header."
  }
}

run "requests_are_logged_where_it_is_told" {
  command = plan

  variables {
    access_logs = { bucket = "logs", prefix = "main" }
  }

  assert {
    condition     = aws_lb.this.access_logs[0].enabled && aws_lb.this.access_logs[0].bucket == "logs" && aws_lb.this.access_logs[0].prefix == "main"
    error_message = "A bucket alone turns no log on."
  }
}

run "a_short_name_is_the_environments_and_its_own" {
  command = plan

  assert {
    condition     = aws_lb.this.name == "staging-main"
    error_message = "The name is <environment>-<name>."
  }
}

run "a_long_name_is_cut_and_told_apart_by_a_hash" {
  command = plan

  variables {
    environment = "integration-testing"
    name        = "customer-facing-apis"
  }

  assert {
    condition     = length(aws_lb.this.name) <= 32 && can(regex("^integration-testing-[a-z-]*-[0-9a-f]{6}$", aws_lb.this.name))
    error_message = "AWS allows 32 characters."
  }
}

run "a_name_that_aws_keeps_for_itself_is_refused" {
  command = plan

  variables {
    environment = "internal"
  }

  expect_failures = [var.environment]
}

run "one_subnet_is_refused" {
  command = plan

  variables {
    subnet_ids = ["subnet-00000001"]
  }

  expect_failures = [var.subnet_ids]
}

run "a_test_listener_on_productions_port_is_refused" {
  command = plan

  variables {
    test_port = 443
  }

  expect_failures = [var.test_port]
}

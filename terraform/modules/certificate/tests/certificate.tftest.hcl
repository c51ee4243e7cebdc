mock_provider "aws" {
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:xx-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
      domain_validation_options = [
        { domain_name = "example.com", resource_record_name = "_a.example.com", resource_record_type = "CNAME", resource_record_value = "_b.acm-validations.aws" },
        { domain_name = "*.example.com", resource_record_name = "_a.example.com", resource_record_type = "CNAME", resource_record_value = "_b.acm-validations.aws" },
      ]
    }
  }
}

variables {
  zone_id = "Z00000000000"
  domain  = "example.com"
}

run "the_certificate_covers_the_domain_and_what_is_below" {
  command = apply

  assert {
    condition     = aws_acm_certificate.this.domain_name == "example.com" && join(",", aws_acm_certificate.this.subject_alternative_names) == "*.example.com" && aws_acm_certificate.this.validation_method == "DNS"
    error_message = "Services have hosts below the domain."
  }
}

run "one_record_validates_both_names" {
  command = apply

  assert {
    condition     = aws_route53_record.validation.name == "_a.example.com" && aws_route53_record.validation.zone_id == "Z00000000000"
    error_message = "AWS asks for the same record for a domain and its wildcard."
  }
}

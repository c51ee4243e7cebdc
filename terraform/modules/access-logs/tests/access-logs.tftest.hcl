mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::teal-123456789012-xx-east-1-staging-logs"
    }
  }
}

variables {
  name     = "staging"
  account  = "123456789012"
  region   = "xx-east-1"
  prefixes = ["main", "internal"]
}

run "the_bucket_is_closed_encrypted_and_emptied_in_time" {
  command = apply

  assert {
    condition     = aws_s3_bucket.this.bucket == "teal-123456789012-xx-east-1-staging-logs" && length(aws_s3_bucket.this.bucket) <= 63
    error_message = "A bucket's name is the whole world's: account and region are part of it."
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "Nothing in it can be made public."
  }
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "Load balancers write with S3's own encryption only."
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 90
    error_message = "Logs end."
  }
}

run "load_balancers_of_this_account_write_each_under_its_prefix" {
  command = apply

  assert {
    condition     = join(",", jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Resource) == "arn:aws:s3:::teal-123456789012-xx-east-1-staging-logs/internal/AWSLogs/123456789012/*,arn:aws:s3:::teal-123456789012-xx-east-1-staging-logs/main/AWSLogs/123456789012/*"
    error_message = "Who may write, writes logs of this account."
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Condition.ArnLike["aws:SourceArn"] == "arn:aws:elasticloadbalancing:xx-east-1:123456789012:loadbalancer/*"
    error_message = "A load balancer of another account is refused."
  }
}

run "only_a_statement_that_refuses_speaks_of_everybody" {
  command = apply

  assert {
    condition     = alltrue([for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : statement.Effect == "Deny" if try(statement.Principal == "*", false)])
    error_message = "Nobody is let in by a wildcard."
  }
}

run "logs_go_with_the_bucket_once_protection_was_lifted" {
  command = plan

  variables {
    deletion_protection = false
  }

  assert {
    condition     = aws_s3_bucket.this.force_destroy
    error_message = "Otherwise a destroy stops at a bucket that holds logs."
  }
}

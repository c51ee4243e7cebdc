mock_provider "aws" {}

variables {
  repositories = { "items/api" = {}, "items/web" = { keep = 10 } }
}

run "tags_stay_where_they_were_put_and_images_are_scanned" {
  command = plan

  assert {
    condition     = join(",", keys(aws_ecr_repository.this)) == "items/api,items/web"
    error_message = "A repository's key is its name."
  }
  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.image_tag_mutability == "IMMUTABLE" && repository.image_scanning_configuration[0].scan_on_push && repository.encryption_configuration[0].encryption_type == "AES256" && !repository.force_delete])
    error_message = "What a tag names must not change, and a repository with images is not deleted by the way."
  }
}

run "images_that_were_deployed_stay" {
  command = plan

  assert {
    condition     = join(",", jsondecode(aws_ecr_lifecycle_policy.this["items/api"].policy).rules[0].selection.tagPatternList) == "deployed-*" && jsondecode(aws_ecr_lifecycle_policy.this["items/api"].policy).rules[0].selection.countNumber >= 10000
    error_message = "An image is expired by the first rule that it matches: the first one must take those that were deployed, and keep them."
  }
  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this["items/web"].policy).rules[2].selection.countNumber == 10
    error_message = "Of all others as many stay as was asked for."
  }
}

run "with_a_key_images_are_encrypted_by_it" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:xx-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.encryption_configuration[0].encryption_type == "KMS" && repository.encryption_configuration[0].kms_key == var.kms_key_arn])
    error_message = "The environment's key encrypts images."
  }
}

run "keeping_nothing_is_refused" {
  command = plan

  variables {
    repositories = { "items/api" = { keep = 0 } }
  }

  expect_failures = [var.repositories]
}

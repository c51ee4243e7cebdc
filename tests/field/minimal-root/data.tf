resource "aws_ssm_parameter" "token" {
  name  = "/doorstep/app/token"
  type  = "SecureString"
  value = "first"

  lifecycle {
    ignore_changes = [value]
  }
}

resource "aws_ssm_parameter" "settings" {
  name  = "/doorstep/app"
  type  = "String"
  value = jsonencode({ cluster = aws_ecs_cluster.main.name, listener = aws_lb_listener.http.arn })
}

resource "aws_dynamodb_table" "journal" {
  name         = "doorstep-journal"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  range_key    = "sk"

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_ecr_repository" "app" {
  name                 = "doorstep/app"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true
}

resource "aws_ecr_lifecycle_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "untagged images go after a week"
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
      action       = { type = "expire" }
    }]
  })
}

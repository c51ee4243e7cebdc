mock_provider "aws" {
  mock_resource "aws_db_instance" {
    defaults = {
      address            = "teal-staging.xx-east-1.rds.amazonaws.com"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:xx-east-1:123456789012:secret:rds-000000", kms_key_id = "", secret_status = "active" }]
    }
  }

  mock_resource "aws_rds_cluster" {
    defaults = {
      endpoint           = "teal-staging.cluster-0.xx-east-1.rds.amazonaws.com"
      reader_endpoint    = "teal-staging.cluster-ro-0.xx-east-1.rds.amazonaws.com"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:xx-east-1:123456789012:secret:rds-000000", kms_key_id = "", secret_status = "active" }]
    }
  }

  mock_resource "aws_secretsmanager_secret" {
    defaults = {
      arn = "arn:aws:secretsmanager:xx-east-1:123456789012:secret:teal/staging/database-000000"
    }
  }
}

variables {
  name               = "staging"
  engine             = "postgres"
  major              = 17
  subnet_ids         = ["subnet-00000001", "subnet-00000002"]
  security_group_ids = ["sg-00000001"]
  password           = "twenty-four-characters-24"
}

run "the_major_version_is_pinned_and_minor_ones_come_by_themselves" {
  command = apply

  assert {
    condition     = aws_db_instance.this[0].engine_version == "17" && aws_db_instance.this[0].auto_minor_version_upgrade && !aws_db_instance.this[0].allow_major_version_upgrade
    error_message = "A major version is a decision of people."
  }
  assert {
    condition     = aws_db_parameter_group.this[0].family == "postgres17" && aws_db_parameter_group.this[0].name == "teal-staging-postgres17"
    error_message = "Parameters are a major version's."
  }
}

run "nobody_reaches_it_from_outside_and_nothing_is_in_the_clear" {
  command = apply

  assert {
    condition     = !aws_db_instance.this[0].publicly_accessible && aws_db_instance.this[0].storage_encrypted
    error_message = "A database is private and encrypted."
  }
  assert {
    condition     = one(aws_db_parameter_group.this[0].parameter).name == "rds.force_ssl" && one(aws_db_parameter_group.this[0].parameter).value == "1"
    error_message = "Clients speak TLS."
  }
}

run "aws_manages_the_password_and_replaces_it" {
  command = apply

  assert {
    condition     = aws_db_instance.this[0].manage_master_user_password && aws_db_instance.this[0].password == null && length(aws_secretsmanager_secret.this) == 0
    error_message = "No password is in the state."
  }
  assert {
    condition     = aws_secretsmanager_secret_rotation.this[0].rotation_rules[0].automatically_after_days == 30 && !aws_secretsmanager_secret_rotation.this[0].rotate_immediately
    error_message = "The password is replaced in time."
  }
}

run "what_it_held_outlives_it" {
  command = apply

  assert {
    condition     = aws_db_instance.this[0].deletion_protection && !aws_db_instance.this[0].skip_final_snapshot && can(regex("^teal-staging-final-[0-9a-f]{8}$", aws_db_instance.this[0].final_snapshot_identifier))
    error_message = "Deleting it leaves a snapshot, under a name that no earlier one has."
  }
}

run "its_logs_have_an_end" {
  command = apply

  assert {
    condition     = join(",", [for group in aws_cloudwatch_log_group.instance : "${group.name}:${group.retention_in_days}"]) == "/aws/rds/instance/teal-staging/postgresql:30,/aws/rds/instance/teal-staging/upgrade:30"
    error_message = "RDS makes log groups that are kept for ever, unless they are there."
  }
}

run "with_a_read_replica_the_password_is_made_here_and_stays_out_of_the_state" {
  command = apply

  variables {
    read_replica = true
    multi_zone   = true
  }

  assert {
    condition     = aws_db_instance.this[0].manage_master_user_password == null && aws_db_instance.this[0].password_wo == null && aws_db_instance.this[0].password_wo_version == 1
    error_message = "AWS has no replica of a database whose password it manages; this one is write-only."
  }
  assert {
    condition     = aws_db_instance.replica[0].replicate_source_db == "teal-staging" && output.read_host == aws_db_instance.replica[0].address
    error_message = "Reads go to the replica."
  }
  assert {
    condition     = output.secret_arn == aws_secretsmanager_secret.this[0].arn && length(aws_secretsmanager_secret_rotation.this) == 0
    error_message = "The password is in a secret of ours."
  }
  assert {
    condition     = aws_db_instance.this[0].multi_az && !aws_db_instance.replica[0].publicly_accessible
    error_message = "A standby beside it, and a replica that is as private."
  }
}

run "aurora_is_serverless_with_as_many_members_as_asked_for" {
  command = apply

  variables {
    engine     = "aurora-postgres"
    capacity   = { min = 1, max = 16 }
    multi_zone = true
  }

  assert {
    condition     = length(aws_db_instance.this) == 0 && join(",", keys(aws_rds_cluster_instance.this)) == "first,second"
    error_message = "Members have names, and one in another zone takes over."
  }
  assert {
    condition     = aws_rds_cluster.this[0].serverlessv2_scaling_configuration[0].min_capacity == 1 && aws_rds_cluster.this[0].serverlessv2_scaling_configuration[0].max_capacity == 16 && alltrue([for member in aws_rds_cluster_instance.this : member.instance_class == "db.serverless"])
    error_message = "Capacity follows the load between the two bounds."
  }
  assert {
    condition     = aws_rds_cluster.this[0].manage_master_user_password && aws_rds_cluster.this[0].storage_encrypted && aws_rds_cluster.this[0].engine_version == "17"
    error_message = "Encrypted, with a password that AWS manages, of one major version."
  }
  assert {
    condition     = output.read_host == "teal-staging.cluster-ro-0.xx-east-1.rds.amazonaws.com"
    error_message = "Aurora has a name for reading."
  }
}

run "one_subnet_is_refused" {
  command = plan

  variables {
    subnet_ids = ["subnet-00000001"]
  }

  expect_failures = [var.subnet_ids]
}

run "another_engine_is_refused" {
  command = plan

  variables {
    engine = "mysql"
  }

  expect_failures = [var.engine]
}

run "no_backup_is_refused" {
  command = plan

  variables {
    backup_days = 0
  }

  expect_failures = [var.backup_days]
}

run "a_short_password_is_refused" {
  command = plan

  variables {
    password = "secret"
  }

  expect_failures = [var.password]
}

locals {
  identifier = "teal-${var.name}"
  user       = "postgres"
  rds        = var.engine == "postgres" ? 1 : 0
  aurora     = var.engine == "aurora-postgres" ? 1 : 0
  replica    = local.rds == 1 && var.read_replica ? 1 : 0

  # AWS (Password management with RDS and Secrets Manager, limitations): no read replica of an instance whose password
  # it manages. Aurora's readers are no replicas in that sense.
  managed = local.replica == 0

  # Members of an Aurora cluster by what they are for. One more stands in another zone, and takes over.
  members = local.aurora == 0 ? toset([]) : toset(concat(["first"], var.multi_zone || var.read_replica ? ["second"] : []))
}

resource "aws_db_subnet_group" "this" {
  name       = local.identifier
  subnet_ids = var.subnet_ids
}

# Named so that a final snapshot of an earlier database of this environment does not stand in the way.
resource "terraform_data" "snapshot" {
  input = substr(replace(uuid(), "-", ""), 0, 8)

  lifecycle {
    ignore_changes = [input]
  }
}

# ------------------------------------------------------------------------------
# The password, where AWS does not manage it: ephemeral and write-only, it is in neither plan nor state
# ------------------------------------------------------------------------------

resource "aws_secretsmanager_secret" "this" {
  count = local.managed ? 0 : 1

  name        = "teal/${var.name}/database"
  description = "Who the database of ${var.name} lets in"
  kms_key_id  = var.kms_key_arn
  # Gone at once with a database that may go: its name is free for the next one.
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "this" {
  count = local.managed ? 0 : 1

  secret_id                = aws_secretsmanager_secret.this[0].id
  secret_string_wo         = jsonencode({ username = local.user, password = var.password })
  secret_string_wo_version = var.password_version
}

# ------------------------------------------------------------------------------
# RDS
# ------------------------------------------------------------------------------

# RDS would make it without an end to what it keeps.
resource "aws_cloudwatch_log_group" "instance" {
  for_each = local.rds == 1 ? toset(["postgresql", "upgrade"]) : toset([])

  name              = "/aws/rds/instance/${local.identifier}/${each.key}"
  retention_in_days = var.log_retention_days
}

resource "aws_db_parameter_group" "this" {
  count = local.rds

  name        = "${local.identifier}-postgres${var.major}"
  family      = "postgres${var.major}"
  description = "Database of ${var.name}"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  # A new major version gets a group of its own beside the old one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  count = local.rds

  identifier     = local.identifier
  engine         = "postgres"
  engine_version = tostring(var.major)
  instance_class = var.instance_class
  db_name        = var.database_name
  port           = var.port
  username       = local.user

  manage_master_user_password   = local.managed ? true : null
  master_user_secret_kms_key_id = local.managed ? var.kms_key_arn : null
  password_wo                   = local.managed ? null : var.password
  password_wo_version           = local.managed ? null : var.password_version

  storage_type          = "gp3"
  allocated_storage     = var.storage_gib
  max_allocated_storage = var.storage_gib * 10
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = var.security_group_ids
  parameter_group_name   = aws_db_parameter_group.this[0].name
  publicly_accessible    = false
  multi_az               = var.multi_zone

  auto_minor_version_upgrade      = true
  allow_major_version_upgrade     = false
  backup_retention_period         = var.backup_days
  copy_tags_to_snapshot           = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = !var.final_snapshot
  final_snapshot_identifier       = var.final_snapshot ? "${local.identifier}-final-${terraform_data.snapshot.output}" : null

  lifecycle {
    precondition {
      condition     = local.managed || var.password != null
      error_message = "A database with a read replica needs a password, because AWS manages none for it: \"teal up\" makes one; otherwise set TF_VAR_database_password."
    }
  }

  # The secret outlives it: a destroy that its protection stops has taken no password away.
  depends_on = [aws_cloudwatch_log_group.instance, aws_secretsmanager_secret_version.this]
}

resource "aws_db_instance" "replica" {
  count = local.replica

  identifier                 = "${local.identifier}-replica"
  replicate_source_db        = aws_db_instance.this[0].identifier
  instance_class             = var.instance_class
  storage_type               = "gp3"
  storage_encrypted          = true
  vpc_security_group_ids     = var.security_group_ids
  parameter_group_name       = aws_db_parameter_group.this[0].name
  publicly_accessible        = false
  auto_minor_version_upgrade = true
  copy_tags_to_snapshot      = true
  deletion_protection        = var.deletion_protection
  # Nothing is in it that its source has not.
  skip_final_snapshot = true
}

# ------------------------------------------------------------------------------
# Aurora
# ------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "cluster" {
  for_each = local.aurora == 1 ? toset(["postgresql"]) : toset([])

  name              = "/aws/rds/cluster/${local.identifier}/${each.key}"
  retention_in_days = var.log_retention_days
}

resource "aws_rds_cluster_parameter_group" "this" {
  count = local.aurora

  name        = "${local.identifier}-aurora-postgresql${var.major}"
  family      = "aurora-postgresql${var.major}"
  description = "Database of ${var.name}"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_rds_cluster" "this" {
  count = local.aurora

  cluster_identifier = local.identifier
  engine             = "aurora-postgresql"
  engine_mode        = "provisioned"
  engine_version     = tostring(var.major)
  database_name      = var.database_name
  port               = var.port
  master_username    = local.user

  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.kms_key_arn

  storage_encrypted               = true
  kms_key_id                      = var.kms_key_arn
  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = var.security_group_ids
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.this[0].name

  allow_major_version_upgrade     = false
  backup_retention_period         = var.backup_days
  copy_tags_to_snapshot           = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = !var.final_snapshot
  final_snapshot_identifier       = var.final_snapshot ? "${local.identifier}-final-${terraform_data.snapshot.output}" : null

  serverlessv2_scaling_configuration {
    min_capacity = var.capacity.min
    max_capacity = var.capacity.max
  }

  depends_on = [aws_cloudwatch_log_group.cluster]
}

resource "aws_rds_cluster_instance" "this" {
  for_each = local.members

  identifier                 = "${local.identifier}-${each.key}"
  cluster_identifier         = aws_rds_cluster.this[0].id
  engine                     = aws_rds_cluster.this[0].engine
  engine_version             = aws_rds_cluster.this[0].engine_version
  instance_class             = "db.serverless"
  publicly_accessible        = false
  auto_minor_version_upgrade = true
}

# ------------------------------------------------------------------------------
# Rotation, where AWS manages the password: it needs no function of ours
# ------------------------------------------------------------------------------

locals {
  secret_arn = (
    !local.managed
    ? one(aws_secretsmanager_secret.this[*].arn)
    : local.rds == 1 ? try(aws_db_instance.this[0].master_user_secret[0].secret_arn, null) : try(aws_rds_cluster.this[0].master_user_secret[0].secret_arn, null)
  )
}

resource "aws_secretsmanager_secret_rotation" "this" {
  count = local.managed ? 1 : 0

  secret_id          = local.secret_arn
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = var.rotation_days
  }
}

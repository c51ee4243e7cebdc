# Made once per account and region: at first with a state on this machine, which "teal up" then moves into the bucket.
provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account]

  default_tags {
    tags = { "teal:part" = "state" }
  }
}

module "state" {
  source = "../modules/state"

  account    = var.account
  region     = var.region
  lock_table = var.lock_table
}

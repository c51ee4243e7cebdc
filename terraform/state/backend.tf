# Bucket, key and region come from teal, which alone knows them. Until there is a bucket teal puts a state on this
# machine in place of it.
terraform {
  backend "s3" {}
}

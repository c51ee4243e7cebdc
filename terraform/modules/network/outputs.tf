locals {
  made = {
    public   = [for letter in sort(keys(local.zones)) : aws_subnet.public[letter].id]
    tasks    = [for letter in sort(keys(local.private)) : aws_subnet.tasks[letter].id]
    database = [for letter in sort(keys(local.zones)) : aws_subnet.database[letter].id]
  }
}

output "vpc_id" {
  description = "The network."
  value       = local.create ? aws_vpc.this[0].id : var.given.vpc_id
}

output "cidr" {
  description = "Its addresses."
  value       = local.create ? var.cidr : var.given.cidr
}

output "public_subnet_ids" {
  description = "Where internet-facing load balancers stand, by zone."
  value       = local.create ? local.made.public : var.given.public_subnet_ids
}

output "task_subnet_ids" {
  description = "Where tasks run, by zone."
  value = (
    local.create
    ? (var.outbound == "public" ? local.made.public : local.made.tasks)
    : (length(var.given.task_subnet_ids) > 0 ? var.given.task_subnet_ids : var.given.public_subnet_ids)
  )
}

output "assign_public_ip" {
  description = "Whether a task needs a public address to reach what is outside."
  value       = var.outbound == "public"
}

output "database_subnet_ids" {
  description = "Subnets without a route to the internet, by zone."
  value       = local.create ? local.made.database : var.given.database_subnet_ids
}

output "gateway_prefix_list_ids" {
  description = "Prefix lists of the services behind gateway endpoints, by service: what a security group names to admit them."
  value       = { for service, endpoint in aws_vpc_endpoint.gateway : service => endpoint.prefix_list_id }
}

output "nat_addresses" {
  description = "Public addresses that the tasks' requests come from, by zone; none without NAT."
  value       = { for letter, address in aws_eip.nat : letter => address.public_ip }
}

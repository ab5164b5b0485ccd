# What the test wants to know.

output "account" {
  value = data.aws_caller_identity.current.account_id
}

output "vpc" {
  value = aws_vpc.main.id
}

output "web" {
  value = aws_instance.web[*].id
}

output "app" {
  value = aws_instance.app[*].id
}

output "database" {
  value = aws_instance.database.id
}

output "public_address" {
  value = aws_eip.web.public_ip
}

output "region" {
  value = data.aws_region.current.name
}

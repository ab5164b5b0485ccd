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

output "looked_up" {
  description = "Pairs that must be equal: what a lookup finds, and what was made"
  value = {
    vpc           = [data.aws_vpc.main.id, aws_vpc.main.id]
    subnets       = [sort(data.aws_subnets.all.ids), sort([for subnet in aws_subnet.tier : subnet.id])]
    subnet        = [data.aws_subnet.one.id, aws_subnet.tier["public-0"].id]
    group         = [data.aws_security_group.web.id, aws_security_group.web.id]
    rule          = [data.aws_vpc_security_group_rule.app.referenced_security_group_id, aws_security_group.app.id]
    route_table   = [data.aws_route_table.public.id, aws_route_table.public.id]
    route         = [data.aws_route.r.gateway_id, aws_internet_gateway.main.id]
    gateway       = [data.aws_internet_gateway.g.id, aws_internet_gateway.main.id]
    prefix_list   = [data.aws_ec2_managed_prefix_list.p.id, aws_ec2_managed_prefix_list.partners.id]
    instance      = [data.aws_instance.web.private_ip, aws_instance.web[0].private_ip]
    instances     = [data.aws_instances.web.ids, [aws_instance.web[0].id]]
    address       = [data.aws_eip.web.id, aws_eip.web.id]
    interface     = [data.aws_network_interface.n.private_ip, aws_network_interface.database.private_ip]
    zone          = [data.aws_availability_zone.a.zone_id, aws_subnet.tier["public-0"].availability_zone_id]
    instance_type = [data.aws_ec2_instance_type.small.maximum_network_interfaces, 2]
  }
}

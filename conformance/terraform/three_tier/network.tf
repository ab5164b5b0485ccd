# The VPC, its subnets, its gateways and the routes to them.

resource "aws_vpc" "main" {
  cidr_block                       = "10.0.0.0/16"
  assign_generated_ipv6_cidr_block = true
  enable_dns_hostnames             = true

  tags = { Name = "three-tier" }
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.1.0.0/16"
}

resource "aws_subnet" "tier" {
  for_each = local.places

  vpc_id                          = aws_vpc.main.id
  availability_zone               = each.value.zone
  cidr_block                      = cidrsubnet(aws_vpc.main.cidr_block, 8, each.value.number)
  ipv6_cidr_block                 = cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, each.value.number)
  assign_ipv6_address_on_creation = true
  map_public_ip_on_launch         = each.value.tier == "public"

  tags = { Name = each.key }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_egress_only_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

# The public subnets' table holds its routes itself.
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }

  route {
    ipv6_cidr_block = "::/0"
    gateway_id      = aws_internet_gateway.main.id
  }

  route {
    destination_prefix_list_id = aws_ec2_managed_prefix_list.partners.id
    gateway_id                 = aws_internet_gateway.main.id
  }
}

# The private subnets' table gets them one by one.
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "out" {
  route_table_id              = aws_route_table.private.id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.main.id
}

resource "aws_route_table_association" "tier" {
  for_each = aws_subnet.tier

  subnet_id      = each.value.id
  route_table_id = local.places[each.key].tier == "public" ? aws_route_table.public.id : aws_route_table.private.id
}

resource "aws_default_route_table" "main" {
  default_route_table_id = aws_vpc.main.default_route_table_id

  tags = { Name = "unused" }
}

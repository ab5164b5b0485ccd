# What was made, looked up again in each of the ways that the provider has.

data "aws_vpc" "main" {
  tags       = { Name = "three-tier" }
  depends_on = [aws_vpc.main]
}

data "aws_vpcs" "all" {
  depends_on = [aws_vpc.main]
}

data "aws_subnets" "all" {
  filter {
    name   = "vpc-id"
    values = [aws_vpc.main.id]
  }
  depends_on = [aws_subnet.tier]
}

data "aws_subnet" "one" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
  depends_on = [aws_subnet.tier]
}

data "aws_security_group" "web" {
  name       = "web"
  vpc_id     = aws_vpc.main.id
  depends_on = [aws_security_group.web]
}

data "aws_security_groups" "all" {
  filter {
    name   = "vpc-id"
    values = [aws_vpc.main.id]
  }
  depends_on = [aws_security_group.web]
}

data "aws_vpc_security_group_rules" "app" {
  filter {
    name   = "group-id"
    values = [aws_security_group.app.id]
  }
  depends_on = [aws_vpc_security_group_ingress_rule.app_echo]
}

data "aws_vpc_security_group_rule" "app" {
  security_group_rule_id = aws_vpc_security_group_ingress_rule.app_echo.security_group_rule_id
}

data "aws_route_table" "public" {
  subnet_id  = aws_subnet.tier["public-0"].id
  depends_on = [aws_route_table_association.tier]
}

data "aws_route_tables" "all" {
  vpc_id = aws_vpc.main.id
}

data "aws_route" "r" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
}

data "aws_internet_gateway" "g" {
  filter {
    name   = "attachment.vpc-id"
    values = [aws_vpc.main.id]
  }
  depends_on = [aws_internet_gateway.main]
}

data "aws_network_acls" "all" {
  vpc_id = aws_vpc.main.id
}

data "aws_ec2_managed_prefix_list" "p" {
  name       = "partners"
  depends_on = [aws_ec2_managed_prefix_list.partners]
}

data "aws_ec2_managed_prefix_lists" "p" {}

data "aws_instance" "web" {
  instance_id   = aws_instance.web[0].id
  get_user_data = true
}

data "aws_instances" "web" {
  filter {
    name   = "subnet-id"
    values = [aws_subnet.tier["public-0"].id]
  }
  instance_state_names = ["running"]
  depends_on           = [aws_instance.web]
}

data "aws_eip" "web" {
  public_ip = aws_eip.web.public_ip
}

data "aws_eips" "all" {}

data "aws_network_interface" "n" {
  id         = aws_network_interface.database.id
  depends_on = [aws_instance.database]
}

data "aws_network_interfaces" "all" {
  filter {
    name   = "subnet-id"
    values = [aws_subnet.tier["database-0"].id]
  }
}

data "aws_availability_zone" "a" {
  name = "us-east-1a"
}

data "aws_ec2_instance_types" "t" {
  filter {
    name   = "instance-type"
    values = ["t3.*"]
  }
}

data "aws_ec2_instance_type_offerings" "t" {
  location_type = "availability-zone"
}

data "aws_ec2_instance_type_offering" "t" {
  preferred_instance_types = ["t3.micro"]
}

data "aws_regions" "r" {}

data "aws_ami_ids" "i" { owners = ["self"] }

data "aws_partition" "p" {}

data "aws_ec2_instance_type" "small" {
  instance_type = "t3.micro"
}

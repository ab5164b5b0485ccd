# Kinds of resources that the three-tier network has no use for.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    ec2 = var.endpoint
    sts = var.endpoint
  }
}

variable "endpoint" {
  type    = string
  default = "http://127.0.0.1:4566"
}

# What is there from the beginning.
resource "aws_default_vpc" "default" {}

resource "aws_default_subnet" "default" {
  availability_zone = "us-east-1a"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"

  lifecycle {
    # the block and the tag are resources of their own
    ignore_changes = [assign_generated_ipv6_cidr_block, ipv6_cidr_block, tags]
  }
}

resource "aws_vpc_ipv6_cidr_block_association" "main" {
  vpc_id                           = aws_vpc.main.id
  assign_generated_ipv6_cidr_block = true
}

resource "aws_ec2_tag" "main" {
  resource_id = aws_vpc.main.id
  key         = "Purpose"
  value       = "more kinds"
}

resource "aws_vpc" "other" {
  cidr_block = "10.7.0.0/16"
}

resource "aws_subnet" "main" {
  vpc_id                              = aws_vpc.main.id
  cidr_block                          = "10.0.1.0/24"
  ipv6_cidr_block                     = cidrsubnet(aws_vpc_ipv6_cidr_block_association.main.ipv6_cidr_block, 8, 1)
  availability_zone_id                = "use1-az1"
  private_dns_hostname_type_on_launch = "resource-name"
}

resource "aws_internet_gateway" "main" {}

resource "aws_internet_gateway_attachment" "main" {
  vpc_id              = aws_vpc.main.id
  internet_gateway_id = aws_internet_gateway.main.id
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_main_route_table_association" "main" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.main.id
}

resource "aws_route" "appliance" {
  route_table_id         = aws_route_table.main.id
  destination_cidr_block = "192.168.0.0/16"
  network_interface_id   = aws_network_interface.appliance.id
}

resource "aws_security_group" "main" {
  name   = "main"
  vpc_id = aws_vpc.main.id
}

# A group that another VPC uses too.
resource "aws_security_group" "shared" {
  name   = "shared"
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_vpc_association" "shared" {
  security_group_id = aws_security_group.shared.id
  vpc_id            = aws_vpc.other.id
}

# An appliance: several addresses, which takes what is not its own.
resource "aws_network_interface" "appliance" {
  subnet_id          = aws_subnet.main.id
  private_ips        = ["10.0.1.20", "10.0.1.21"]
  ipv6_address_count = 1
  source_dest_check  = false
}

resource "aws_network_interface_sg_attachment" "appliance" {
  security_group_id    = aws_security_group.main.id
  network_interface_id = aws_network_interface.appliance.id
}

resource "aws_eip" "appliance" {
  domain                    = "vpc"
  network_interface         = aws_network_interface.appliance.id
  associate_with_private_ip = "10.0.1.21"
  depends_on                = [aws_internet_gateway_attachment.main]
}

data "aws_ami" "host" {
  owners = ["self"]
}

resource "aws_instance" "main" {
  ami                         = data.aws_ami.host.id
  instance_type               = "t3.small"
  subnet_id                   = aws_subnet.main.id
  vpc_security_group_ids      = [aws_security_group.main.id]
  private_ip                  = "10.0.1.30"
  secondary_private_ips       = ["10.0.1.31"]
  ipv6_address_count          = 1
  source_dest_check           = false
  user_data_base64            = base64encode("#!/bin/sh\ntrue\n")
  user_data_replace_on_change = true

  credit_specification {
    cpu_credits = "unlimited"
  }
}

resource "aws_ec2_instance_state" "main" {
  instance_id = aws_instance.main.id
  state       = "stopped"
}

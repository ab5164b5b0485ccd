# The three-tier network: a VPC with an internet gateway; public, application and database subnets in two zones; groups that
# refer to each other; network ACLs, one of which denies a bad range.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region                      = var.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  endpoints {
    ec2 = var.endpoint
    sts = var.endpoint
  }

  default_tags {
    tags = { Project = "three-tier" }
  }
}

variable "endpoint" {
  description = "Where Ringwall answers"
  type        = string
  default     = "http://127.0.0.1:4566"
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "app_port" {
  description = "The port of the application servers"
  type        = number
  default     = 8080
}

variable "bad_range" {
  description = "Addresses that the public subnets do not hear"
  type        = string
  default     = "192.0.2.64/26"
}

data "aws_availability_zones" "available" {
  state = "available"
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_ami" "host" {
  owners      = ["self"]
  most_recent = true

  filter {
    name   = "name"
    values = ["ami-host"]
  }
}

locals {
  zones = slice(data.aws_availability_zones.available.names, 0, 2)
  tiers = { public = 0, app = 10, database = 20 }
  places = merge([
    for tier, number in local.tiers : {
      for index, zone in local.zones : "${tier}-${index}" => { tier = tier, zone = zone, number = number + index + 1 }
    }
  ]...)
}

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "limit" {
  type    = number
  default = 100
}

variable "addresses" {
  type    = list(string)
  default = ["192.0.2.0/24", "198.51.100.7/32"]
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true

  endpoints {
    ec2   = var.endpoint
    sts   = var.endpoint
    wafv2 = var.endpoint
  }

  default_tags {
    tags = { stage = "test" }
  }
}

resource "aws_wafv2_ip_set" "bad" {
  name               = "bad"
  description        = "addresses of a test"
  scope              = "REGIONAL"
  ip_address_version = "IPV4"
  addresses          = var.addresses
}

resource "aws_wafv2_ip_set" "six" {
  name               = "six"
  scope              = "REGIONAL"
  ip_address_version = "IPV6"
  addresses          = ["2001:db8::/32"]
}

resource "aws_wafv2_regex_pattern_set" "paths" {
  name  = "paths"
  scope = "REGIONAL"

  regular_expression {
    regex_string = "^/admin"
  }

  regular_expression {
    regex_string = "\\.bak$"
  }
}

resource "aws_wafv2_rule_group" "own" {
  name     = "own"
  scope    = "REGIONAL"
  capacity = 100

  rule {
    name     = "paths"
    priority = 1

    action {
      block {}
    }

    statement {
      regex_pattern_set_reference_statement {
        arn = aws_wafv2_regex_pattern_set.paths.arn

        field_to_match {
          uri_path {}
        }

        text_transformation {
          priority = 0
          type     = "URL_DECODE"
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = false
      metric_name                = "paths"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "own"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl" "own" {
  name        = "own"
  description = "a web ACL of a test"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  custom_response_body {
    key          = "slow"
    content      = "{\"slow\": true}"
    content_type = "APPLICATION_JSON"
  }

  rule {
    name     = "addresses"
    priority = 0

    action {
      block {}
    }

    statement {
      or_statement {
        statement {
          ip_set_reference_statement {
            arn = aws_wafv2_ip_set.bad.arn
          }
        }

        statement {
          ip_set_reference_statement {
            arn = aws_wafv2_ip_set.six.arn
          }
        }
      }
    }

    rule_label {
      name = "bad:address"
    }

    visibility_config {
      cloudwatch_metrics_enabled = false
      metric_name                = "addresses"
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "own"
    priority = 1

    override_action {
      none {}
    }

    statement {
      rule_group_reference_statement {
        arn = aws_wafv2_rule_group.own.arn

        rule_action_override {
          name = "paths"

          action_to_use {
            count {}
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = false
      metric_name                = "group"
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "rate"
    priority = 2

    action {
      block {
        custom_response {
          response_code            = 429
          custom_response_body_key = "slow"
        }
      }
    }

    statement {
      rate_based_statement {
        limit              = var.limit
        aggregate_key_type = "IP"

        scope_down_statement {
          byte_match_statement {
            search_string         = "/login"
            positional_constraint = "STARTS_WITH"

            field_to_match {
              uri_path {}
            }

            text_transformation {
              priority = 0
              type     = "LOWERCASE"
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = false
      metric_name                = "rate"
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "attacks"
    priority = 3

    action {
      captcha {}
    }

    statement {
      sqli_match_statement {
        sensitivity_level = "HIGH"

        field_to_match {
          body {
            oversize_handling = "CONTINUE"
          }
        }

        text_transformation {
          priority = 0
          type     = "URL_DECODE"
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = false
      metric_name                = "attacks"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "acl"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_logging_configuration" "own" {
  resource_arn            = aws_wafv2_web_acl.own.arn
  log_destination_configs = ["arn:aws:s3:::aws-waf-logs-own"]

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }
    }
  }
}

output "acl" {
  value = { id = aws_wafv2_web_acl.own.id, capacity = aws_wafv2_web_acl.own.capacity }
}

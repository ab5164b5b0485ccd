variable "account" {
  type    = string
  default = "111122223333"
}

locals {
  codes = ["D", "N"]
  ends  = zipmap(local.codes, ["E", "O"])
}

resource "aws_wafv2_ip_set" "blocked" {
  scope              = "REGIONAL"
  name               = "blocked"
  ip_address_version = "IPV4"
  addresses          = ["192.0.2.0/24", "198.51.100.7/32"]
}

resource "aws_wafv2_ip_set" "six" {
  count              = 1
  scope              = "REGIONAL"
  name               = "six"
  ip_address_version = "IPV6"
  addresses          = ["2001:db8::/32"]
}

resource "aws_wafv2_regex_pattern_set" "bots" {
  scope = "REGIONAL"
  name  = "bots"
  regular_expression {
    regex_string = "^curl"
  }
  regular_expression {
    regex_string = "bot$"
  }
}

resource "aws_wafv2_rule_group" "own" {
  scope    = "REGIONAL"
  name     = "own"
  capacity = 50
  rule {
    name     = "inner-0"
    priority = 0
    statement {
      byte_match_statement {
        search_string = "/inner0"
        field_to_match {
          uri_path {}
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
        positional_constraint = "CONTAINS"
      }
    }
    action {
      block {
        custom_response {
          response_code            = 403
          custom_response_body_key = "sorry"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "i0"
    }
  }
  rule {
    name     = "inner-1"
    priority = 1
    statement {
      byte_match_statement {
        search_string = "/inner1"
        field_to_match {
          uri_path {}
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
        positional_constraint = "CONTAINS"
      }
    }
    action {
      block {}
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "i1"
    }
  }
  visibility_config {
    sampled_requests_enabled   = true
    cloudwatch_metrics_enabled = false
    metric_name                = "own"
  }
  custom_response_body {
    key          = "sorry"
    content_type = "TEXT_HTML"
    content      = "<p>no</p>"
  }
}

resource "aws_wafv2_web_acl" "main" {
  scope       = "REGIONAL"
  name        = "everything"
  description = "all of it"
  default_action {
    allow {
      custom_request_handling {
        insert_header {
          name  = "default"
          value = "1"
        }
      }
    }
  }
  rule {
    name     = "rule-00"
    priority = 0
    statement {
      size_constraint_statement {
        field_to_match {
          single_header {
            name = "user-agent"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m0"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-01"
    priority = 1
    statement {
      size_constraint_statement {
        field_to_match {
          single_query_argument {
            name = "id"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m1"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-02"
    priority = 2
    statement {
      size_constraint_statement {
        field_to_match {
          all_query_arguments {}
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m2"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-03"
    priority = 3
    statement {
      size_constraint_statement {
        field_to_match {
          uri_path {}
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m3"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-04"
    priority = 4
    statement {
      size_constraint_statement {
        field_to_match {
          query_string {}
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m4"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-05"
    priority = 5
    statement {
      size_constraint_statement {
        field_to_match {
          body {
            oversize_handling = "MATCH"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m5"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-06"
    priority = 6
    statement {
      size_constraint_statement {
        field_to_match {
          method {}
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m6"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-07"
    priority = 7
    statement {
      size_constraint_statement {
        field_to_match {
          json_body {
            match_pattern {
              all {}
            }
            match_scope               = "ALL"
            invalid_fallback_behavior = "EVALUATE_AS_STRING"
            oversize_handling         = "CONTINUE"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m7"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-08"
    priority = 8
    statement {
      size_constraint_statement {
        field_to_match {
          json_body {
            match_pattern {
              included_paths = ["/a/b", "/c"]
            }
            match_scope       = "VALUE"
            oversize_handling = "NO_MATCH"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m8"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-09"
    priority = 9
    statement {
      size_constraint_statement {
        field_to_match {
          headers {
            match_pattern {
              all {}
            }
            match_scope       = "KEY"
            oversize_handling = "CONTINUE"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m9"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-10"
    priority = 10
    statement {
      size_constraint_statement {
        field_to_match {
          headers {
            match_pattern {
              included_headers = ["x-a", "x-b"]
            }
            match_scope       = "VALUE"
            oversize_handling = "MATCH"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m10"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-11"
    priority = 11
    statement {
      size_constraint_statement {
        field_to_match {
          headers {
            match_pattern {
              excluded_headers = ["cookie"]
            }
            match_scope       = "ALL"
            oversize_handling = "NO_MATCH"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m11"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-12"
    priority = 12
    statement {
      size_constraint_statement {
        field_to_match {
          cookies {
            match_pattern {
              all {}
            }
            match_scope       = "ALL"
            oversize_handling = "CONTINUE"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m12"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-13"
    priority = 13
    statement {
      size_constraint_statement {
        field_to_match {
          cookies {
            match_pattern {
              included_cookies = ["sid"]
            }
            match_scope       = "VALUE"
            oversize_handling = "MATCH"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m13"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-14"
    priority = 14
    statement {
      size_constraint_statement {
        field_to_match {
          cookies {
            match_pattern {
              excluded_cookies = ["lang"]
            }
            match_scope       = "KEY"
            oversize_handling = "NO_MATCH"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m14"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-15"
    priority = 15
    statement {
      size_constraint_statement {
        field_to_match {
          header_order {
            oversize_handling = "CONTINUE"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m15"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-16"
    priority = 16
    statement {
      size_constraint_statement {
        field_to_match {
          uri_fragment {
            fallback_behavior = "MATCH"
          }
        }
        comparison_operator = "GT"
        size                = 10
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m16"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-17"
    priority = 17
    statement {
      byte_match_statement {
        search_string = "e7d705a3286e19ea42f587b344ee6865"
        field_to_match {
          ja3_fingerprint {
            fallback_behavior = "NO_MATCH"
          }
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
        positional_constraint = "EXACTLY"
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m17"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-18"
    priority = 18
    statement {
      byte_match_statement {
        search_string = "t13d1516h2_8daaf6152771_e5627efa2ab1"
        field_to_match {
          ja4_fingerprint {
            fallback_behavior = "MATCH"
          }
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
        positional_constraint = "EXACTLY"
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m18"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-19"
    priority = 19
    statement {
      byte_match_statement {
        search_string = "/admin \"quoted\" $${x} é"
        field_to_match {
          uri_path {}
        }
        text_transformation {
          priority = 0
          type     = "URL_DECODE"
        }
        text_transformation {
          priority = 1
          type     = "LOWERCASE"
        }
        positional_constraint = "STARTS_WITH"
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m19"
    }
    action {
      block {
        custom_response {
          response_code            = 429
          custom_response_body_key = "slow"
          response_header {
            name  = "x-reason"
            value = "admin"
          }
        }
      }
    }
    dynamic "rule_label" {
      for_each = ["admin", "path:admin"]
      iterator = label
      content {
        name = label.value
      }
    }
  }
  rule {
    name     = "rule-20"
    priority = 20
    statement {
      byte_match_statement {
        search_string = "word"
        field_to_match {
          uri_path {}
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
        positional_constraint = "CONTAINS_WORD"
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m20"
    }
    action {
      block {}
    }
  }
  rule {
    name     = "rule-21"
    priority = 21
    statement {
      byte_match_statement {
        search_string = "end"
        field_to_match {
          query_string {}
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
        positional_constraint = "ENDS_WITH"
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m21"
    }
    action {
      allow {
        custom_request_handling {
          insert_header {
            name  = "seen"
            value = "yes"
          }
        }
      }
    }
  }
  rule {
    name     = "rule-22"
    priority = 22
    statement {
      sqli_match_statement {
        field_to_match {
          all_query_arguments {}
        }
        text_transformation {
          priority = 0
          type     = "URL_DECODE"
        }
        sensitivity_level = "HIGH"
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m22"
    }
    action {
      captcha {}
    }
    captcha_config {
      immunity_time_property {
        immunity_time = 120
      }
    }
  }
  rule {
    name     = "rule-23"
    priority = 23
    statement {
      sqli_match_statement {
        field_to_match {
          query_string {}
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m23"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-24"
    priority = 24
    statement {
      xss_match_statement {
        field_to_match {
          query_string {}
        }
        text_transformation {
          priority = 0
          type     = "HTML_ENTITY_DECODE"
        }
        text_transformation {
          priority = 1
          type     = "NONE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m24"
    }
    action {
      challenge {
        custom_request_handling {
          insert_header {
            name  = "challenged"
            value = "1"
          }
        }
      }
    }
    challenge_config {
      immunity_time_property {
        immunity_time = 600
      }
    }
  }
  rule {
    name     = "rule-25"
    priority = 25
    statement {
      geo_match_statement {
        country_codes = [for code in local.codes : "${code}${local.ends[code]}"]
        forwarded_ip_config {
          header_name       = "X-Forwarded-For"
          fallback_behavior = "NO_MATCH"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m25"
    }
    action {
      count {
        custom_request_handling {
          insert_header {
            name  = "geo"
            value = "known"
          }
        }
      }
    }
  }
  rule {
    name     = "rule-26"
    priority = 26
    statement {
      asn_match_statement {
        asn_list = [64500, 4200000000]
        forwarded_ip_config {
          header_name       = "X-Forwarded-For"
          fallback_behavior = "NO_MATCH"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m26"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-27"
    priority = 27
    statement {
      ip_set_reference_statement {
        arn = aws_wafv2_ip_set.blocked.arn
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m27"
    }
    action {
      block {}
    }
  }
  rule {
    name     = "rule-28"
    priority = 28
    statement {
      ip_set_reference_statement {
        arn = aws_wafv2_ip_set.six[0].arn
        ip_set_forwarded_ip_config {
          header_name       = "X-Forwarded-For"
          fallback_behavior = "MATCH"
          position          = "ANY"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m28"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-29"
    priority = 29
    statement {
      regex_match_statement {
        regex_string = "^/v[0-9]+/"
        field_to_match {
          uri_path {}
        }
        text_transformation {
          priority = 0
          type     = "NORMALIZE_PATH"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m29"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-30"
    priority = 30
    statement {
      regex_pattern_set_reference_statement {
        arn = aws_wafv2_regex_pattern_set.bots.arn
        field_to_match {
          single_header {
            name = "user-agent"
          }
        }
        text_transformation {
          priority = 0
          type     = "LOWERCASE"
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m30"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-31"
    priority = 31
    statement {
      label_match_statement {
        scope = "LABEL"
        key   = "path:admin"
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m31"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-32"
    priority = 32
    statement {
      label_match_statement {
        scope = "NAMESPACE"
        key   = "path:"
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m32"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-33"
    priority = 33
    statement {
      and_statement {
        statement {
          byte_match_statement {
            search_string = "POST"
            field_to_match {
              method {}
            }
            text_transformation {
              priority = 0
              type     = "NONE"
            }
            positional_constraint = "EXACTLY"
          }
        }
        statement {
          not_statement {
            statement {
              or_statement {
                statement {
                  geo_match_statement {
                    country_codes = ["FR"]
                  }
                }
                statement {
                  ip_set_reference_statement {
                    arn = aws_wafv2_ip_set.blocked.arn
                  }
                }
              }
            }
          }
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m33"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-34"
    priority = 34
    statement {
      rate_based_statement {
        limit                 = 100
        evaluation_window_sec = 60
        aggregate_key_type    = "IP"
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m34"
    }
    action {
      block {}
    }
  }
  rule {
    name     = "rule-35"
    priority = 35
    statement {
      rate_based_statement {
        limit                 = 200
        evaluation_window_sec = 300
        aggregate_key_type    = "FORWARDED_IP"
        forwarded_ip_config {
          header_name       = "X-Forwarded-For"
          fallback_behavior = "NO_MATCH"
        }
        scope_down_statement {
          byte_match_statement {
            search_string = "/login"
            field_to_match {
              uri_path {}
            }
            text_transformation {
              priority = 0
              type     = "NONE"
            }
            positional_constraint = "STARTS_WITH"
          }
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m35"
    }
    action {
      challenge {}
    }
  }
  rule {
    name     = "rule-36"
    priority = 36
    statement {
      rate_based_statement {
        limit                 = 300
        evaluation_window_sec = 600
        aggregate_key_type    = "CONSTANT"
        scope_down_statement {
          not_statement {
            statement {
              byte_match_statement {
                search_string = "/health"
                field_to_match {
                  uri_path {}
                }
                text_transformation {
                  priority = 0
                  type     = "NONE"
                }
                positional_constraint = "EXACTLY"
              }
            }
          }
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m36"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-37"
    priority = 37
    statement {
      rate_based_statement {
        limit                 = 400
        evaluation_window_sec = 120
        aggregate_key_type    = "CUSTOM_KEYS"
        custom_key {
          header {
            name = "x-api-key"
            text_transformation {
              priority = 0
              type     = "NONE"
            }
          }
        }
        custom_key {
          cookie {
            name = "sid"
            text_transformation {
              priority = 0
              type     = "URL_DECODE"
            }
            text_transformation {
              priority = 1
              type     = "LOWERCASE"
            }
          }
        }
        custom_key {
          query_argument {
            name = "user"
            text_transformation {
              priority = 0
              type     = "NONE"
            }
          }
        }
        custom_key {
          query_string {
            text_transformation {
              priority = 0
              type     = "NONE"
            }
          }
        }
        custom_key {
          uri_path {
            text_transformation {
              priority = 0
              type     = "LOWERCASE"
            }
          }
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m37"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-38"
    priority = 38
    statement {
      rate_based_statement {
        limit                 = 500
        evaluation_window_sec = 300
        aggregate_key_type    = "CUSTOM_KEYS"
        forwarded_ip_config {
          header_name       = "X-Forwarded-For"
          fallback_behavior = "NO_MATCH"
        }
        custom_key {
          http_method {}
        }
        custom_key {
          forwarded_ip {}
        }
        custom_key {
          label_namespace {
            namespace = "awswaf:${var.account}:webacl:everything:path:"
          }
        }
        custom_key {
          ja3_fingerprint {
            fallback_behavior = "MATCH"
          }
        }
        custom_key {
          ja4_fingerprint {
            fallback_behavior = "NO_MATCH"
          }
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m38"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-39"
    priority = 39
    statement {
      rate_based_statement {
        limit                 = 600
        evaluation_window_sec = 300
        aggregate_key_type    = "CUSTOM_KEYS"
        custom_key {
          ip {}
        }
        custom_key {
          http_method {}
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m39"
    }
    action {
      count {}
    }
  }
  rule {
    name     = "rule-40"
    priority = 40
    statement {
      rule_group_reference_statement {
        arn = aws_wafv2_rule_group.own.arn
        rule_action_override {
          name = "inner-0"
          action_to_use {
            count {}
          }
        }
        rule_action_override {
          name = "inner-1"
          action_to_use {
            captcha {}
          }
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m40"
    }
    override_action {
      none {}
    }
  }
  rule {
    name     = "rule-41"
    priority = 41
    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "Managed"
        scope_down_statement {
          geo_match_statement {
            country_codes = ["SE"]
          }
        }
        rule_action_override {
          name = "inner-0"
          action_to_use {
            allow {}
          }
        }
      }
    }
    visibility_config {
      sampled_requests_enabled   = true
      cloudwatch_metrics_enabled = false
      metric_name                = "m41"
    }
    override_action {
      count {}
    }
  }
  visibility_config {
    sampled_requests_enabled   = true
    cloudwatch_metrics_enabled = false
    metric_name                = "acl"
  }
  captcha_config {
    immunity_time_property {
      immunity_time = 90
    }
  }
  challenge_config {
    immunity_time_property {
      immunity_time = 400
    }
  }
  token_domains = ["example.com", "example.org"]
  association_config {
    request_body {
      cloudfront {
        default_size_inspection_limit = "KB_64"
      }
      api_gateway {
        default_size_inspection_limit = "KB_32"
      }
    }
  }
  custom_response_body {
    key          = "slow"
    content_type = "TEXT_PLAIN"
    content      = "slow down"
  }
  custom_response_body {
    key          = "json"
    content_type = "APPLICATION_JSON"
    content      = "{\"a\": 1}"
  }
  data_protection_config {
    data_protection {
      field {
        field_type = "SINGLE_HEADER"
        field_keys = ["authorization"]
      }
      action                     = "HASH"
      exclude_rule_match_details = true
    }
    data_protection {
      field {
        field_type = "QUERY_STRING"
      }
      action = "SUBSTITUTION"
    }
  }
}

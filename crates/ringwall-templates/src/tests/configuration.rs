//! Terraform's own ways.

use super::{Assumptions, Bundle, read, refusal, source, web_acl};

const VISIBLE: &str = "visibility_config {
    sampled_requests_enabled   = true
    cloudwatch_metrics_enabled = true
    metric_name                = \"m\"
  }";

/// A web ACL with what stands in it, and what stands beside it.
fn acl(inner: &str, beside: &str) -> String {
    format!(
        "resource \"aws_wafv2_web_acl\" \"main\" {{
  name  = \"main\"
  scope = \"REGIONAL\"
  default_action {{
    allow {{}}
  }}
  {VISIBLE}
  {inner}
}}
{beside}"
    )
}

/// A rule with that name and statement.
fn rule(name: &str, priority: &str, statement: &str) -> String {
    format!(
        "rule {{\n name = {name}\n priority = {priority}\n action {{\n block {{}}\n }}\n statement {{\n {statement}\n }}\n {VISIBLE}\n}}"
    )
}

const GEO: &str = "geo_match_statement {\n country_codes = [\"DE\"]\n }";

#[test]
fn expressions_are_evaluated() {
    let beside =
        "variable \"names\" {\n  default = [\"b\", \"a\"]\n}\nvariable \"on\" {\n type = bool\n default = true\n}
locals {
  later = { for at, name in local.names : name => at + 10 }
  names = concat(var.names, [format(\"%s-%02d\", \"c\", 7)])
}";
    let dynamic = format!(
        "dynamic \"rule\" {{
  for_each = var.on ? local.later : {{}}
  content {{
    name     = \"rule-${{rule.key}}\"
    priority = rule.value
    action {{
      count {{}}
    }}
    statement {{
      {GEO}
    }}
    {VISIBLE}
  }}
}}"
    );
    let read = web_acl("main.tf", &acl(&dynamic, beside));
    let rules: Vec<(&str, u64)> = read.rules.iter().map(|own| (own.name.as_str(), own.priority)).collect();
    assert_eq!(rules, [("rule-b", 10), ("rule-a", 11), ("rule-c-07", 12)]);
}

#[test]
fn count_and_for_each_make_several_and_are_referred_to() {
    let set = |name: &str, meta: &str, own: &str| {
        format!(
            "resource \"aws_wafv2_ip_set\" \"{name}\" {{\n {meta}\n name = {own}\n scope = \"REGIONAL\"\n ip_address_version = \"IPV4\"\n addresses = [\"192.0.2.0/24\"]\n}}\n"
        )
    };
    let beside = [
        set("one", "", "\"one\""),
        set("counted", "count = 2", "\"counted-${count.index}\""),
        set("each", "for_each = toset([\"x\", \"y\"])", "\"each-${each.key}\""),
        set("none", "count = 0", "\"none\""),
    ]
    .concat();
    for (reference, name) in [
        ("aws_wafv2_ip_set.one.arn", "one"),
        ("aws_wafv2_ip_set.counted[1].arn", "counted-1"),
        ("aws_wafv2_ip_set.each[\"y\"].arn", "each-y"),
    ] {
        let inner = rule("\"r\"", "0", &format!("ip_set_reference_statement {{\n arn = {reference}\n}}"));
        let read = web_acl("main.tf", &acl(&inner, &beside));
        assert!(format!("{read:?}").contains(&format!("ipset/{name}/")), "{reference}");
    }
}

#[test]
fn variables_are_given_in_files_and_by_hand() {
    let files = |values: &str| {
        let inner = rule("var.name", "var.priority", GEO);
        let main = acl(&inner, "variable \"name\" {}\nvariable \"priority\" {\n default = 3\n}");
        [source("main.tf", &main), source("terraform.tfvars", values)]
    };
    let read = |values: &str, given: &[(&str, &str)]| {
        let values_given = given.iter().map(|(name, own)| ((*name).to_owned(), (*own).to_owned())).collect();
        let assumptions = Assumptions { values: values_given, ..Assumptions::default() };
        let document = read(&files(values), None, &assumptions).map_err(|own| own.to_string())?;
        let acl = document.web_acl(&mut Bundle::new(), super::ALL).map_err(|own| own.to_string())?;
        Ok::<_, String>((acl.rules[0].name.clone(), acl.rules[0].priority))
    };
    assert_eq!(read("name = \"filed\"", &[]), Ok(("filed".to_owned(), 3)));
    assert_eq!(read("name = \"filed\"", &[("name", "given"), ("priority", "5")]), Ok(("given".to_owned(), 5)));
    assert_eq!(read("", &[("nothing", "x")]).unwrap_err(), "has no variable `nothing`, for which a value is given");
    let missing = read("", &[]).unwrap_err();
    assert!(
        missing.starts_with("`aws_wafv2_web_acl.main.rule[0].name` cannot be told from the configuration alone"),
        "{missing}"
    );
}

#[test]
fn rules_in_json_have_search_strings_as_they_are() {
    let json = "rule_json = jsonencode([{
    Name = \"j\", Priority = 1, Action = { Block = {} },
    VisibilityConfig = { SampledRequestsEnabled = true, CloudWatchMetricsEnabled = true, MetricName = \"j\" },
    Statement = { ByteMatchStatement = { SearchString = \"admin\", FieldToMatch = { UriPath = {} },
      PositionalConstraint = \"CONTAINS\", TextTransformations = [{ Priority = 0, Type = \"NONE\" }] } }
  }])";
    let read = web_acl("main.tf", &acl(json, ""));
    assert!(format!("{:?}", read.rules[0].kind).contains(&format!("search: {:?}", b"admin")));
    let broken =
        json.replace("Type = \\\"NONE\\\"", "Type = \\\"NOTHING\\\"").replace("Type = \"NONE\"", "Type = \"NOTHING\"");
    assert_eq!(
        refusal("main.tf", &acl(&broken, "")),
        "`aws_wafv2_web_acl.main.rule_json[0].Statement.ByteMatchStatement.TextTransformations[0].Type` is no text transformation"
    );
}

#[test]
fn what_cannot_be_told_is_refused_with_its_place_and_advice() {
    let advice = "give what `terraform show -json` prints of a plan or a state instead";
    for (inner, place) in [
        (rule("random_id.x.hex", "0", GEO), "aws_wafv2_web_acl.main.rule[0].name"),
        (
            rule("\"a\"", "0", "ip_set_reference_statement {\n arn = module.sets.arn\n}"),
            "aws_wafv2_web_acl.main.rule[0].statement[0].ip_set_reference_statement[0].arn",
        ),
        (rule("file(\"x\")", "0", GEO), "aws_wafv2_web_acl.main.rule[0].name"),
        (rule("local.nowhere", "0", GEO), "aws_wafv2_web_acl.main.rule[0].name"),
    ] {
        let refused = refusal("main.tf", &acl(&inner, ""));
        assert!(refused.starts_with(&format!("`{place}` cannot be told")) && refused.ends_with(advice), "{refused}");
    }
    let twice = rule("\"a\"", "0", &format!("{GEO}\n{GEO}"));
    assert_eq!(
        refusal("main.tf", &acl(&twice, "")),
        "`aws_wafv2_web_acl.main.rule[0].statement[0].geo_match_statement` must stand there once"
    );
    let unknown = rule("\"a\"", "0", "geo_match_statement {\n countries = [\"DE\"]\n }");
    assert_eq!(
        refusal("main.tf", &acl(&unknown, "")),
        "`aws_wafv2_web_acl.main.rule[0].statement[0].geo_match_statement[0].country_codes` is missing"
    );
    assert!(refusal("main.tf", "resource {").starts_with("`main.tf` cannot be read: "));
}

const STATE: &str = r#"{"version": 4, "terraform_version": "1.11.4", "resources": [
  {"mode": "data", "type": "aws_wafv2_ip_set", "name": "x", "instances": []},
  {"module": "module.m", "mode": "managed", "type": "aws_wafv2_ip_set", "name": "set", "instances": [{"index_key": "k", "attributes": {
    "arn": "arn:aws:wafv2:eu-west-1:123456789012:regional/ipset/set/aaaa-1", "id": "aaaa-1", "name": "set", "scope": "REGIONAL",
    "ip_address_version": "IPV4", "addresses": ["192.0.2.0/24"], "description": "", "tags": null}}]},
  {"module": "module.m", "mode": "managed", "type": "aws_wafv2_web_acl", "name": "main", "instances": [{"attributes": {
    "arn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/main/bbbb-2", "id": "bbbb-2", "name": "main", "scope": "REGIONAL",
    "capacity": 1, "default_action": [{"allow": [{"custom_request_handling": []}], "block": []}], "custom_response_body": [],
    "rule": [{"name": "r", "priority": 0, "action": [{"allow": [], "block": [{"custom_response": []}], "count": []}], "override_action": [],
      "statement": [{"and_statement": [], "ip_set_reference_statement": [{"arn": "arn:aws:wafv2:eu-west-1:123456789012:regional/ipset/set/aaaa-1",
        "ip_set_forwarded_ip_config": []}]}],
      "visibility_config": [{"cloudwatch_metrics_enabled": false, "metric_name": "r", "sampled_requests_enabled": false}]}],
    "visibility_config": [{"cloudwatch_metrics_enabled": false, "metric_name": "m", "sampled_requests_enabled": false}],
    "tags_all": {}, "token_domains": null, "association_config": []}}]}]}"#;

#[test]
fn a_state_has_what_was_made() {
    let read = web_acl("terraform.tfstate", STATE);
    assert_eq!(read.arn.text, "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/main/bbbb-2");
    let broken = STATE.replace("192.0.2.0/24", "192.0.2.0/99");
    let refused = refusal("terraform.tfstate", &broken);
    assert!(refused.starts_with("`module.m.aws_wafv2_ip_set.set[\"k\"].addresses[0]` "), "{refused}");
}

#[test]
fn a_plan_that_does_not_tell_what_is_meant_is_refused() {
    let plan = include_str!("data/everything.plan.json").replace("aws_wafv2_regex_pattern_set.bots.arn", "local.bots");
    let plan = plan.replace("[\"local.bots\",\"aws_wafv2_regex_pattern_set.bots\"]", "[\"local.bots\"]");
    let refused = refusal("plan.json", &plan);
    assert!(
        refused.contains("regex_pattern_set_reference_statement[0].arn` is not known before the plan is applied"),
        "{refused}"
    );
}

#[test]
fn what_is_wrong_with_all_rules_together_names_the_blocks() {
    let inner = format!(
        "dynamic \"rule\" {{
  for_each = range(60)
  content {{
    name     = \"r${{rule.value}}\"
    priority = rule.value
    action {{
      count {{}}
    }}
    statement {{
      sqli_match_statement {{
        field_to_match {{
          all_query_arguments {{}}
        }}
        dynamic \"text_transformation\" {{
          for_each = [\"URL_DECODE\", \"LOWERCASE\", \"TRIM\", \"CSS_DECODE\", \"JS_DECODE\", \"HEX_DECODE\"]
          content {{
            priority = text_transformation.key
            type     = text_transformation.value
          }}
        }}
      }}
    }}
    {VISIBLE}
  }}
}}"
    );
    assert_eq!(
        refusal("main.tf", &acl(&inner, "")),
        "`aws_wafv2_web_acl.main.rule` need 5400 units, and a web ACL has at most 5000"
    );
}

//! A web ACL with every statement, field and action in all forms: as AWS prints it, as a template, as Terraform's configuration,
//! and as Terraform's plan of that configuration, which Terraform itself made.

use std::sync::Arc;

use ringwall_waf::document::{Bundle, ManagedGroups, Node, RuleGroup, WebAcl};

use super::{ALL, document, normal};
use crate::Document;

const AWS: &str = include_str!("data/everything.json");
const FORMS: [(&str, &str); 3] = [
    ("everything.yaml", include_str!("data/everything.yaml")),
    ("everything.tf", include_str!("data/everything.hcl")),
    ("everything.plan.json", include_str!("data/everything.plan.json")),
];

/// A group of a vendor's, with rules as the own group has them.
#[derive(Debug)]
struct Managed(Arc<RuleGroup>);

impl ManagedGroups for Managed {
    fn group(&self, vendor: &str, name: &str, _: Option<&str>) -> Result<Arc<RuleGroup>, String> {
        assert_eq!((vendor, name), ("AWS", "Managed"));
        Ok(self.0.clone())
    }
}

fn member<'n>(node: &'n Node, name: &str) -> &'n Node {
    let Node::Object(members) = node else { panic!("no object") };
    members.iter().find(|(own, _)| own == name).map(|(_, own)| own).unwrap_or_else(|| panic!("no {name}"))
}

fn web_acl(document: &Document) -> WebAcl {
    use ringwall_waf::document::References;
    let aws = super::document("everything.json", AWS).unwrap();
    let group = {
        let mut bundle = Bundle::new();
        let mut alone = aws.node.clone();
        // The web ACL without the rule that needs the vendor's group, to read the own group.
        if let Node::Object(members) = &mut alone {
            for (name, own) in members {
                if let (true, Node::Object(members)) = (name == "WebACL", own) {
                    members.retain(|(name, _)| name != "Rules");
                }
            }
        }
        bundle.read_node(&alone, ALL).expect("the own group");
        let Node::List(groups) = member(&aws.node, "RuleGroups") else { panic!("no list") };
        let Node::Text(arn) = member(&groups[0], "ARN") else { panic!("no ARN") };
        bundle.rule_group(arn).expect("the own group")
    };
    let mut bundle = Bundle::new();
    bundle.set_managed(Arc::new(Managed(group)));
    document.web_acl(&mut bundle, ALL).unwrap_or_else(|refused| panic!("{refused}"))
}

/// What was read, to be compared: without what follows from the ids of things, which each form has its own of.
fn shown(acl: &WebAcl) -> String {
    let text = format!("{acl:#?}");
    let mut kept = Vec::new();
    let mut depth_of_counter = None;
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        if line.contains("CounterId(") {
            depth_of_counter = Some(depth);
        }
        if depth_of_counter.is_none() {
            let line = match line.split_once("\"arn:") {
                Some((before, arn)) => format!("{before}{}", arn.rsplit_once('/').map_or(arn, |(own, _)| own)),
                None => line.to_owned(),
            };
            kept.push(line);
        }
        if depth_of_counter == Some(depth) && line.trim_start().starts_with(')') {
            depth_of_counter = None;
        }
    }
    kept.join("\n")
}

#[test]
fn every_form_is_the_same_web_acl() {
    let expected = document("everything.json", AWS).unwrap();
    let read = web_acl(&expected);
    assert_eq!(read.rules.len(), 42);
    for (name, text) in FORMS {
        let found = document(name, text).unwrap_or_else(|refused| panic!("{name}: {refused}"));
        for part in ["WebACL", "RuleGroups", "IPSets", "RegexPatternSets"] {
            let (found, expected) = (normal(member(&found.node, part)), normal(member(&expected.node, part)));
            if found != expected {
                let (found, expected) = (format!("{found:#?}"), format!("{expected:#?}"));
                let at = found.lines().zip(expected.lines()).position(|(own, other)| own != other).unwrap_or(0);
                let around =
                    |text: &str| text.lines().skip(at.saturating_sub(12)).take(24).collect::<Vec<_>>().join("\n");
                panic!("{name}: {part} is\n{}\nand not\n{}", around(&found), around(&expected));
            }
        }
        assert!(shown(&web_acl(&found)) == shown(&read), "{name}");
    }
}

#[test]
fn all_that_there_is_is_in_it() {
    for name in [
        "AndStatement",
        "AsnMatchStatement",
        "ByteMatchStatement",
        "GeoMatchStatement",
        "IPSetReferenceStatement",
        "LabelMatchStatement",
        "ManagedRuleGroupStatement",
        "NotStatement",
        "OrStatement",
        "RateBasedStatement",
        "RegexMatchStatement",
        "RegexPatternSetReferenceStatement",
        "RuleGroupReferenceStatement",
        "SizeConstraintStatement",
        "SqliMatchStatement",
        "XssMatchStatement",
        "SingleHeader",
        "SingleQueryArgument",
        "AllQueryArguments",
        "UriPath",
        "QueryString",
        "Body",
        "Method",
        "JsonBody",
        "Headers",
        "Cookies",
        "HeaderOrder",
        "JA3Fingerprint",
        "JA4Fingerprint",
        "UriFragment",
        "Allow",
        "Block",
        "Count",
        "Captcha",
        "Challenge",
        "None",
        "CustomResponse",
        "CustomRequestHandling",
        "RuleLabels",
        "CaptchaConfig",
        "ChallengeConfig",
        "RuleActionOverrides",
        "ScopeDownStatement",
        "ForwardedIPConfig",
        "IPSetForwardedIPConfig",
        "TokenDomains",
        "AssociationConfig",
        "CustomResponseBodies",
        "DataProtectionConfig",
        "IncludedPaths",
        "IncludedHeaders",
        "ExcludedHeaders",
        "IncludedCookies",
        "ExcludedCookies",
        "Header",
        "Cookie",
        "QueryArgument",
        "HTTPMethod",
        "ForwardedIP",
        "IP",
        "LabelNamespace",
    ] {
        assert!(AWS.contains(&format!("\"{name}\": ")), "{name}");
    }
}

#[test]
fn a_refusal_names_the_place_in_the_words_of_the_source() {
    for (name, text) in FORMS {
        let place = match name {
            "everything.yaml" => "Resources.Acl.Properties.Rules[20].Statement.ByteMatchStatement.PositionalConstraint",
            "everything.tf" => {
                "aws_wafv2_web_acl.main.rule[20].statement[0].byte_match_statement[0].positional_constraint"
            }
            // A plan has its rules in an order of its own.
            _ => "aws_wafv2_web_acl.main.rule[2].statement[0].byte_match_statement[0].positional_constraint",
        };
        let broken = text.replace("CONTAINS_WORD", "SOMEWHERE");
        assert_eq!(
            super::refusal(name, &broken),
            format!("`{place}` must be one of EXACTLY, STARTS_WITH, ENDS_WITH, CONTAINS, CONTAINS_WORD"),
            "{name}"
        );
    }
}

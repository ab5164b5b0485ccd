//! AWSManagedRulesCommonRuleSet (WAF-134, WAF-135).

use ringwall_waf::document::Node;

use super::{PATH, QUERY, finds, reads};
use crate::catalogue::Group;
use crate::language::{Draft, Part, Reading, any, body_longer_than, not, patterns, size, xss};

pub(super) const GROUP: Group = Group {
    name: "AWSManagedRulesCommonRuleSet",
    description: "Attacks that most web applications are exposed to: scripts, files and addresses of others, sizes, clients",
    capacity: 700,
    label_name: "core-rule-set",
    versions: &["Version_1.0"],
    lists: &[],
    rules,
};

fn rules() -> Vec<Draft> {
    let agent = Part::Header("user-agent");
    let mut rules = vec![
        Draft::block("NoUserAgent_HEADER", "NoUserAgent_Header", not(size("GE", 1, agent))),
        Draft::block(
            "UserAgent_BadBots_HEADER",
            "BadBots_Header",
            any(vec![
                patterns("bad-bots", agent, Reading::OnceLower),
                patterns("script-fragments", agent, Reading::DeepLower),
                xss(agent, Reading::Once),
            ]),
        ),
        Draft::block("SizeRestrictions_QUERYSTRING", "SizeRestrictions_QueryString", size("GT", 2048, Part::Query)),
        Draft::block(
            "SizeRestrictions_Cookie_HEADER",
            "SizeRestrictions_Cookie_Header",
            size("GT", 10_240, Part::Header("cookie")),
        ),
        Draft::block("SizeRestrictions_BODY", "SizeRestrictions_Body", body_longer_than(8192)),
        Draft::block("SizeRestrictions_URIPATH", "SizeRestrictions_URIPath", size("GT", 1024, Part::Path)),
        Draft::block("EC2MetaDataSSRF_BODY", "EC2MetaDataSSRF_Body", finds(&["metadata"], &[Part::Values])),
        Draft::block("EC2MetaDataSSRF_COOKIE", "EC2MetaDataSSRF_Cookie", finds(&["metadata"], &[Part::Cookies])),
        Draft::block("EC2MetaDataSSRF_URIPATH", "EC2MetaDataSSRF_URIPath", finds(&["metadata"], &PATH)),
        Draft::block("EC2MetaDataSSRF_QUERYARGUMENTS", "EC2MetaDataSSRF_QueryArguments", finds(&["metadata"], &QUERY)),
        Draft::block("GenericLFI_QUERYARGUMENTS", "GenericLFI_QueryArguments", inclusion(&QUERY)),
        Draft::block(
            "GenericLFI_URIPATH",
            "GenericLFI_URIPath",
            any(vec![inclusion(&PATH), finds(&["file-inclusion-path"], &[Part::Path])]),
        ),
        Draft::block("GenericLFI_BODY", "GenericLFI_Body", inclusion(&[Part::Values])),
        Draft::block(
            "RestrictedExtensions_URIPATH",
            "RestrictedExtensions_URIPath",
            patterns("restricted-extensions", Part::Path, Reading::DeepLower),
        ),
        Draft::block(
            "RestrictedExtensions_QUERYARGUMENTS",
            "RestrictedExtensions_QueryArguments",
            patterns("restricted-arguments", Part::Arguments, Reading::DeepLower),
        ),
        Draft::block("GenericRFI_QUERYARGUMENTS", "GenericRFI_QueryArguments", finds(&["remote-inclusion"], &QUERY)),
        Draft::block("GenericRFI_BODY", "GenericRFI_Body", finds(&["remote-inclusion"], &[Part::Values])),
        Draft::block("GenericRFI_URIPATH", "GenericRFI_URIPath", finds(&["remote-inclusion"], &PATH)),
    ];
    let scripting = [
        ("CrossSiteScripting_COOKIE", "CrossSiteScripting_Cookie", &[Part::Cookies] as &[Part]),
        ("CrossSiteScripting_QUERYARGUMENTS", "CrossSiteScripting_QueryArguments", &QUERY),
        ("CrossSiteScripting_BODY", "CrossSiteScripting_Body", &[Part::Values]),
        ("CrossSiteScripting_URIPATH", "CrossSiteScripting_URIPath", &PATH),
    ];
    rules.extend(scripting.map(|(name, label, parts)| Draft::block(name, label, scripts(parts))));
    rules
}

/// Files that a value leads to. Zero bytes are looked for before they are removed.
fn inclusion(parts: &[Part]) -> Node {
    let mut statements = reads("zero-bytes", parts, &[Reading::OnceLower]);
    statements.push(finds(&["file-inclusion", "xml-entities"], parts));
    any(statements)
}

/// Scripts, and what leads to them: pieces of a script within a script, templates that compute, headers that end early.
fn scripts(parts: &[Part]) -> Node {
    let readings = [Reading::Once, Reading::Deep, Reading::Base64];
    let mut statements: Vec<Node> = parts.iter().flat_map(|part| readings.map(|reading| xss(*part, reading))).collect();
    statements.push(finds(&["script-fragments", "templates", "header-injection"], parts));
    any(statements)
}

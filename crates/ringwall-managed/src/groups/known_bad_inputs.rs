//! AWSManagedRulesKnownBadInputsRuleSet (WAF-138).

use super::{PATH, finds, reads};
use crate::catalogue::Group;
use crate::language::{Draft, Part, Reading, any, literal};

pub(super) const GROUP: Group = Group {
    name: "AWSManagedRulesKnownBadInputsRuleSet",
    description: "Requests that are never valid and go with known vulnerabilities",
    capacity: 200,
    label_name: "known-bad-inputs",
    versions: &["Version_1.0", "Version_1.1"],
    lists: &[],
    rules,
};

fn rules() -> Vec<Draft> {
    let (java, log) = (&["java"], &["log4j"]);
    vec![
        Draft::block("JavaDeserializationRCE_HEADER", "JavaDeserializationRCE_Header", finds(java, &[Part::Headers])),
        Draft::block("JavaDeserializationRCE_BODY", "JavaDeserializationRCE_Body", finds(java, &[Part::Values])),
        Draft::block("JavaDeserializationRCE_URIPATH", "JavaDeserializationRCE_URIPath", finds(java, &PATH)),
        Draft::block(
            "JavaDeserializationRCE_QUERYSTRING",
            "JavaDeserializationRCE_QueryString",
            finds(java, &[Part::Query, Part::Arguments]),
        ),
        Draft::block("Host_localhost_HEADER", "Host_Localhost_Header", localhost()),
        Draft::block("PROPFIND_METHOD", "Propfind_Method", literal("PROPFIND", "EXACTLY", Part::Method, Reading::Raw)),
        Draft::block(
            "ExploitablePaths_URIPATH",
            "ExploitablePaths_URIPath",
            // With zero bytes, and without.
            any(reads("exploitable-paths", &[Part::Path], &[Reading::OnceLower, Reading::DeepLower])),
        ),
        Draft::block("Log4JRCE_HEADER", "Log4JRCE_Header", finds(log, &[Part::Headers])),
        Draft::block("Log4JRCE_QUERYSTRING", "Log4JRCE_QueryString", finds(log, &[Part::Query, Part::Arguments])),
        Draft::block("Log4JRCE_BODY", "Log4JRCE_Body", finds(log, &[Part::Values])),
        Draft::block("Log4JRCE_URIPATH", "Log4JRCE_URIPath", finds(log, &PATH)),
        Draft::block("ReactJSRCE_BODY", "ReactJSRCE_Body", finds(&["react"], &[Part::Values])).since(1),
    ]
}

/// A host that only the machine itself would ask for, with or without a port.
fn localhost() -> ringwall_waf::document::Node {
    let host = |search, position| literal(search, position, Part::Header("host"), Reading::OnceLower);
    any(vec![
        host("localhost", "EXACTLY"),
        host("localhost:", "STARTS_WITH"),
        host("localhost.localdomain", "STARTS_WITH"),
        host("127.0.0.1", "EXACTLY"),
        host("127.0.0.1:", "STARTS_WITH"),
        host("[::1]", "STARTS_WITH"),
    ])
}

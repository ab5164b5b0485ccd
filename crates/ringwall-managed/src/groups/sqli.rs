//! AWSManagedRulesSQLiRuleSet (WAF-139).

use ringwall_waf::document::Node;

use super::{PATH, QUERY, finds};
use crate::catalogue::Group;
use crate::language::{Draft, Part, Reading, any, sqli};

pub(super) const GROUP: Group = Group {
    name: "AWSManagedRulesSQLiRuleSet",
    description: "Injection into SQL, and into other languages of queries",
    capacity: 200,
    label_name: "sql-database",
    versions: &["Version_1.0", "Version_2.0"],
    lists: &[],
    rules,
};

/// What the statement of documents finds at its low level, and what it finds at the high one, is said by two rules.
const READINGS: [Reading; 3] = [Reading::Once, Reading::Deep, Reading::Base64];

fn rules() -> Vec<Draft> {
    vec![
        Draft::block("SQLi_QUERYARGUMENTS", "SQLi_QueryArguments", plain("LOW", &QUERY)),
        Draft::block("SQLi_BODY", "SQLi_Body", plain("LOW", &[Part::Values])),
        Draft::block("SQLi_COOKIE", "SQLi_Cookie", plain("LOW", &[Part::Cookies])),
        Draft::block("SQLi_URIPATH", "SQLi_URIPath", plain("LOW", &PATH)),
        Draft::block("SQLiExtendedPatterns_QUERYARGUMENTS", "SQLiExtendedPatterns_QueryArguments", extended(&QUERY)),
        Draft::block("SQLiExtendedPatterns_BODY", "SQLiExtendedPatterns_Body", extended(&[Part::Values])),
        Draft::block("SQLiExtendedPatterns_HEADER", "SQLiExtendedPatterns_Header", headers()).since(1),
        Draft::block(
            "SQLiExtendedPatterns_URIPATH",
            "SQLiExtendedPatterns_UriPath",
            finds(&["sql-fragments", "other-queries"], &PATH),
        )
        .since(1),
    ]
}

fn plain(level: &str, parts: &[Part]) -> Node {
    any(parts.iter().flat_map(|part| READINGS.map(|reading| sqli(level, *part, reading))).collect())
}

fn extended(parts: &[Part]) -> Node {
    let values = &parts[..1];
    any(vec![plain("HIGH", values), finds(&["sql-fragments", "other-queries"], parts)])
}

/// Headers in general have signs that other languages of queries have, so that these are looked for in cookies alone.
fn headers() -> Node {
    any(vec![plain("LOW", &[Part::Headers]), finds(&["other-queries"], &[Part::Cookies])])
}

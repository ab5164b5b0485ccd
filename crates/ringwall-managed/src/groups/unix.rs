//! AWSManagedRulesUnixRuleSet (WAF-140).

use ringwall_waf::document::Node;

use super::reads;
use crate::catalogue::Group;
use crate::language::{Draft, Part, Reading, any};

pub(super) const GROUP: Group = Group {
    name: "AWSManagedRulesUnixRuleSet",
    description: "Commands and variables of the shells of Unix",
    capacity: 100,
    label_name: "posix-os",
    versions: &["Version_1.0"],
    lists: &[],
    rules: || {
        vec![
            Draft::block(
                "UNIXShellCommandsVariables_QUERYSTRING",
                "UNIXShellCommandsVariables_QueryString",
                commands(&[Part::Query, Part::Arguments]),
            ),
            Draft::block(
                "UNIXShellCommandsVariables_BODY",
                "UNIXShellCommandsVariables_Body",
                commands(&[Part::Values]),
            ),
            Draft::block(
                "UNIXShellCommandsVariables_HEADER",
                "UNIXShellCommandsVariables_Header",
                commands(&[Part::Headers, Part::Cookies]),
            ),
        ]
    },
};

fn commands(parts: &[Part]) -> Node {
    any(reads("unix-commands", parts, &[Reading::Unix, Reading::DeepLower, Reading::Base64Lower]))
}

//! AWSManagedRulesWindowsRuleSet (WAF-141).

use ringwall_waf::document::Node;

use super::reads;
use crate::catalogue::Group;
use crate::language::{Draft, Part, Reading, any};

pub(super) const GROUP: Group = Group {
    name: "AWSManagedRulesWindowsRuleSet",
    description: "Commands of Windows and of PowerShell",
    capacity: 200,
    label_name: "windows-os",
    versions: &["Version_1.0"],
    lists: &[],
    rules: || {
        vec![
            Draft::block("WindowsShellCommands_HEADER", "WindowsShellCommands_Header", commands(&[Part::Headers])),
            Draft::block(
                "WindowsShellCommands_QUERYARGUMENTS",
                "WindowsShellCommands_QueryArguments",
                commands(&[Part::Arguments]),
            ),
            Draft::block(
                "WindowsShellCommands_QUERYSTRING",
                "WindowsShellCommands_QueryString",
                commands(&[Part::Query]),
            ),
            Draft::block("WindowsShellCommands_URIPATH", "WindowsShellCommands_URIPath", commands(&super::PATH)),
            Draft::block("WindowsShellCommands_BODY", "WindowsShellCommands_Body", commands(&[Part::Values])),
            Draft::block("PowerShellCommands_COOKIE", "PowerShellCommands_Cookie", power(&[Part::Cookies])),
            Draft::block(
                "PowerShellCommands_QUERYARGUMENTS",
                "PowerShellCommands_QueryArguments",
                power(&super::QUERY),
            ),
            Draft::block("PowerShellCommands_BODY", "PowerShellCommands_Body", power(&[Part::Values])),
        ]
    },
};

const READINGS: [Reading; 3] = [Reading::Windows, Reading::DeepLower, Reading::Base64Lower];

fn commands(parts: &[Part]) -> Node {
    any(reads("windows-commands", parts, &READINGS))
}

fn power(parts: &[Part]) -> Node {
    any(reads("powershell", parts, &READINGS))
}

//! AWSManagedRulesLinuxRuleSet (WAF-140).

use super::{PATH, finds};
use crate::catalogue::Group;
use crate::language::{Draft, Part};

pub(super) const GROUP: Group = Group {
    name: "AWSManagedRulesLinuxRuleSet",
    description: "Files of Linux that a request should not reach",
    capacity: 200,
    label_name: "linux-os",
    versions: &["Version_1.0"],
    lists: &[],
    rules: || {
        let files = &["linux-files"];
        vec![
            Draft::block("LFI_URIPATH", "LFI_URIPath", finds(files, &PATH)),
            Draft::block("LFI_QUERYSTRING", "LFI_QueryString", finds(files, &[Part::Query, Part::Arguments])),
            Draft::block(
                "LFI_HEADER",
                "LFI_Header",
                finds(&["linux-files", "file-inclusion"], &[Part::Headers, Part::Cookies]),
            ),
        ]
    },
};

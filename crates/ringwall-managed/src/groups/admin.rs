//! AWSManagedRulesAdminProtectionRuleSet (WAF-137).

use crate::catalogue::Group;
use crate::language::{Draft, Part, Reading, patterns};

pub(super) const GROUP: Group = Group {
    name: "AWSManagedRulesAdminProtectionRuleSet",
    description: "Pages for administrators that the public should not reach",
    capacity: 100,
    label_name: "admin-protection",
    versions: &["Version_1.0"],
    lists: &[],
    rules: || {
        let statement = patterns("admin-paths", Part::Path, Reading::DeepLower);
        vec![Draft::block("AdminProtection_URIPATH", "AdminProtection_URIPath", statement)]
    },
};

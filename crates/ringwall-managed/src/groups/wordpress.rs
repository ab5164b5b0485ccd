//! AWSManagedRulesWordPressRuleSet (WAF-142).

use crate::catalogue::Group;
use crate::language::{Draft, Part, Reading, patterns};

pub(super) const GROUP: Group = Group {
    name: "AWSManagedRulesWordPressRuleSet",
    description: "Commands and pages of WordPress that attacks use",
    capacity: 100,
    label_name: "wordpress-app",
    versions: &["Version_1.0"],
    lists: &[],
    rules: || {
        vec![
            Draft::block(
                "WordPressExploitableCommands_QUERYSTRING",
                "WordPressExploitableCommands_QueryString",
                patterns("wordpress-commands", Part::Query, Reading::DeepLower),
            ),
            Draft::block(
                "WordPressExploitablePaths_URIPATH",
                "WordPressExploitablePaths_URIPath",
                patterns("wordpress-paths", Part::Path, Reading::DeepLower),
            ),
        ]
    },
};

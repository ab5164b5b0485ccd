//! AWSManagedRulesPHPRuleSet (WAF-142).

use super::{PATH, finds};
use crate::catalogue::Group;
use crate::language::{Draft, Part};

pub(super) const GROUP: Group = Group {
    name: "AWSManagedRulesPHPRuleSet",
    description: "Functions, variables and objects of PHP that a request should not name",
    capacity: 100,
    label_name: "php-app",
    versions: &["Version_1.0"],
    lists: &[],
    rules: || {
        let php = &["php"];
        vec![
            Draft::block(
                "PHPHighRiskMethodsVariables_HEADER",
                "PHPHighRiskMethodsVariables_Header",
                finds(php, &[Part::Headers, Part::Cookies]),
            ),
            Draft::block(
                "PHPHighRiskMethodsVariables_QUERYSTRING",
                "PHPHighRiskMethodsVariables_QueryString",
                finds(php, &[Part::Query, Part::Arguments]),
            ),
            Draft::block(
                "PHPHighRiskMethodsVariables_BODY",
                "PHPHighRiskMethodsVariables_Body",
                finds(php, &[Part::Values]),
            ),
            Draft::block(
                "PHPHighRiskMethodsVariables_URIPATH",
                "PHPHighRiskMethodsVariables_URIPath",
                finds(php, &PATH),
            ),
        ]
    },
};

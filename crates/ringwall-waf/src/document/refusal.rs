//! Why a document is refused, in AWS's terms, and where in it.

use std::fmt;

/// A refusal: an error of AWS's, the place in the document, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: `{place}` {reason}", code.name())]
pub struct Refusal {
    /// which error
    pub code: Code,
    /// where, as `Rules[2].Statement.ByteMatchStatement.SearchString`
    pub place: Place,
    /// why, as the end of a sentence that begins with the place
    pub reason: String,
}

/// The errors that a document can be answered with (WAF-109, WAF-110).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// a value is not what AWS allows
    InvalidParameter,
    /// more than AWS allows
    LimitsExceeded,
    /// what is referred to does not exist
    NonexistentItem,
    /// a reference to something that cannot be referred to there
    InvalidResource,
    /// AWS allows it, and it cannot be enforced here
    Unsupported,
}

impl Code {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Code::InvalidParameter => "WAFInvalidParameterException",
            Code::LimitsExceeded => "WAFLimitsExceededException",
            Code::NonexistentItem => "WAFNonexistentItemException",
            Code::InvalidResource => "WAFInvalidResourceException",
            Code::Unsupported => "UnsupportedOperation",
        }
    }
}

/// A place in a document: members and positions from its root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// The place of a member of the object at this place.
    pub fn member(&self, name: &str) -> Place {
        if self.0.is_empty() { Place(name.to_owned()) } else { Place(format!("{}.{name}", self.0)) }
    }

    /// The place of an element of the list at this place.
    pub fn element(&self, position: usize) -> Place {
        Place(format!("{}[{position}]", self.0))
    }

    /// AWS's word for the kind of thing that is at fault: what `Field` of `WAFInvalidParameterException` says (WAF-109).
    pub fn field(&self) -> &'static str {
        let segments = self.0.rsplit('.').map(|segment| segment.split('[').next().unwrap_or_default());
        let known = segments.filter_map(|segment| FIELDS.iter().find(|(name, _)| *name == segment));
        known.map(|(_, field)| *field).next().unwrap_or("WEB_ACL")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "the document" } else { &self.0 })
    }
}

/// Members of documents, and AWS's word for what they hold.
const FIELDS: &[(&str, &str)] = &[
    ("Action", "RULE_ACTION"),
    ("ActionToUse", "RULE_ACTION"),
    ("Addresses", "IP_ADDRESS"),
    ("AndStatement", "AND_STATEMENT"),
    ("ARN", "RESOURCE_ARN"),
    ("AssociationConfig", "ASSOCIATED_RESOURCE_TYPE"),
    ("ByteMatchStatement", "BYTE_MATCH_STATEMENT"),
    ("CaptchaConfig", "CHALLENGE_CONFIG"),
    ("ChallengeConfig", "CHALLENGE_CONFIG"),
    ("CustomKeys", "CUSTOM_KEYS"),
    ("CustomRequestHandling", "CUSTOM_REQUEST_HANDLING"),
    ("CustomResponse", "CUSTOM_RESPONSE"),
    ("CustomResponseBodies", "CUSTOM_RESPONSE_BODY"),
    ("ContentType", "RESPONSE_CONTENT_TYPE"),
    ("DataProtectionConfig", "DATA_PROTECTION_CONFIG"),
    ("DefaultAction", "DEFAULT_ACTION"),
    ("ExcludedRules", "EXCLUDED_RULE"),
    ("FallbackBehavior", "FALLBACK_BEHAVIOR"),
    ("FieldToMatch", "FIELD_TO_MATCH"),
    ("ForwardedIPConfig", "FORWARDED_IP_CONFIG"),
    ("GeoMatchStatement", "GEO_MATCH_STATEMENT"),
    ("HeaderName", "HEADER_NAME"),
    ("IPAddressVersion", "IP_ADDRESS_VERSION"),
    ("IPSetForwardedIPConfig", "IP_SET_FORWARDED_IP_CONFIG"),
    ("IPSetReferenceStatement", "IP_SET_REFERENCE_STATEMENT"),
    ("InvalidFallbackBehavior", "BODY_PARSING_FALLBACK_BEHAVIOR"),
    ("LabelMatchStatement", "LABEL_MATCH_STATEMENT"),
    ("LogDestinationConfigs", "LOG_DESTINATION"),
    ("LoggingFilter", "LOGGING_FILTER"),
    ("Conditions", "FILTER_CONDITION"),
    ("RedactedFields", "FIELD_TO_MATCH"),
    ("ResourceArn", "RESOURCE_ARN"),
    ("ManagedRuleGroupConfigs", "MANAGED_RULE_GROUP_CONFIG"),
    ("ManagedRuleGroupStatement", "MANAGED_RULE_SET_STATEMENT"),
    ("MetricName", "METRIC_NAME"),
    ("NotStatement", "NOT_STATEMENT"),
    ("OrStatement", "OR_STATEMENT"),
    ("OverrideAction", "OVERRIDE_ACTION"),
    ("OversizeHandling", "OVERSIZE_HANDLING"),
    ("Position", "POSITION"),
    ("RateBasedStatement", "RATE_BASED_STATEMENT"),
    ("RegexPatternSetReferenceStatement", "REGEX_PATTERN_REFERENCE_STATEMENT"),
    ("RegularExpressionList", "REGEX_PATTERN_SET"),
    ("RuleGroupReferenceStatement", "RULE_GROUP_REFERENCE_STATEMENT"),
    ("Rules", "RULE"),
    ("ScopeDownStatement", "SCOPE_DOWN"),
    ("SingleHeader", "SINGLE_HEADER"),
    ("SingleQueryArgument", "SINGLE_QUERY_ARGUMENT"),
    ("SizeConstraintStatement", "SIZE_CONSTRAINT_STATEMENT"),
    ("SqliMatchStatement", "SQLI_MATCH_STATEMENT"),
    ("Statement", "STATEMENT"),
    ("Statements", "STATEMENT"),
    ("TextTransformations", "TEXT_TRANSFORMATION"),
    ("TokenDomains", "TOKEN_DOMAIN"),
    ("XssMatchStatement", "XSS_MATCH_STATEMENT"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_as_the_document_is_written_and_knows_awss_word() {
        let place = Place::default().member("Rules").element(2).member("Statement").member("ByteMatchStatement");
        assert_eq!(place.to_string(), "Rules[2].Statement.ByteMatchStatement");
        assert_eq!(place.member("SearchString").field(), "BYTE_MATCH_STATEMENT");
        assert_eq!(place.member("TextTransformations").element(0).member("Type").field(), "TEXT_TRANSFORMATION");
        assert_eq!(Place::default().to_string(), "the document");
        assert_eq!(Place::default().member("Name").field(), "WEB_ACL");
    }
}

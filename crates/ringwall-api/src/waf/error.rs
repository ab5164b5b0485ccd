//! WAF's errors (WAF-109, WAF-110).

use ringwall_model::resource::waf::WafKind;
use ringwall_waf::document::{Code, Refusal};

use crate::error::ApiError;

/// A value that AWS does not allow: AWS's word for the kind of thing at fault, the parameter, and the reason as a sentence.
pub fn invalid(field: &str, parameter: &str, reason: &str) -> ApiError {
    ApiError::new(
        "WAFInvalidParameterException",
        format!("Error reason: {reason}, field: {field}, parameter: {parameter}"),
    )
    .with_member("Field", field)
    .with_member("Parameter", parameter)
    .with_member("Reason", reason)
}

/// Nothing has that id or ARN.
pub fn nonexistent(what: &str) -> ApiError {
    ApiError::new("WAFNonexistentItemException", format!("There is no {what}."))
}

/// What was read before has changed since.
pub fn stale_lock() -> ApiError {
    let message = "Somebody has changed it since it was read: the lock token is not the present one. Read it again.";
    ApiError::new("WAFOptimisticLockException", message)
}

/// There is one already.
pub fn duplicate(what: &str) -> ApiError {
    ApiError::new("WAFDuplicateItemException", format!("There is {what} already."))
}

/// It is in use.
pub fn associated(message: String) -> ApiError {
    ApiError::new("WAFAssociatedItemException", message)
}

/// A quota is used up.
pub fn limit(message: String) -> ApiError {
    ApiError::new("WAFLimitsExceededException", message)
}

/// What would have no effect here, in the words of all of Ringwall.
pub fn unsupported(message: String) -> ApiError {
    ApiError::new("UnsupportedOperation", message)
}

/// The refusal of a document of a kind, whose places are the members of the call.
pub fn refused(kind: WafKind, refusal: &Refusal) -> ApiError {
    let sentence = format!("`{}` {}", refusal.place, refusal.reason);
    match refusal.code {
        Code::InvalidParameter => {
            let field = match refusal.place.field() {
                "WEB_ACL" => field_of(kind),
                field => field,
            };
            invalid(field, &refusal.place.to_string(), &sentence)
        }
        Code::Unsupported => unsupported(format!("{sentence}.")),
        code => ApiError::new(code.name(), format!("{sentence}.")),
    }
}

/// AWS's word for a kind of document.
pub fn field_of(kind: WafKind) -> &'static str {
    match kind {
        WafKind::WebAcl => "WEB_ACL",
        WafKind::RuleGroup => "RULE_GROUP",
        WafKind::IpSet => "IP_SET",
        WafKind::RegexPatternSet => "REGEX_PATTERN_SET",
    }
}

/// A kind in a sentence, with its article.
pub fn a(kind: WafKind) -> &'static str {
    match kind {
        WafKind::WebAcl => "a web ACL",
        WafKind::RuleGroup => "a rule group",
        WafKind::IpSet => "an IP set",
        WafKind::RegexPatternSet => "a regex pattern set",
    }
}

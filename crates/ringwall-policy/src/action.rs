//! `Action` and `NotAction` (IAM-28).

use crate::template::{Special, Template, ignoring_case};
use crate::{Keys, Malformed};

/// An action, or all that a pattern matches. Capitals mean nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionPattern {
    text: String,
    template: Template,
}

impl ActionPattern {
    pub(crate) fn parse(text: &str) -> Result<ActionPattern, Malformed> {
        let wrong = || Malformed::unexpected("`*` or an action such as `s3:GetObject`", text);
        if text != "*" {
            let (service, action) = text.split_once(':').ok_or_else(wrong)?;
            let is_service = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let is_action = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*?".contains(&byte);
            let well_formed = !service.is_empty() && (service == "*" || service.bytes().all(is_service));
            if !well_formed || action.is_empty() || !action.bytes().all(is_action) {
                return Err(wrong());
            }
        }
        let template = Template::parse(text, Special { wildcards: true, variables: false })?;
        Ok(ActionPattern { text: text.to_owned(), template })
    }

    /// Whether the pattern matches an action such as `s3:GetObject`.
    pub fn matches(&self, action: &str) -> bool {
        self.template.fill(&Keys::default()).is_ok_and(|pattern| pattern.matches(action, ignoring_case))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_match_whatever_the_capitals() {
        let matches = |pattern: &str, action: &str| ActionPattern::parse(pattern).unwrap().matches(action);
        for pattern in ["*", "*:*", "s3:*", "S3:getobject", "s3:Get*", "s3:*Object", "s3:G?tObject"] {
            assert!(matches(pattern, "s3:GetObject"), "{pattern}");
        }
        for pattern in ["s3:GetObjec", "s3:Get", "dynamodb:*", "s3:?", "s3-object-lambda:GetObject"] {
            assert!(!matches(pattern, "s3:GetObject"), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_action_is_refused() {
        for text in
            ["", "GetObject", "s3:", ":GetObject", "s*:GetObject", "s3:Get:Object", "s3:Get Object", "s3:${a:b}"]
        {
            assert!(ActionPattern::parse(text).is_err(), "{text}");
        }
    }
}

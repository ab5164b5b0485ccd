//! `Resource` and `NotResource`, and patterns of ARNs (IAM-28, IAM-36).

use crate::template::{NoValue, Special, Template, exactly};
use crate::{Keys, Malformed};

/// An ARN, or all ARNs that a pattern matches, part by part: a `*` in one part does not reach into the next. `*` alone is everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePattern {
    text: String,
    /// none for `*`
    parts: Option<[Template; 6]>,
}

impl ResourcePattern {
    /// Reads the resource of a statement: variables stand behind the fifth colon, and the service is a word (IAM-28, IAM-37).
    pub(crate) fn parse(text: &str, variables: bool) -> Result<ResourcePattern, Malformed> {
        let service_is_a_word = text.split(':').nth(2).is_none_or(|service| !service.contains(['*', '?']));
        let variables_stand_behind = !variables || text.splitn(6, ':').take(5).all(|part| !part.contains("${"));
        if !service_is_a_word || !variables_stand_behind {
            return Err(Malformed::unexpected("an ARN with a service in plain letters, or `*`", text));
        }
        ResourcePattern::parse_arn(text, variables)
    }

    /// Reads a pattern of ARNs that stands in a condition.
    pub(crate) fn parse_arn(text: &str, variables: bool) -> Result<ResourcePattern, Malformed> {
        if text == "*" {
            return Ok(ResourcePattern { text: text.to_owned(), parts: None });
        }
        let wrong = || Malformed::unexpected("an ARN of six parts with colons between them, or `*`", text);
        let parts = split(text, variables).ok_or_else(wrong)?;
        if parts[0] != "arn" || parts[5].is_empty() {
            return Err(wrong());
        }
        let [arn, partition, service, region, account, resource] =
            parts.map(|part| Template::parse(part, Special { wildcards: true, variables }));
        let parts = [arn?, partition?, service?, region?, account?, resource?];
        Ok(ResourcePattern { text: text.to_owned(), parts: Some(parts) })
    }

    pub(crate) fn matches(&self, arn: &str, keys: &Keys) -> Result<bool, NoValue> {
        let Some(templates) = &self.parts else { return Ok(true) };
        let filled: Vec<_> = templates.iter().map(|template| template.fill(keys)).collect::<Result<_, _>>()?;
        let Some(parts) = split(arn, false) else { return Ok(false) };
        Ok(filled.iter().zip(parts).all(|(pattern, part)| pattern.matches(part, exactly)))
    }

    /// The keys of its variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flatten().flat_map(Template::keys)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The six parts of an ARN. Where there are variables, the colons in them do not part.
fn split(text: &str, variables: bool) -> Option<[&str; 6]> {
    let mut parts = [""; 6];
    let mut rest = text;
    for part in &mut parts[..5] {
        let end = colon(rest, variables)?;
        (*part, rest) = (&rest[..end], &rest[end + 1..]);
    }
    parts[5] = rest;
    Some(parts)
}

/// Where the first colon is that parts.
fn colon(text: &str, variables: bool) -> Option<usize> {
    if !variables {
        return text.find(':');
    }
    let mut from = 0;
    loop {
        let (colon, opening) = (text[from..].find(':')?, text[from..].find("${"));
        match opening {
            Some(opening) if opening < colon => from += opening + text[from + opening..].find('}')?,
            _ => return Some(from + colon),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, arn: &str) -> bool {
        let keys = Keys::default().with("aws:username", "ann");
        ResourcePattern::parse(pattern, true).unwrap().matches(arn, &keys) == Ok(true)
    }

    #[test]
    fn a_star_spans_slashes_and_colons_but_not_the_parts_of_an_arn() {
        let object = "arn:aws:s3:::logs/2026/a:b";
        for pattern in ["*", "arn:aws:s3:::logs/*", "arn:*:s3:*:*:*", "arn:aws:s3:::l?gs/2026/a:b", "arn:aws:s3:::*:b"]
        {
            assert!(matches(pattern, object), "{pattern}");
        }
        for pattern in ["arn:aws:s3:::logs", "arn:aws:s3:::Logs/*", "arn:aws:s3:::logs/*/c", "arn:aws:dynamodb:::*"] {
            assert!(!matches(pattern, object), "{pattern}");
        }
        assert!(!matches("arn:aws:s3:us*logs:*:*", "arn:aws:s3:us-east-1:1:logs/x"), "IAM-28");
        assert!(!matches("arn:aws:s3:::*", "*"));
        assert!(matches("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/ann/x"));
        assert!(!matches("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/bob/x"));
    }

    #[test]
    fn in_conditions_a_variable_may_stand_in_any_part() {
        let keys = Keys::default().with("aws:PrincipalAccount", "1").with("aws:username", "ann");
        let pattern = ResourcePattern::parse_arn("arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}", true);
        assert_eq!(pattern.clone().unwrap().matches("arn:aws:iam::1:user/ann", &keys), Ok(true));
        assert_eq!(pattern.unwrap().matches("arn:aws:iam::2:user/ann", &keys), Ok(false));
        assert!(ResourcePattern::parse_arn("arn:aws:iam::${aws", true).is_err());
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        for text in ["", "logs", "arn:aws:s3", "arn:aws:s3:::", "arn:aws:s*:::logs", "arn:aws:s3:${aws:a}::logs", "**"]
        {
            assert!(ResourcePattern::parse(text, true).is_err(), "{text}");
        }
    }
}

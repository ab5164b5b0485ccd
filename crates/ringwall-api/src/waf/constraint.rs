//! Members of calls that are text or numbers: what AWS's own reading of a call refuses before WAF looks at it.

use ringwall_model::resource::waf::WafScope;

use crate::error::ApiError;

/// A member does not keep to its constraint.
pub fn broken(member: &str, value: &str, constraint: &str) -> ApiError {
    // A value as long as a body is not repeated.
    let value: String = value.chars().take(256).collect();
    validation(&format!("Value '{value}' at '{member}'"), constraint)
}

fn validation(what: &str, constraint: &str) -> ApiError {
    let message = format!("1 validation error detected: {what} failed to satisfy constraint: {constraint}");
    ApiError::new("ValidationException", message)
}

/// A member that must be there.
pub fn required<T>(value: Option<T>, member: &str) -> Result<T, ApiError> {
    value.ok_or_else(|| validation(&format!("Value null at '{member}'"), "Member must not be null"))
}

/// A text of so many characters at most, and at least one.
pub fn length(value: &str, member: &str, most: usize) -> Result<(), ApiError> {
    let count = value.chars().count();
    if count == 0 {
        return Err(broken(member, value, "Member must have length greater than or equal to 1"));
    }
    if count > most {
        return Err(broken(member, value, &format!("Member must have length less than or equal to {most}")));
    }
    Ok(())
}

fn pattern(value: &str, member: &str, pattern: &str, holds: bool) -> Result<(), ApiError> {
    if holds {
        return Ok(());
    }
    Err(broken(member, value, &format!("Member must satisfy regular expression pattern: {pattern}")))
}

/// The name of a document or a rule (WAF-106).
pub fn name(value: Option<String>, member: &str) -> Result<String, ApiError> {
    let value = required(value, member)?;
    length(&value, member, 128)?;
    let holds = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    pattern(&value, member, r"^[\w\-]+$", holds)?;
    Ok(value)
}

/// A UUID: an id or a lock token.
pub fn uuid(value: Option<String>, member: &str) -> Result<String, ApiError> {
    let value = required(value, member)?;
    length(&value, member, 36)?;
    let is_uuid = value.len() == 36
        && value.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        });
    pattern(&value, member, "^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", is_uuid)?;
    Ok(value)
}

/// A description (WAF-106): three characters at least by its pattern.
pub fn description(value: Option<String>) -> Result<Option<String>, ApiError> {
    let Some(value) = value else { return Ok(None) };
    length(&value, "description", 256)?;
    let plain = |own: char| own.is_ascii_alphanumeric() || "_+=:#@/-,.".contains(own);
    let space = |own: char| matches!(own, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c');
    let holds = value.len() >= 3
        && value.starts_with(plain)
        && value.ends_with(plain)
        && value.chars().all(|own| plain(own) || space(own));
    pattern(&value, "description", r"^[\w+=:#@/\-,\.][\w+=:#@/\-,\.\s]+[\w+=:#@/\-,\.]$", holds)?;
    Ok(Some(value))
}

/// One of several words.
pub fn word<T: Copy>(value: Option<String>, member: &str, words: &[(&str, T)]) -> Result<T, ApiError> {
    let value = required(value, member)?;
    let known = words.iter().find(|(word, _)| *word == value).map(|(_, own)| *own);
    known.ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        broken(member, &value, &format!("Member must satisfy enum value set: [{}]", words.join(", ")))
    })
}

/// A scope. Whether the Region is the right one for it is asked with the call.
pub fn scope(value: Option<String>) -> Result<WafScope, ApiError> {
    word(value, "scope", &[("CLOUDFRONT", WafScope::Cloudfront), ("REGIONAL", WafScope::Regional)])
}

/// A number within bounds.
pub fn number(value: i64, member: &str, least: i64, most: i64) -> Result<i64, ApiError> {
    if value < least {
        let constraint = format!("Member must have value greater than or equal to {least}");
        return Err(broken(member, &value.to_string(), &constraint));
    }
    if value > most {
        let constraint = format!("Member must have value less than or equal to {most}");
        return Err(broken(member, &value.to_string(), &constraint));
    }
    Ok(value)
}

/// The name of a metric (WAF-118).
pub fn metric(value: Option<String>, member: &str) -> Result<String, ApiError> {
    let value = required(value, member)?;
    length(&value, member, 255)?;
    let holds = value.chars().all(|own| own.is_ascii_alphanumeric() || "_#:.-/".contains(own));
    pattern(&value, member, r"^[\w#:\.\-/]+$", holds)?;
    Ok(value)
}

/// An ARN, as far as its length goes.
pub fn arn(value: Option<String>, member: &str) -> Result<String, ApiError> {
    let value = required(value, member)?;
    length(&value, member, 2048)?;
    if value.chars().count() < 20 {
        return Err(broken(member, &value, "Member must have length greater than or equal to 20"));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_as_awss_reading_says_it() {
        let message = |result: Result<String, ApiError>| result.unwrap_err().message;
        assert_eq!(
            message(name(Some("a b".into()), "name")),
            r"1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\w\-]+$"
        );
        assert!(message(name(None, "name")).contains("Value null at 'name'"));
        assert!(scope(Some("GLOBAL".into())).unwrap_err().message.ends_with("[CLOUDFRONT, REGIONAL]"));
        assert!(broken("x", &"y".repeat(100_000), "z").message.len() < 1000);
    }

    #[test]
    fn names_ids_and_descriptions_keep_to_their_patterns() {
        for (text, is_good) in [("a-B_9", true), ("", false), ("a.b", false), (&"a".repeat(129), false)] {
            assert_eq!(name(Some(text.into()), "name").is_ok(), is_good, "WAF-106: {text}");
        }
        for (text, is_good) in [
            ("00000000-0000-4000-8000-00000000000a", true),
            ("00000000-0000-4000-8000-00000000000A", false),
            ("00000000000040008000000000000000000a", false),
            ("x", false),
        ] {
            assert_eq!(uuid(Some(text.into()), "id").is_ok(), is_good, "{text}");
        }
        for (text, is_good) in
            [("a fine set", true), ("ab", false), (" abc", false), ("abc ", false), ("what?", false), ("", false)]
        {
            assert_eq!(description(Some(text.into())).is_ok(), is_good, "{text}");
        }
        assert_eq!(description(None), Ok(None));
    }
}

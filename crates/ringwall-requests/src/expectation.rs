//! What is expected of requests: a file in which every line names a request and what shall become of it.
//!
//! ```text
//! # request            action  rule
//! "an injection"       BLOCK   sqli
//! access.log:17        BLOCK   core/CrossSiteScripting_QUERYARGUMENTS
//! *                    ALLOW
//! ```
//!
//! A request is named as the results name it: by its own name, or by file and line. `*` stands for all that are not named. The
//! rule may be left out; one of a group is `RULE-OF-THE-WEB-ACL/RULE-OF-THE-GROUP`, or the first of both alone. The default
//! action is the rule `Default_Action`. A line may also be one that the results have as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

/// AWS's words for what becomes of a request.
const ACTIONS: [&str; 4] = ["ALLOW", "BLOCK", "CAPTCHA", "CHALLENGE"];

/// How the last line of results begins, which is about no request.
const SUMMARY: &str = "{\"summary\"";

/// What is expected of requests.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    named: BTreeMap<String, Expected>,
    others: Option<Expected>,
    seen: BTreeSet<String>,
}

/// What shall become of a request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Expected {
    action: String,
    rule: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    request: String,
    #[serde(flatten)]
    expected: Expected,
}

/// Why a file of expectations cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} {reason}")]
pub struct Unreadable {
    /// the line, from 1
    pub line: usize,
    /// why, as the end of a sentence
    pub reason: String,
}

/// A request of which something else became than was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// the request's name
    pub request: String,
    /// what was expected
    pub expected: String,
    /// what became of it; none if it never came
    pub found: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { request, expected, found } = self;
        match found {
            Some(found) => write!(formatter, "{request}: expected {expected}, and found {found}"),
            None => write!(formatter, "{request}: expected {expected}, and there is no such request"),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some(rule) => write!(formatter, "{} by {rule}", self.action),
            None => formatter.write_str(&self.action),
        }
    }
}

impl Expectations {
    /// Reads a file.
    pub fn read(text: &str) -> Result<Expectations, Unreadable> {
        let mut expectations = Expectations::default();
        for (at, line) in text.lines().enumerate() {
            let refused = |reason: String| Unreadable { line: at + 1, reason };
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') || line.starts_with(SUMMARY) {
                continue;
            }
            let Line { request, expected } = read_line(line).map_err(refused)?;
            if !ACTIONS.contains(&expected.action.as_str()) {
                let reason = format!("expects `{}`, which must be one of {}", expected.action, ACTIONS.join(", "));
                return Err(refused(reason));
            }
            let is_new = if request == "*" {
                expectations.others.replace(expected).is_none()
            } else {
                expectations.named.insert(request.clone(), expected).is_none()
            };
            if !is_new {
                return Err(refused(format!("expects something of `{request}`, of which an earlier line does")));
            }
        }
        Ok(expectations)
    }

    /// Compares what became of a request. The deciding rule has several names where a group has it.
    pub fn check(&mut self, request: &str, action: &str, rules: &[String]) -> Option<Difference> {
        let expected = match self.named.get(request) {
            Some(expected) => {
                if !self.seen.contains(request) {
                    self.seen.insert(request.to_owned());
                }
                expected
            }
            None => self.others.as_ref()?,
        };
        let is_rule = expected.rule.as_ref().is_none_or(|rule| rules.contains(rule));
        if is_rule && expected.action == action {
            return None;
        }
        let rule = rules.last().map(|rule| format!(" by {rule}")).unwrap_or_default();
        let (request, expected) = (request.to_owned(), expected.to_string());
        Some(Difference { request, expected, found: Some(format!("{action}{rule}")) })
    }

    /// The named requests that never came.
    pub fn missing(&self) -> impl Iterator<Item = Difference> {
        self.named.iter().filter(|(name, _)| !self.seen.contains(*name)).map(|(name, expected)| Difference {
            request: name.clone(),
            expected: expected.to_string(),
            found: None,
        })
    }

    /// Whether nothing is expected.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty() && self.others.is_none()
    }
}

fn read_line(line: &str) -> Result<Line, String> {
    if line.starts_with('{') {
        let wrong = |error| format!("is no object with `request`, `action` and perhaps `rule`: {error}");
        return serde_json::from_str(line).map_err(wrong);
    }
    let (name, rest) = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or("has a quotation mark without its other one")?,
        None => line.split_once(char::is_whitespace).unwrap_or((line, "")),
    };
    let words: Vec<&str> = rest.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
    let (action, rule) = match words[..] {
        [action] => (action, None),
        [action, rule] => (action, Some(rule.to_owned())),
        _ => return Err("must be a request's name, an action and perhaps a rule".to_owned()),
    };
    Ok(Line { request: name.to_owned(), expected: Expected { action: action.to_owned(), rule } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(names: &[&str]) -> Vec<String> {
        names.iter().map(|own| (*own).to_owned()).collect()
    }

    #[test]
    fn what_is_as_expected_is_no_difference_and_all_else_is_one() {
        let text = "# remark\n\n\"a b\" BLOCK outer/inner # why\nc ALLOW\n{\"request\": \"d\", \"action\": \"BLOCK\", \"more\": 1}\n* CAPTCHA";
        let mut own = Expectations::read(text).unwrap();
        assert_eq!(own.check("a b", "BLOCK", &rules(&["outer", "outer/inner"])), None);
        assert_eq!(own.check("c", "ALLOW", &rules(&["Default_Action"])), None);
        assert_eq!(own.check("x", "CAPTCHA", &[]), None);
        assert_eq!(
            own.missing().map(|own| own.to_string()).collect::<Vec<_>>(),
            ["d: expected BLOCK, and there is no such request"]
        );
        let told = |found: Option<Difference>| found.unwrap().to_string();
        assert_eq!(
            told(own.check("a b", "BLOCK", &rules(&["other"]))),
            "a b: expected BLOCK by outer/inner, and found BLOCK by other"
        );
        assert_eq!(told(own.check("x", "ALLOW", &[])), "x: expected CAPTCHA, and found ALLOW");
        assert!(Expectations::read("a ALLOW").unwrap().check("b", "BLOCK", &[]).is_none(), "nothing is expected of it");
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        for (text, expected) in [
            ("\na", "line 2 must be a request's name, an action and perhaps a rule"),
            ("a DENY", "line 1 expects `DENY`, which must be one of ALLOW, BLOCK, CAPTCHA, CHALLENGE"),
            ("\"a BLOCK", "line 1 has a quotation mark without its other one"),
            ("a ALLOW\na BLOCK", "line 2 expects something of `a`, of which an earlier line does"),
            ("a BLOCK b c", "line 1 must be a request's name, an action and perhaps a rule"),
        ] {
            assert_eq!(Expectations::read(text).unwrap_err().to_string(), expected, "{text}");
        }
        assert!(Expectations::read("{\"request\": 1}").unwrap_err().to_string().contains("is no object with"));
    }
}

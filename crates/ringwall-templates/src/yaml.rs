//! YAML as CloudFormation takes it: with the short forms of its functions, and without aliases.

use ringwall_waf::document::{LONGEST, Node};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::Refused;

/// How deep values may lie within each other.
const DEEPEST: usize = 100;

/// A value that is not finished.
enum Open {
    List(Vec<Node>),
    Object(Vec<(String, Node)>, Option<String>),
}

/// Reads a document. A function in its short form, `!Sub x`, becomes what its long form is: `{"Fn::Sub": "x"}`.
pub(crate) fn read(bytes: &[u8]) -> Result<Node, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refused::new("", "is not UTF-8"))?;
    if text.len() > LONGEST {
        return Err(Refused::new("", format!("is longer than {LONGEST} bytes")));
    }
    let mut open: Vec<(Open, Option<String>)> = Vec::new();
    let mut whole = None;
    for event in Parser::new_from_str(text) {
        let wrong = |error: saphyr_parser::ScanError| Refused::new("", format!("is not YAML: {error}"));
        let (event, span) = event.map_err(wrong)?;
        let refused = |reason: &str| Refused::new(format!("line {}", span.start.line()), reason);
        let finished = match event {
            Event::SequenceStart(_, tag) => {
                open.push((Open::List(Vec::new()), function(tag.as_deref(), &refused)?));
                None
            }
            Event::MappingStart(_, tag) => {
                open.push((Open::Object(Vec::new(), None), function(tag.as_deref(), &refused)?));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|(own, function)| {
                let node = match own {
                    Open::List(list) => Node::List(list),
                    Open::Object(members, _) => Node::Object(members),
                };
                (node, function)
            }),
            Event::Scalar(text, style, _, tag) => {
                let is_key = matches!(open.last(), Some((Open::Object(_, None), _)));
                let is_plain = style == ScalarStyle::Plain && !is_key;
                let is_string = tag.as_deref().is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let node = if is_plain && !is_string { plain(&text) } else { Node::Text(text.into_owned()) };
                Some((node, function(tag.as_deref(), &refused)?))
            }
            Event::Alias(_) => return Err(refused("has an alias, which CloudFormation does not take")),
            Event::DocumentStart(_) if whole.is_some() => return Err(refused("begins a second document")),
            _ => None,
        };
        if open.len() > DEEPEST {
            return Err(refused("lies too deep"));
        }
        let Some((node, function)) = finished else { continue };
        let node = match function {
            Some(name) => Node::Object(vec![(name, node)]),
            None => node,
        };
        match open.last_mut() {
            None => whole = Some(node),
            Some((Open::List(list), _)) => list.push(node),
            Some((Open::Object(members, key), _)) => match (key.take(), node) {
                (Some(name), node) => members.push((name, node)),
                (None, Node::Text(name)) => {
                    if members.iter().any(|(own, _)| *own == name) {
                        return Err(refused(&format!("has the member `{name}` a second time")));
                    }
                    *key = Some(name);
                }
                (None, _) => return Err(refused("has a name that is no text")),
            },
        }
    }
    whole.ok_or_else(|| Refused::new("", "is empty"))
}

/// The long name of a function whose short form is a tag.
fn function(tag: Option<&Tag>, refused: &dyn Fn(&str) -> Refused) -> Result<Option<String>, Refused> {
    match tag {
        None => Ok(None),
        Some(tag) if tag.is_yaml_core_schema() => Ok(None),
        Some(tag) if tag.handle == "!" => Ok(Some(match tag.suffix.as_str() {
            "Ref" | "Condition" => tag.suffix.clone(),
            name => format!("Fn::{name}"),
        })),
        Some(tag) => Err(refused(&format!("has the tag `{tag}`, which CloudFormation does not know"))),
    }
}

/// What a word without quotation marks is (YAML 1.1, as CloudFormation reads it).
fn plain(text: &str) -> Node {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Node::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Node::Flag(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Node::Flag(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|own: char| own.is_ascii_digit())
        && digits.bytes().all(|own| own.is_ascii_digit() || b".eE+-".contains(&own))
        && !(digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit());
    if is_number {
        if let Ok(number) = text.parse() {
            return Node::Whole(number);
        }
        if let Ok(number) = text.parse() {
            return Node::Number(number);
        }
    }
    Node::Text(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        read(text.as_bytes()).map_or_else(|refused| refused.to_string(), |node| format!("{node:?}"))
    }

    #[test]
    fn short_forms_become_long_ones() {
        let short = "a: !Ref b\nc: !Sub '${d}-e'\nf: !GetAtt\n  - g\n  - Arn\nh: !If [i, !Ref j, !Ref AWS::NoValue]\nk: !GetAtt l.Arn\n";
        let long = r#"{"a": {"Ref": "b"}, "c": {"Fn::Sub": "${d}-e"}, "f": {"Fn::GetAtt": ["g", "Arn"]},
            "h": {"Fn::If": ["i", {"Ref": "j"}, {"Ref": "AWS::NoValue"}]}, "k": {"Fn::GetAtt": "l.Arn"}}"#;
        assert_eq!(read(short.as_bytes()).unwrap(), Node::parse(long.as_bytes()).unwrap());
    }

    #[test]
    fn words_are_what_they_look_like() {
        let text = "[1, -1, 1.5, '1', true, no, ~, 0123, 10.0.0.1, 1_0, x, \"\", !!str 7, 2010-09-09]";
        let expected = r#"[1, -1, 1.5, "1", true, false, null, "0123", "10.0.0.1", "1_0", "x", "", "7", "2010-09-09"]"#;
        assert_eq!(read(text.as_bytes()).unwrap(), Node::parse(expected.as_bytes()).unwrap());
        assert_eq!(shown("1: a\nyes: b"), r#"Object([("1", Text("a")), ("yes", Text("b"))])"#);
    }

    #[test]
    fn what_cloudformation_does_not_take_is_refused() {
        assert_eq!(shown("a: &x 1\nb: *x"), "`line 2` has an alias, which CloudFormation does not take");
        assert_eq!(shown("a: 1\na: 2"), "`line 2` has the member `a` a second time");
        assert_eq!(shown("--- 1\n--- 2"), "`line 2` begins a second document");
        assert_eq!(shown("? [a]\n: b"), "`line 1` has a name that is no text");
        assert_eq!(shown(""), "is empty");
        assert!(shown("a: [").starts_with("is not YAML: "));
        assert!(shown(&"[".repeat(10_000)).starts_with("is not YAML: "), "the reader of YAML has a limit of its own");
        assert!(shown(&"- ".repeat(10_000)).contains("lies too deep"));
    }
}

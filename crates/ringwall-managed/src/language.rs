//! Writing rules as documents have them: each function makes a piece of AWS's language, which `ringwall-waf` then reads like any
//! other document.

use base64::Engine;
use ringwall_waf::document::Node;

use crate::patterns as sets;

/// An object with those members.
pub fn object<const N: usize>(members: [(&str, Node); N]) -> Node {
    Node::Object(members.into_iter().map(|(name, node)| (name.to_owned(), node)).collect())
}

/// A string.
pub fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn empty() -> Node {
    object([])
}

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// each value of the query string
    Arguments,
    /// the query string as one text
    Query,
    /// the path
    Path,
    /// what stands between the slashes of the path
    Segments,
    /// the body as one text
    Body,
    /// each value in the body, without its encoding
    Values,
    /// each cookie's value
    Cookies,
    /// each header's value, cookies included
    Headers,
    /// one header
    Header(&'static str),
    /// the method
    Method,
}

impl Part {
    /// `FieldToMatch`. What is longer than what is inspected is inspected as far as it goes (WAF-149).
    pub fn field(self) -> Node {
        self.field_or("CONTINUE")
    }

    /// `FieldToMatch` with that `OversizeHandling`, where it has one.
    fn field_or(self, oversize: &str) -> Node {
        let oversize = || ("OversizeHandling", text(oversize));
        let all = || ("MatchPattern", object([("All", empty())]));
        let values = || ("MatchScope", text("VALUE"));
        match self {
            Part::Arguments => object([("AllQueryArguments", empty())]),
            Part::Query => object([("QueryString", empty())]),
            Part::Path => object([("UriPath", empty())]),
            Part::Segments => object([("RingwallPathSegments", empty())]),
            Part::Body => object([("Body", object([oversize()]))]),
            Part::Values => object([("RingwallBodyValues", object([oversize()]))]),
            Part::Cookies => object([("Cookies", object([all(), values(), oversize()]))]),
            Part::Headers => object([("Headers", object([all(), values(), oversize()]))]),
            Part::Header(name) => object([("SingleHeader", object([("Name", text(name))]))]),
            Part::Method => object([("Method", empty())]),
        }
    }

    /// Whether its values are as they were sent, so that `%` is still to be decoded.
    fn is_encoded(self) -> bool {
        self != Part::Values
    }
}

/// How a value is read before it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// as it was sent
    Raw,
    /// as the application gets it
    Once,
    /// as the application gets it, in lower case
    OnceLower,
    /// without encodings within encodings: `%`, entities, escapes of JavaScript
    Deep,
    /// the same in lower case
    DeepLower,
    /// what stands there in base64
    Base64,
    /// the same in lower case
    Base64Lower,
    /// as a shell of Unix reads it: without quotes and backslashes, in lower case
    Unix,
    /// as the command line of Windows reads it: without quotes and carets, in lower case
    Windows,
}

impl Reading {
    /// `TextTransformations` for a part.
    pub fn chain(self, part: Part) -> Node {
        let first: &[&str] = if part.is_encoded() { &["URL_DECODE_UNI"] } else { &[] };
        // What was decoded by the application's reader of bodies may still be encoded twice.
        let deep: &[&str] = match part.is_encoded() {
            true => &["URL_DECODE_UNI", "HTML_ENTITY_DECODE", "JS_DECODE_EXT"],
            false => &["URL_DECODE_UNI", "URL_DECODE_UNI", "HTML_ENTITY_DECODE", "JS_DECODE_EXT"],
        };
        let then: Vec<&str> = match self {
            Reading::Raw => return transformations(&["NONE"]),
            Reading::Once => Vec::new(),
            Reading::OnceLower => vec!["LOWERCASE"],
            Reading::Deep => deep.to_vec(),
            Reading::DeepLower => [deep, &["REMOVE_NULLS", "LOWERCASE"]].concat(),
            Reading::Base64 => vec!["BASE64_DECODE"],
            Reading::Base64Lower => vec!["BASE64_DECODE", "LOWERCASE"],
            Reading::Unix => [&deep[..1], &["CMD_LINE_UNIX"]].concat(),
            Reading::Windows => [&deep[..1], &["CMD_LINE_WIN"]].concat(),
        };
        let all = [first, &then].concat();
        transformations(if all.is_empty() { &["NONE"] } else { &all })
    }
}

fn transformations(names: &[&str]) -> Node {
    let one = |(at, name): (usize, &&str)| object([("Priority", Node::Whole(at as u64)), ("Type", text(name))]);
    Node::List(names.iter().enumerate().map(one).collect())
}

/// A statement about a part as it is read.
fn about<const N: usize>(kind: &str, part: Part, reading: Reading, rest: [(&str, Node); N]) -> Node {
    let mut members =
        vec![("FieldToMatch".to_owned(), part.field()), ("TextTransformations".to_owned(), reading.chain(part))];
    members.extend(rest.into_iter().map(|(name, node)| (name.to_owned(), node)));
    object([(kind, Node::Object(members))])
}

/// Any pattern of a set, which is named by its file.
pub fn patterns(set: &str, part: Part, reading: Reading) -> Node {
    let one = |member: String| about("RegexPatternSetReferenceStatement", part, reading, [("ARN", text(&member))]);
    any(sets::members(set).map(one).collect())
}

/// A string: `EXACTLY`, `STARTS_WITH`, `ENDS_WITH`, `CONTAINS` or `CONTAINS_WORD`.
pub fn literal(search: &str, position: &str, part: Part, reading: Reading) -> Node {
    let search = base64::engine::general_purpose::STANDARD.encode(search);
    about(
        "ByteMatchStatement",
        part,
        reading,
        [("SearchString", text(&search)), ("PositionalConstraint", text(position))],
    )
}

/// SQL injection, at `LOW` or `HIGH` (WAF-34).
pub fn sqli(level: &str, part: Part, reading: Reading) -> Node {
    about("SqliMatchStatement", part, reading, [("SensitivityLevel", text(level))])
}

/// Cross-site scripting.
pub fn xss(part: Part, reading: Reading) -> Node {
    about("XssMatchStatement", part, reading, [])
}

/// A length in bytes as it was sent, by AWS's operator.
pub fn size(operator: &str, bytes: u64, part: Part) -> Node {
    about(
        "SizeConstraintStatement",
        part,
        Reading::Raw,
        [("ComparisonOperator", text(operator)), ("Size", Node::Whole(bytes))],
    )
}

/// A body longer than so many bytes. One that is longer than what is inspected of it is longer than that: elsewhere the rest
/// would not be seen, and the rule would never match where just as much is inspected (WAF-35, WAF-77).
pub fn body_longer_than(bytes: u64) -> Node {
    object([(
        "SizeConstraintStatement",
        object([
            ("FieldToMatch", Part::Body.field_or("MATCH")),
            ("TextTransformations", transformations(&["NONE"])),
            ("ComparisonOperator", text("GT")),
            ("Size", Node::Whole(bytes)),
        ]),
    )])
}

/// An address in a list of the user's.
pub fn listed(list: &str) -> Node {
    object([("IPSetReferenceStatement", object([("ARN", text(list))]))])
}

/// One of several statements.
pub fn any(statements: Vec<Node>) -> Node {
    several("OrStatement", statements)
}

/// All of several statements.
pub fn all(statements: Vec<Node>) -> Node {
    several("AndStatement", statements)
}

fn several(kind: &str, mut statements: Vec<Node>) -> Node {
    match statements.len() {
        1 => statements.remove(0),
        _ => object([(kind, object([("Statements", Node::List(statements))]))]),
    }
}

/// Not a statement.
pub fn not(statement: Node) -> Node {
    object([("NotStatement", object([("Statement", statement)]))])
}

/// A rule of a managed group, before it is read.
#[derive(Clone, Debug)]
pub struct Draft {
    /// AWS's name
    pub name: &'static str,
    /// AWS's label, without the group's namespace (WAF-136)
    pub label: &'static str,
    /// `Block` or `Count`
    pub action: &'static str,
    /// what it asks
    pub statement: Node,
    /// the first of the group's versions that has it, from 0
    pub since: usize,
}

impl Draft {
    /// A rule that blocks, as AWS's do by default (WAF-135).
    pub fn block(name: &'static str, label: &'static str, statement: Node) -> Draft {
        Draft { name, label, action: "Block", statement, since: 0 }
    }

    /// The rule as one that only counts by default.
    pub fn counting(self) -> Draft {
        Draft { action: "Count", ..self }
    }

    /// The rule as one that the first versions of the group do not have.
    pub fn since(self, version: usize) -> Draft {
        Draft { since: version, ..self }
    }

    /// The rule as a document has it.
    pub fn document(&self, priority: u64) -> Node {
        object([
            ("Name", text(self.name)),
            ("Priority", Node::Whole(priority)),
            ("Statement", self.statement.clone()),
            ("Action", object([(self.action, empty())])),
            ("RuleLabels", Node::List(vec![object([("Name", text(self.label))])])),
            (
                "VisibilityConfig",
                object([
                    ("SampledRequestsEnabled", Node::Flag(true)),
                    ("CloudWatchMetricsEnabled", Node::Flag(true)),
                    ("MetricName", text(self.name)),
                ]),
            ),
        ])
    }
}

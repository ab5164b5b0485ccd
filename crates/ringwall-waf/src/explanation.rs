//! The walk through the rules, to be read: what each of them was asked, what it looked at and what it found.
//!
//! This is the [definition](crate::inspect) again, with its eyes open: the verdict is the same, and every statement that was
//! asked on the way is told with the values that it saw, before and after each of its transformations.

use std::ops::Range;

use crate::document::WebAcl;
use crate::engine::Spoken;
use crate::environment::Environment;
use crate::evaluation::told;
use crate::field::{Found, Value, View};
use crate::inspection::{Evidence, Inspection};
use crate::rate::Rated;
use crate::request::{Request, Resource};
use crate::statement::{Position, Statement, Subject};
use crate::verdict::Verdict;

/// A rule that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// its name
    pub rule: String,
    /// the rule that refers to its group, if it is a group's
    pub within: Option<String>,
    /// whether it matched; for a rate, whether it was over its limit
    pub holds: bool,
    /// what it asked: nothing for a rate that counts all requests
    pub finding: Option<Finding>,
    /// the key and its count, for a rate
    pub rated: Option<Rated>,
    /// the labels that were written, in their order
    pub labels: Vec<String>,
}

/// What a statement was asked, and what it answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// AWS's name of the statement
    pub statement: &'static str,
    /// what it looks for
    pub wanted: String,
    /// whether it holds
    pub holds: bool,
    /// where it looked, in the words of log records; empty for one that looks at no text
    pub location: &'static str,
    /// the values that it looked at
    pub values: Vec<Seen>,
    /// the statements within it, as far as they were asked
    pub inner: Vec<Finding>,
}

/// A value that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// its name in the request, if it has one
    pub name: Option<Vec<u8>>,
    /// as it was sent
    pub sent: Vec<u8>,
    /// each transformation, and what it made
    pub steps: Vec<(&'static str, Vec<u8>)>,
    /// which bytes of the last text decided, where it is this value that did
    pub matched: Option<Range<usize>>,
}

impl Seen {
    /// What was looked at in the end.
    pub fn text(&self) -> &[u8] {
        self.steps.last().map_or(&self.sent, |(_, text)| text)
    }
}

/// What a web ACL says of a request, and the rules that were asked on the way.
pub fn explain<'r>(
    acl: &'r WebAcl,
    request: &'r Request<'r>,
    resource: Resource,
    environment: Environment<'r>,
) -> (Verdict, Vec<Step>) {
    let view = View { request, resource, body_limit: acl.body_limit(resource) };
    told(acl, Inspection::new(view, environment))
}

impl Finding {
    /// What a rule of an engine found.
    pub(crate) fn of_engine(spoken: &Spoken) -> Finding {
        let found = |(at, own): (usize, &Evidence)| {
            let made = spoken.transformations.get(at).filter(|own| !own.is_empty());
            let value = Seen {
                name: own.name.clone(),
                sent: own.text.clone(),
                steps: Vec::new(),
                matched: Some(own.range.clone()),
            };
            Finding {
                statement: "found",
                wanted: made.map(|own| format!("after {}", own.join(", "))).unwrap_or_default(),
                holds: true,
                location: own.location,
                values: vec![value],
                inner: Vec::new(),
            }
        };
        Finding {
            statement: "says",
            wanted: spoken.says.clone(),
            holds: true,
            location: "",
            values: Vec::new(),
            inner: spoken.evidence.iter().enumerate().map(found).collect(),
        }
    }

    /// Asks a statement. What it would leave behind for the rule, it leaves not.
    pub(crate) fn of(statement: &Statement, inspection: &mut Inspection) -> Finding {
        let (evidence, details, pending) =
            (inspection.evidence.clone(), inspection.details.clone(), inspection.pending.clone());
        let finding = Finding::ask(statement, inspection);
        (inspection.evidence, inspection.details, inspection.pending) = (evidence, details, pending);
        finding
    }

    fn ask(statement: &Statement, inspection: &mut Inspection) -> Finding {
        let within = |name, holds, inner| Finding {
            statement: name,
            wanted: String::new(),
            holds,
            location: "",
            values: Vec::new(),
            inner,
        };
        match statement {
            Statement::And(own) => {
                let inner = asked_until(&own.0, false, inspection);
                within("AndStatement", inner.iter().all(|own| own.holds), inner)
            }
            Statement::Or(own) => {
                let inner = asked_until(&own.statements, true, inspection);
                within("OrStatement", inner.iter().any(|own| own.holds), inner)
            }
            Statement::Not(own) => {
                let inner = Finding::ask(&own.0, inspection);
                within("NotStatement", !inner.holds, vec![inner])
            }
            leaf => Finding::leaf(leaf, inspection),
        }
    }

    fn leaf(statement: &Statement, inspection: &mut Inspection) -> Finding {
        let before = inspection.evidence.len();
        let holds = statement.matches(inspection);
        let found = inspection.evidence.get(before).cloned();
        let ((name, wanted), subject) = (wanted(statement), statement.subject());
        let mut values = subject.map_or_else(Vec::new, |subject| seen(subject, inspection));
        if let Some(found) = found {
            let place = found.offset + found.range.start..found.offset + found.range.end;
            let decided = values.iter_mut().find(|own| {
                own.name.as_deref().map(|name| &name[..name.len().min(256)]) == found.name.as_deref()
                    && own.text().get(place.clone()) == Some(found.matched())
                    && own.text().get(found.offset..).is_some_and(|rest| rest.starts_with(&found.text))
            });
            if let Some(own) = decided {
                own.matched = Some(place);
            }
        }
        let location = subject.map_or("", |subject| subject.field.location());
        Finding { statement: name, wanted, holds, location, values, inner: Vec::new() }
    }
}

/// Asks statements one after the other, until one says what decides.
fn asked_until(statements: &[Statement], decides: bool, inspection: &mut Inspection) -> Vec<Finding> {
    let mut findings = Vec::new();
    for own in statements {
        let finding = Finding::ask(own, inspection);
        let ends = finding.holds == decides;
        findings.push(finding);
        if ends {
            break;
        }
    }
    findings
}

/// What a subject makes of the request: nothing where something is decided without looking.
fn seen(subject: &Subject, inspection: &Inspection) -> Vec<Seen> {
    let mut found = Found::default();
    let extracted = subject.field.extract(&inspection.view, &subject.pre_parse, &mut found);
    if extracted.decided.is_some() {
        return Vec::new();
    }
    let value = |own: &Value| {
        let sent = found.texts.bytes(own.text).to_vec();
        let mut text = sent.clone();
        let mut steps = Vec::new();
        for transformation in subject.chain.iter() {
            text = transformation.apply(&text).into_owned();
            steps.push((transformation.name(), text.clone()));
        }
        Seen { name: own.name.map(|name| found.texts.bytes(name).to_vec()), sent, steps, matched: None }
    };
    found.values.iter().map(value).collect()
}

/// AWS's name of a statement, and what it looks for.
fn wanted(statement: &Statement) -> (&'static str, String) {
    match statement {
        Statement::ByteMatch(own) => {
            let position = match own.position {
                Position::Exactly => "EXACTLY",
                Position::StartsWith => "STARTS_WITH",
                Position::EndsWith => "ENDS_WITH",
                Position::Contains => "CONTAINS",
                Position::ContainsWord => "CONTAINS_WORD",
            };
            let text = format!("{position} {:?}", String::from_utf8_lossy(&own.search));
            ("ByteMatchStatement", text)
        }
        Statement::RegexMatch(own) => ("RegexMatchStatement", own.pattern.source().to_owned()),
        Statement::RegexSetReference(own) => {
            let patterns: Vec<&str> = own.set.patterns.iter().map(|own| own.source()).collect();
            ("RegexPatternSetReferenceStatement", patterns.join("  or  "))
        }
        Statement::SizeConstraint(own) => {
            ("SizeConstraintStatement", format!("{:?} {} bytes", own.comparison, own.size))
        }
        Statement::SqliMatch(own) => ("SqliMatchStatement", format!("SQL injection, {:?}", own.sensitivity)),
        Statement::XssMatch(_) => ("XssMatchStatement", "cross-site scripting".to_owned()),
        Statement::GeoMatch(own) => ("GeoMatchStatement", own.wanted()),
        Statement::AsnMatch(own) => ("AsnMatchStatement", own.wanted()),
        Statement::IpSetReference(own) => ("IPSetReferenceStatement", own.wanted()),
        Statement::LabelMatch(own) => ("LabelMatchStatement", own.wanted()),
        Statement::And(_) | Statement::Or(_) | Statement::Not(_) => ("", String::new()),
    }
}

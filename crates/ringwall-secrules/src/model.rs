//! Rules as they are read: what is looked at, what is asked of it, and what is done then.

use crate::collection::Collection;
use crate::operator::Operator;
use crate::refusal::Place;
use crate::text::Text;
use crate::transformation::Transformation;

/// When rules are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// the request's headers are there
    RequestHeaders = 1,
    /// its body is there
    RequestBody = 2,
    /// the response's headers are there
    ResponseHeaders = 3,
    /// its body is there
    ResponseBody = 4,
    /// at the end
    Logging = 5,
}

impl Phase {
    /// All, in their order.
    pub const ALL: [Phase; 5] =
        [Phase::RequestHeaders, Phase::RequestBody, Phase::ResponseHeaders, Phase::ResponseBody, Phase::Logging];

    /// The one that rules name by its number, or by a word.
    pub fn named(name: &str) -> Option<Phase> {
        match name.to_ascii_lowercase().as_str() {
            "1" => Some(Phase::RequestHeaders),
            "2" | "request" => Some(Phase::RequestBody),
            "3" => Some(Phase::ResponseHeaders),
            "4" | "response" => Some(Phase::ResponseBody),
            "5" | "logging" => Some(Phase::Logging),
            _ => None,
        }
    }

    /// Where its rules stand in a list by phase.
    pub(crate) fn place(self) -> usize {
        self as usize - 1
    }
}

/// A rule: one link, or a chain of them that must all match.
#[derive(Clone, Debug)]
pub struct Rule {
    /// its number
    pub id: u32,
    /// when it is asked
    pub phase: Phase,
    /// where it stands
    pub place: Place,
    /// what is asked, one after the other
    pub links: Vec<Link>,
    /// what it says when it fires
    pub message: Option<Text>,
    /// what it says of what it found
    pub log_data: Option<Text>,
    /// from 0, an emergency, to 7
    pub severity: Option<u8>,
    /// what it belongs to
    pub tags: Vec<Text>,
    /// whether it is told that it fired
    pub is_logged: bool,
    /// what becomes of the request
    pub disruption: Option<Disruption>,
    /// whether it does what the default of its phase says
    pub is_block: bool,
    /// the status of a response that stops the request
    pub status: u16,
}

/// What a rule does to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disruption {
    /// nothing
    Pass,
    /// it is answered with the rule's status
    Deny,
    /// the connection is closed
    Drop,
    /// no more rules are asked
    Allow(Allowed),
}

/// How far a request is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// to the end
    Everything,
    /// to the end of the phase
    Phase,
    /// to the end of the request
    Request,
}

/// One question of a rule.
#[derive(Clone, Debug)]
pub struct Link {
    /// where it stands
    pub place: Place,
    /// what is looked at; nothing for an action without a question
    pub targets: Vec<Target>,
    /// what is asked
    pub operator: Operator,
    /// whether the opposite is asked
    pub is_negated: bool,
    /// what is made of a value first
    pub transformations: Vec<Transformation>,
    /// whether each of the steps is looked at, too
    pub is_multi_match: bool,
    /// whether what was found is kept as `TX:0` to `TX:9`
    pub is_capturing: bool,
    /// what is written whenever a value matches
    pub assignments: Vec<Assignment>,
    /// what is done when all links from here on match
    pub effects: Vec<Effect>,
}

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Target {
    /// the variable
    pub collection: Collection,
    /// which of its values
    pub selector: Selector,
    /// where in memory the value is, if it is one that rules write
    pub(crate) slot: Option<usize>,
    /// whether they are counted
    pub is_count: bool,
    /// which of them are left out
    pub exclusions: Vec<Selector>,
    /// its name, as `ctl:ruleRemoveTargetById` writes it
    pub name: String,
}

/// Which values of a variable.
#[derive(Clone, Debug)]
pub enum Selector {
    /// all
    All,
    /// those of a name, in lower case
    Named(String),
    /// those whose names match
    Like(NamePattern),
}

/// An expression for names, without regard to case.
#[derive(Clone, Debug)]
pub struct NamePattern {
    /// as it was written
    pub source: String,
    /// ready to be asked
    pub regex: regex::bytes::Regex,
}

impl PartialEq for Selector {
    fn eq(&self, other: &Selector) -> bool {
        match (self, other) {
            (Selector::All, Selector::All) => true,
            (Selector::Named(own), Selector::Named(other)) => own == other,
            (Selector::Like(own), Selector::Like(other)) => own.source == other.source,
            _ => false,
        }
    }
}

impl Selector {
    /// Whether a value of that name is meant.
    pub fn is_for(&self, name: &[u8]) -> bool {
        match self {
            Selector::All => true,
            Selector::Named(own) => own.as_bytes().eq_ignore_ascii_case(name),
            Selector::Like(pattern) => pattern.regex.is_match(name),
        }
    }
}

/// A value that a rule writes.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// where
    pub slot: Slot,
    /// what
    pub change: Change,
}

/// A place in memory.
#[derive(Clone, Debug)]
pub enum Slot {
    /// one that is known when rules are read
    Fixed(usize),
    /// one whose name depends on the request
    Named(Collection, Text),
}

/// What is written.
#[derive(Clone, Debug)]
pub enum Change {
    /// a text
    Set(Text),
    /// more than before
    Add(Text),
    /// less than before
    Subtract(Text),
    /// nothing any more
    Remove,
}

/// What a rule does besides.
#[derive(Clone, Debug)]
pub enum Effect {
    /// the rules up to a marker are left out
    SkipAfter(usize),
    /// as many rules are left out
    Skip(usize),
    /// the rules of these numbers are left out
    RemoveRules(std::ops::RangeInclusive<u32>),
    /// the rules with a tag are left out
    RemoveRulesTagged(String),
    /// a rule does not look at a variable
    RemoveTarget(std::ops::RangeInclusive<u32>, TargetName),
    /// the rules with a tag do not look at a variable
    RemoveTargetTagged(String, TargetName),
    /// who reads the body
    Processor(Processor),
    /// whether there is a variable `REQUEST_BODY` whoever reads the body
    ForceBody(bool),
    /// whether the body is looked at
    BodyAccess(bool),
    /// whether rules are asked, and may stop the request
    Engine(Engine),
}

/// A variable that rules are told not to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetName {
    /// which
    pub collection: Collection,
    /// the value's name, if not all are meant
    pub name: Option<String>,
}

/// Who reads a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processor {
    /// `a=b&c=d`
    UrlEncoded,
    /// parts with headers
    Multipart,
    /// JSON
    Json,
    /// XML
    Xml,
}

impl Processor {
    /// Its name, as rules see it.
    pub fn name(self) -> &'static str {
        match self {
            Processor::UrlEncoded => "URLENCODED",
            Processor::Multipart => "MULTIPART",
            Processor::Json => "JSON",
            Processor::Xml => "XML",
        }
    }
}

/// Whether rules are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// and may stop the request
    On,
    /// but stop nothing
    DetectionOnly,
    /// no
    Off,
}

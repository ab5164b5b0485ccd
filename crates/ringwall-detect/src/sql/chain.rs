//! Whether the input reads on as an expression from where the application puts it, and what that expression is after.
//!
//! An injection has to be SQL: behind the quote that it closes, an operator follows, then a value, then perhaps another operator,
//! to the end or to a comment that hides the rest. Prose breaks that chain at its second word, code at its second symbol. So the
//! chain is followed part by part, with nothing kept but a few fields, and each condition in it is judged where it ends.

use super::rules::Hit;
use super::token::{Hidden, Kind, Token};
use super::word::Word;

/// What the chain began with; the greater, the less can it be anything but SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    /// In the middle of something else.
    Middle,
    /// A name or a string with its end.
    Name,
    /// A number.
    Number,
    /// An operator: the value is the application's.
    Operator,
    /// A parenthesis that closes one of the application's.
    Close,
    /// A quote that closes one of the application's.
    Breakout,
}

/// What a value is; the greater, the more is it worth to an attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// A name, or a call of what SQL does not know.
    Name,
    /// A number, a string, a constant, a variable.
    Literal,
    /// A call of a function of SQL's.
    Call,
    /// A statement in parentheses, or a call that waits or reaches outside.
    Power,
}

/// A condition: a value, or two that are compared.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Term {
    /// Where it begins, in bytes.
    pub(super) from: usize,
    /// Whether an AND, OR, WHERE or HAVING stands before it.
    pub(super) joined: bool,
    pub(super) left: Option<Value>,
    pub(super) compared: bool,
    pub(super) computed: bool,
    /// Whether it says what something IS: prose does so too.
    pub(super) stated: bool,
    pub(super) right: Option<Value>,
    /// Whether its last value is a string that the application closes.
    pub(super) open_text: bool,
    /// Whether its last value is TRUE, FALSE, NULL or alike.
    pub(super) constant: bool,
}

/// What ended a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// AND, OR or a semicolon.
    Joined,
    /// The input's end.
    Input,
    /// The string that the application closes.
    OpenText,
    /// A comment that hides the rest.
    Comment(Hidden),
    /// A part that is no SQL there.
    Broken,
}

/// An expression as far as it has been read.
#[derive(Clone, Debug)]
pub(crate) struct Chain<'a> {
    pub(super) input: &'a [u8],
    pub(super) start: Option<Start>,
    /// Whether all parts so far were SQL.
    pub(super) unbroken: bool,
    pub(super) wants_value: bool,
    /// Parentheses that are open.
    pub(super) depth: usize,
    /// Inside a call or a statement in parentheses: the depth outside.
    pub(super) inside: Option<usize>,
    /// Whether the chain began with a parenthesis of its own.
    pub(super) parenthesised: bool,
    /// Whether a condition before compared two values.
    pub(super) compared: bool,
    pub(super) term: Term,
    /// Whether the last parts were ORDER BY or GROUP BY, and numbers.
    pub(super) ordered: bool,
    pub(super) before: Kind,
    pub(super) prefix: usize,
}

impl<'a> Chain<'a> {
    /// Nothing has been read.
    pub(crate) fn new(input: &'a [u8]) -> Chain<'a> {
        Chain {
            input,
            start: None,
            unbroken: true,
            wants_value: true,
            depth: 0,
            inside: None,
            parenthesised: false,
            compared: false,
            term: Term::default(),
            ordered: false,
            before: Kind::Other,
            prefix: 0,
        }
    }

    /// Whether the chain goes back without a break to a quote or parenthesis of the application's, or to a number.
    pub(crate) fn is_anchored(&self) -> bool {
        self.unbroken && self.start.is_some_and(|start| start >= Start::Number)
    }

    /// Whether it came to what is no SQL.
    pub(crate) fn is_broken(&self) -> bool {
        !self.unbroken
    }

    /// Whether it goes back to a quote or parenthesis of the application's.
    pub(crate) fn has_broken_out(&self) -> bool {
        self.unbroken && self.start.is_some_and(|start| start >= Start::Close)
    }

    /// Reads a part. `next` is the one after it.
    pub(crate) fn read(&mut self, token: Token, next: Token) -> Option<Hit> {
        let hit = if self.unbroken { self.follow(token, next) } else { self.resume(token) };
        self.before = token.kind;
        hit
    }

    /// After a break, only an AND or OR begins anew.
    fn resume(&mut self, token: Token) -> Option<Hit> {
        if matches!(token.kind, Kind::Word(Word::And | Word::Or) | Kind::Both) {
            *self = Chain { start: Some(Start::Middle), unbroken: true, ..Chain::new(self.input) };
            self.join(token);
        }
        None
    }

    fn follow(&mut self, token: Token, next: Token) -> Option<Hit> {
        let ended = match token.kind {
            Kind::End => Some(Ended::Input),
            Kind::Rest(hidden) => Some(Ended::Comment(hidden)),
            Kind::Semicolon => Some(Ended::Joined),
            _ => None,
        };
        if let Some(ended) = ended {
            let hit = self.conclude(token, ended);
            if ended == Ended::Joined {
                // What stands behind a semicolon is the business of phrases; a chain may begin anew there.
                self.unbroken = false;
            }
            return hit;
        }
        if let Some(outside) = self.inside {
            return self.follow_inside(token, next, outside);
        }
        if self.wants_value { self.value(token, next) } else { self.operator(token, next) }
    }

    /// Within a call or a statement in parentheses only its worth and its end are looked at.
    fn follow_inside(&mut self, token: Token, next: Token, outside: usize) -> Option<Hit> {
        match token.kind {
            Kind::Open => self.depth += 1,
            Kind::Close => {
                self.depth -= 1;
                if self.depth <= outside {
                    self.inside = None;
                    self.wants_value = false;
                }
            }
            Kind::Word(Word::Select) if self.before == Kind::Open => self.raise(Value::Power),
            Kind::Word(Word::Wait | Word::Reach) if next.kind == Kind::Open => self.raise(Value::Power),
            Kind::Word(word) if word.is_function() && next.kind == Kind::Open => self.raise(Value::Call),
            Kind::OpenText => return self.conclude(token, Ended::OpenText),
            Kind::Other => return self.break_off(token),
            _ => {}
        }
        None
    }

    fn raise(&mut self, value: Value) {
        let slot = if self.term.compared { &mut self.term.right } else { &mut self.term.left };
        *slot = (*slot).max(Some(value));
    }

    /// Where a value is expected.
    fn value(&mut self, token: Token, next: Token) -> Option<Hit> {
        let calls = next.kind == Kind::Open;
        let value = match token.kind {
            Kind::Breakout => {
                self.start = Some(Start::Breakout);
                self.prefix = token.end;
                self.wants_value = false;
                self.term.left = Some(Value::Literal);
                return None;
            }
            Kind::Number | Kind::Variable | Kind::Text => Value::Literal,
            Kind::OpenText => {
                self.begin(Start::Name);
                self.put(Value::Literal, token);
                self.term.open_text = true;
                return self.conclude(token, Ended::OpenText);
            }
            Kind::Word(_) if calls && self.before == Kind::Dot => Value::Name,
            Kind::Word(Word::Wait | Word::Reach) if calls => Value::Power,
            // Every programming language has these.
            Kind::Word(Word::Common) if calls && self.start <= Some(Start::Name) => Value::Name,
            Kind::Word(Word::Common) if calls => Value::Literal,
            Kind::Word(word) if calls && word.is_function() => Value::Call,
            Kind::Word(Word::Constant | Word::Null) if self.term.stated => Value::Name,
            Kind::Word(Word::Constant | Word::Null) => Value::Literal,
            Kind::Name | Kind::Word(_) if self.before == Kind::Cast => {
                // A type, not a value; it may have a length.
                self.wants_value = false;
                self.inside = calls.then_some(self.depth);
                return None;
            }
            Kind::Name => Value::Name,
            Kind::Word(word) if word.is_name_alone() => Value::Name,
            Kind::Star if matches!(self.before, Kind::Open | Kind::Comma | Kind::Dot) => Value::Name,
            Kind::Open => {
                self.parenthesised |= self.start.is_none();
                self.begin(Start::Operator);
                self.depth += 1;
                return None;
            }
            Kind::Close => return self.close(token),
            Kind::Word(Word::Select) if self.before == Kind::Open && self.depth > 0 => {
                self.put(Value::Power, token);
                self.inside = Some(self.depth - 1);
                return None;
            }
            // SOUNDS LIKE
            Kind::Word(Word::Like) if self.before == Kind::Word(Word::Like) => return None,
            Kind::Unary
            | Kind::Word(Word::Not | Word::Prefix | Word::Distinct | Word::All | Word::Case | Word::When) => {
                self.begin(Start::Operator);
                return None;
            }
            Kind::Compute if is_sign(token, self.input) => {
                // `-1` begins with a number all the same.
                self.term.computed |= self.start.is_none();
                return None;
            }
            // The value is the application's, and the input begins with the operator.
            _ if self.start.is_none() => {
                self.begin(Start::Operator);
                self.wants_value = false;
                self.term.left = Some(Value::Literal);
                return self.operator(token, next);
            }
            _ => return self.break_off(token),
        };
        self.begin(if matches!(token.kind, Kind::Number | Kind::Variable) { Start::Number } else { Start::Name });
        self.put(value, token);
        self.wants_value = false;
        if calls && !matches!(token.kind, Kind::Number | Kind::Text) {
            self.inside = Some(self.depth);
        }
        None
    }

    fn close(&mut self, token: Token) -> Option<Hit> {
        self.wants_value = false;
        if self.depth > 0 {
            self.depth -= 1;
            return if self.before == Kind::Open { None } else { self.break_off(token) };
        }
        if self.start.is_some() {
            return self.break_off(token);
        }
        self.start = Some(Start::Close);
        self.term.left = Some(Value::Literal);
        None
    }

    fn begin(&mut self, start: Start) {
        self.start.get_or_insert(start);
    }

    fn put(&mut self, value: Value, token: Token) {
        let slot = if self.term.compared { &mut self.term.right } else { &mut self.term.left };
        *slot = Some(match *slot {
            Some(other) if other.max(value) >= Value::Call => other.max(value),
            Some(other) => other.min(value),
            None => value,
        });
        self.term.constant = matches!(token.kind, Kind::Word(Word::Constant | Word::Null));
    }

    /// Where an operator is expected.
    fn operator(&mut self, token: Token, next: Token) -> Option<Hit> {
        match token.kind {
            Kind::Compare | Kind::Word(Word::Like | Word::In | Word::Is | Word::Between) => {
                self.term.compared = true;
                self.term.stated |= token.is(Word::Is);
                self.wants_value = true;
            }
            Kind::Unary if next.kind != Kind::End => {
                self.term.compared = true;
                self.wants_value = true;
            }
            Kind::Compute | Kind::Star | Kind::Concat | Kind::Word(Word::Compute) => {
                // `||` is OR to MySQL; whatever stands behind it is weighed like a condition there.
                if token.kind == Kind::Concat && self.start.is_some_and(|start| start != Start::Name) {
                    let hit = self.conclude(token, Ended::Joined);
                    let before = self.term;
                    self.join(token);
                    self.term.joined = before.joined || self.start < Some(Start::Breakout);
                    if !self.term.joined {
                        self.term.left = before.left;
                    }
                    self.term.computed = true;
                    return hit;
                }
                self.term.computed = true;
                self.wants_value = true;
            }
            Kind::Comma | Kind::Dot | Kind::Cast => self.wants_value = true,
            Kind::Word(
                Word::As | Word::Collate | Word::On | Word::Using | Word::From | Word::Join | Word::Then | Word::Else,
            )
            | Kind::Word(Word::Limit | Word::When | Word::Values) => self.wants_value = true,
            Kind::Word(Word::Not | Word::Direction | Word::EndCase) => {}
            Kind::Both | Kind::Word(Word::And | Word::Or | Word::Where | Word::Having) => {
                let hit = self.conclude(token, Ended::Joined);
                self.join(token);
                return hit;
            }
            Kind::Word(Word::Order | Word::Group) if next.is(Word::By) => {
                let hit = self.conclude(token, Ended::Joined);
                self.term = Term { from: token.start, ..Term::default() };
                self.ordered = true;
                return hit;
            }
            Kind::Word(Word::By) if self.ordered => self.wants_value = true,
            Kind::Close => {
                self.depth = self.depth.saturating_sub(1);
            }
            _ => return self.break_off(token),
        }
        None
    }

    fn join(&mut self, token: Token) {
        self.compared |= self.term.compared && self.term.left.min(self.term.right) >= Some(Value::Literal);
        self.ordered = false;
        self.wants_value = true;
        self.term = Term { from: token.start, joined: true, ..Term::default() };
    }

    fn break_off(&mut self, token: Token) -> Option<Hit> {
        let hit = self.conclude(token, Ended::Broken);
        self.unbroken = false;
        self.inside = None;
        hit.or_else(|| self.resume(token))
    }
}

fn is_sign(token: Token, input: &[u8]) -> bool {
    matches!(input[token.start..token.end], [b'+' | b'-'])
}

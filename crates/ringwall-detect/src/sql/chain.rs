//! Whether the input reads on as an expression from where the application puts it, and what that expression is after.
//!
//! An injection has to be SQL: behind the quote that it closes, an operator follows, then a value, then perhaps another operator,
//! to the end or to a comment that hides the rest. Prose breaks that chain at its second word, code at its second symbol. So the
//! chain is followed part by part, with nothing kept but a few fields, and each condition in it is judged where it ends.

use super::rules::{Hit, Level, Rule};
use super::token::{Hidden, Kind, Token};
use super::word::Word;

/// The longest text that may be a plain word or plain words, in bytes.
const LONGEST_PREFIX: usize = 64;

/// What the chain began with; the greater, the less can it be anything but SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Start {
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
enum Value {
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
struct Term {
    /// Where it begins, in bytes.
    from: usize,
    /// Whether an AND, OR, WHERE or HAVING stands before it.
    joined: bool,
    left: Option<Value>,
    compared: bool,
    computed: bool,
    /// Whether it says what something IS: prose does so too.
    stated: bool,
    right: Option<Value>,
    /// Whether its last value is a string that the application closes.
    open_text: bool,
    /// Whether its last value is TRUE, FALSE, NULL or alike.
    constant: bool,
}

/// What ended a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
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
    input: &'a [u8],
    start: Option<Start>,
    /// Whether all parts so far were SQL.
    unbroken: bool,
    wants_value: bool,
    /// Parentheses that are open.
    depth: usize,
    /// Inside a call or a statement in parentheses: the depth outside.
    inside: Option<usize>,
    /// Whether the chain began with a parenthesis of its own.
    parenthesised: bool,
    /// Whether a condition before compared two values.
    compared: bool,
    term: Term,
    /// Whether the last parts were ORDER BY or GROUP BY, and numbers.
    ordered: bool,
    before: Kind,
    prefix: usize,
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
                self.begin_with_sign();
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

    /// `-1` begins with a number all the same; what `-` is for is seen at the value.
    fn begin_with_sign(&mut self) {
        self.term.computed |= self.start.is_none();
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

    /// Judges the condition that ends before, or with, this part.
    fn conclude(&self, token: Token, ended: Ended) -> Option<Hit> {
        let start = self.start?;
        let end = if matches!(token.kind, Kind::OpenText | Kind::Rest(_)) { token.end } else { token.start };
        let found = if self.term.joined {
            self.judge_condition(start, ended, token)
        } else if self.ordered {
            self.judge_order(start, ended)
        } else {
            self.judge_value(start, ended, token)
        };
        let (rule, level) = found?;
        Some(Hit { rule, level, start: self.term.from, end })
    }

    fn judge_condition(&self, start: Start, ended: Ended, token: Token) -> Option<(Rule, Level)> {
        let term = self.term;
        let left = term.left?;
        let best = left.max(term.right.unwrap_or(left));
        let hides = ended == Ended::Comment(Hidden::Nothing);
        if start <= Start::Name {
            // Code is full of conditions, so only what no code needs is taken.
            let of_literals = term.compared && left == Value::Literal && term.right == Some(Value::Literal);
            let at_end = matches!(ended, Ended::Comment(_));
            let of_values =
                term.compared && best == Value::Call && left.min(term.right.unwrap_or(Value::Name)) >= Value::Literal;
            return match () {
                () if best == Value::Power || of_literals => Some((Rule::Condition, Level::Low)),
                () if of_values || at_end && (term.compared || best >= Value::Literal) => {
                    Some((Rule::Condition, Level::High))
                }
                () => None,
            };
        }
        if best == Value::Power || term.compared && left >= Value::Literal && term.right >= Some(Value::Literal) {
            return Some((Rule::Condition, Level::Low));
        }
        let complete = ended != Ended::Broken && !self.wants_value || term.open_text;
        if !complete {
            return (start == Start::Breakout && term.compared && term.right.is_some())
                .then_some((Rule::Condition, Level::High));
        }
        // A quoted word between ANDs and ORs is as often prose.
        let quoted_word = self.before == Kind::Text && !term.compared;
        if quoted_word && (ended == Ended::Input || !self.prefix_is_plain()) {
            return None;
        }
        if start >= Start::Close {
            if term.open_text && !term.compared {
                // `foo' OR 'BAR`: words between quotes are prose as well.
                let level = if self.prefix_is_plain() && !token.touches { Level::Low } else { Level::High };
                return Some((Rule::Condition, level));
            }
            let level = if term.compared || best >= Value::Literal || hides { Level::Low } else { Level::High };
            let plain = level == Level::Low || self.prefix_is_plain() && ended != Ended::Joined;
            return plain.then_some((Rule::Condition, level));
        }
        if start == Start::Operator && matches!(ended, Ended::Joined | Ended::Broken) {
            return None;
        }
        let after_comparison = self.compared && best == Value::Literal;
        if after_comparison
            || hides && (term.compared || best >= Value::Literal)
            || term.compared && best == Value::Call
        {
            return Some((Rule::Condition, Level::Low));
        }
        let weighs = best >= Value::Literal;
        let high = hides || term.compared && (weighs || start == Start::Number) || term.constant || best == Value::Call;
        high.then_some((Rule::Condition, Level::High))
    }

    fn judge_order(&self, start: Start, ended: Ended) -> Option<(Rule, Level)> {
        let by_number = self.term.left == Some(Value::Literal) && start >= Start::Number;
        match ended {
            _ if self.term.left >= Some(Value::Call) => Some((Rule::Order, Level::Low)),
            Ended::Comment(_) if by_number => Some((Rule::Order, Level::Low)),
            Ended::Comment(Hidden::Nothing) if start == Start::Breakout => Some((Rule::Order, Level::Low)),
            Ended::Input if by_number => Some((Rule::Order, Level::Low)),
            Ended::Broken if by_number && start != Start::Operator => Some((Rule::Order, Level::High)),
            _ => None,
        }
    }

    fn judge_value(&self, start: Start, ended: Ended, token: Token) -> Option<(Rule, Level)> {
        let term = self.term;
        let best = term.left.max(term.right)?;
        let changes = term.compared || term.computed;
        let hides = ended == Ended::Comment(Hidden::Nothing);
        if best == Value::Power
            && start >= Start::Number
            && (changes || start >= Start::Close || self.before == Kind::Comma)
        {
            return Some((Rule::Power, Level::Low));
        }
        if best == Value::Power && (changes || matches!(ended, Ended::Comment(_))) {
            return Some((Rule::Power, Level::High));
        }
        if start == Start::Breakout {
            let hides = hides && self.input.get(token.start) != Some(&b'`');
            let closes = ended == Ended::OpenText || hides;
            return match () {
                () if changes && closes && best == Value::Call => Some((Rule::Computed, Level::Low)),
                () if changes && hides && !self.wants_value => Some((Rule::Computed, Level::Low)),
                () if changes && closes && self.prefix_is_plain() && self.is_plain(token) => {
                    Some((Rule::Computed, Level::High))
                }
                () if changes => None,
                () if hides && self.prefix_is_plain() => Some((Rule::Hidden, Level::Low)),
                () if hides && self.prefix_is_words() => Some((Rule::Hidden, Level::High)),
                () if ended == Ended::Comment(Hidden::Words)
                    && self.prefix_is_plain()
                    && !self.quotes_follow(token) =>
                {
                    Some((Rule::Hidden, Level::High))
                }
                () => None,
            };
        }
        let literal = best == Value::Literal && self.input.get(token.start) != Some(&b'`');
        let plain_number = start == Start::Number && literal && self.depth == 0 && !self.wants_value;
        let in_parentheses = self.parenthesised && self.depth == 0 && !self.wants_value;
        match ended {
            _ if hides && in_parentheses => Some((Rule::Hidden, Level::High)),
            Ended::Comment(hidden) if plain_number && hidden != Hidden::Prose => Some((Rule::Hidden, Level::High)),
            Ended::Input | Ended::Comment(_) if best == Value::Call && start >= Start::Number && changes => {
                Some((Rule::Computed, Level::High))
            }
            _ => None,
        }
    }

    fn prefix(&self) -> &[u8] {
        let prefix = &self.input[..self.prefix.saturating_sub(1).min(self.input.len())];
        // A long one is not plain in any case, and is not looked at again and again.
        if prefix.len() > LONGEST_PREFIX { prefix } else { prefix.trim_ascii() }
    }

    /// Whether what stands before the quote is one plain word, or nothing.
    fn prefix_is_plain(&self) -> bool {
        is_plain(self.prefix())
    }

    /// Whether what stands before the quote is plain words.
    fn prefix_is_words(&self) -> bool {
        self.prefix().len() <= LONGEST_PREFIX && self.prefix().split(|byte| *byte == b' ').all(is_plain)
    }

    /// Whether there are more quotes in a comment: then it is none to whoever wrote it.
    fn quotes_follow(&self, token: Token) -> bool {
        self.input[token.start..].iter().any(|byte| matches!(byte, b'\'' | b'"'))
    }

    /// Whether what is in a string that the application closes is one plain word, or nothing.
    fn is_plain(&self, token: Token) -> bool {
        token.kind != Kind::OpenText || is_plain(self.input[token.start + 1..token.end].trim_ascii())
    }
}

fn is_plain(text: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_@.-%\\".contains(byte);
    text.len() <= LONGEST_PREFIX && text.iter().all(plain)
}

fn is_sign(token: Token, input: &[u8]) -> bool {
    matches!(input[token.start..token.end], [b'+' | b'-'])
}

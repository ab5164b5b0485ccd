//! What a condition or a value of a chain is worth, where it ends.
//!
//! Three things are weighed: what the chain began with (a quote of the application's is no accident, a name in the middle of a text
//! is), what the values are (a call of `version()` is worth more to an attacker than a number), and what ends it (a comment that hides
//! nothing of the input is there for what the application appends). What prose and code have as well counts at the high sensitivity
//! alone, or not at all.

use super::chain::{Chain, Ended, Start, Value};
use super::rules::{Hit, Level, Rule};
use super::token::{Hidden, Kind, Token};

/// The longest text that may be a plain word or plain words, in bytes.
const LONGEST_PREFIX: usize = 64;

impl Chain<'_> {
    /// Judges the condition that ends before, or with, this part.
    pub(super) fn conclude(&self, token: Token, ended: Ended) -> Option<Hit> {
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

//! Words that only SQL puts next to each other, wherever they stand.
//!
//! `union select 1` is SQL in the middle of anything; `update` alone is a word. A phrase names the words and what must follow
//! them, so that prose with the same words (“the union selects a leader”) is not taken for it.

use super::chain::Chain;
use super::rules::{Hit, Level, Rule};
use super::token::{Kind, Token};
use super::word::Word;

/// How many parts a phrase may look ahead.
pub(crate) const AHEAD: usize = 5;

/// What of the parts before matters to a phrase.
#[derive(Clone, Debug)]
pub(crate) struct Phrases {
    before: Kind,
    /// Where a UNION stands that still wants its SELECT, and whether the chain before it was anchored.
    union: Option<(usize, bool)>,
    select: Option<Select>,
}

/// A SELECT that still wants its FROM.
#[derive(Clone, Copy, Debug)]
struct Select {
    start: usize,
    /// Whether it stands behind a parenthesis or at the beginning of a statement.
    placed: bool,
    /// Whether its list holds what no prose does: `*`, a call, a literal, a variable.
    telling: bool,
    commas: usize,
}

impl Phrases {
    /// Nothing has been read.
    pub(crate) fn new() -> Phrases {
        Phrases { before: Kind::End, union: None, select: None }
    }

    /// Reads a part, with those that follow it.
    pub(crate) fn read(&mut self, token: Token, next: &[Token; AHEAD], chain: &Chain<'_>) -> Option<Hit> {
        let begins = self.begins_statement(chain);
        let hit = self.union(token, next, chain).or_else(|| self.select(token, next, begins));
        let hit = hit.or_else(|| match token.kind {
            Kind::Word(word) => {
                let (rule, level, length) =
                    statement(word, next, begins).or_else(|| anywhere(word, next, self.before, chain.is_anchored()))?;
                let end = if length == 0 { token.end } else { next[length - 1].end };
                Some(Hit { rule, level, start: token.start, end })
            }
            _ => None,
        });
        self.before = token.kind;
        hit
    }

    /// Whether a statement may begin here: at the beginning, behind a semicolon, or behind a value of a chain that goes back to the
    /// application's quote (SQL Server needs no semicolon).
    fn begins_statement(&self, chain: &Chain<'_>) -> Begins {
        match self.before {
            Kind::Semicolon | Kind::Breakout => Begins::Surely,
            _ if chain.has_broken_out() => Begins::Surely,
            Kind::End => Begins::Perhaps,
            _ if chain.is_anchored() => Begins::Perhaps,
            _ => Begins::No,
        }
    }

    fn union(&mut self, token: Token, next: &[Token; AHEAD], chain: &Chain<'_>) -> Option<Hit> {
        let Some((start, anchored)) = self.union else {
            if matches!(token.kind, Kind::Word(Word::Union | Word::Except)) {
                self.union = Some((token.start, chain.is_anchored()));
                let bare = token.is(Word::Union)
                    && next[0].ends()
                    && chain.is_anchored()
                    && (next[0].kind != Kind::End || token.after_comment);
                return bare.then_some(Hit {
                    rule: Rule::Union,
                    level: Level::High,
                    start: token.start,
                    end: token.end,
                });
            }
            return None;
        };
        match token.kind {
            Kind::Open | Kind::Word(Word::All | Word::Distinct) => None,
            Kind::Word(Word::Select | Word::Values) => {
                self.union = None;
                let level = selected(next, anchored)?;
                Some(Hit { rule: Rule::Union, level, start, end: token.end })
            }
            _ => {
                self.union = None;
                None
            }
        }
    }

    fn select(&mut self, token: Token, next: &[Token; AHEAD], begins: Begins) -> Option<Hit> {
        if token.is(Word::Select) {
            let placed = self.before == Kind::Open || begins != Begins::No;
            self.select = Some(Select { start: token.start, placed, telling: false, commas: 0 });
            let after = next.iter().position(|token| token.kind != Kind::Open).unwrap_or(AHEAD - 1);
            let calls = next.get(after + 1).is_some_and(|token| token.kind == Kind::Open);
            let level = match next[after].kind {
                Kind::Word(Word::Wait | Word::Reach | Word::Probe) if calls => Level::Low,
                Kind::Variable if placed => Level::Low,
                Kind::Word(Word::Function | Word::Common | Word::Database | Word::If) if calls && placed => Level::High,
                _ => return None,
            };
            return Some(Hit { rule: Rule::Select, level, start: token.start, end: next[after].end });
        }
        let select = self.select.as_mut()?;
        match token.kind {
            Kind::Star | Kind::Number | Kind::Variable | Kind::Text | Kind::Concat => select.telling = true,
            Kind::Word(Word::Wait | Word::Reach | Word::Probe) if next[0].kind == Kind::Open => {
                return Some(Hit { rule: Rule::Select, level: Level::Low, start: select.start, end: next[0].end });
            }
            Kind::Word(word) if word.is_function() && next[0].kind == Kind::Open => select.telling = true,
            Kind::Word(Word::Null | Word::Top | Word::Distinct | Word::Case) => select.telling = true,
            Kind::Comma => select.commas += 1,
            Kind::Semicolon | Kind::Other => self.select = None,
            Kind::Word(Word::From) => {
                let select = self.select.take()?;
                let level = select.from(next)?;
                return Some(Hit { rule: Rule::Select, level, start: select.start, end: next[0].end });
            }
            _ => {}
        }
        None
    }
}

/// Whether a statement begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begins {
    Surely,
    /// A number stands before, or nothing.
    Perhaps,
    No,
}

impl Select {
    /// What to think of its FROM, by what follows it.
    fn from(self, next: &[Token; AHEAD]) -> Option<Level> {
        let from_what = match next[0].kind {
            Kind::Word(Word::Catalogue) => return Some(Level::Low),
            Kind::Open => return (self.telling || next[1].is(Word::Select)).then_some(Level::Low),
            Kind::Name | Kind::Variable => true,
            Kind::Word(word) => word.is_name_alone(),
            _ => false,
        };
        if !from_what {
            return None;
        }
        let goes_on = match next[1].kind {
            Kind::End | Kind::Rest(_) | Kind::Semicolon | Kind::Comma | Kind::Close | Kind::OpenText => true,
            Kind::Dot => !next[2].ends(),
            Kind::Word(
                Word::Where
                | Word::Limit
                | Word::Order
                | Word::Group
                | Word::Union
                | Word::Except
                | Word::Join
                | Word::Having,
            ) => true,
            Kind::Word(Word::Procedure | Word::Into | Word::For | Word::As) => true,
            Kind::Name => {
                self.telling
                    && matches!(next[2].kind, Kind::Word(Word::Where | Word::Limit) | Kind::Close | Kind::Comma)
            }
            _ => false,
        };
        let has_clause = matches!(next[1].kind, Kind::Word(_) | Kind::Rest(_));
        match () {
            () if !goes_on => None,
            () if self.telling => Some(Level::Low),
            () if self.placed && (has_clause || self.commas > 0) => Some(Level::Low),
            () => Some(Level::High),
        }
    }
}

/// What to think of a UNION SELECT, by what follows it.
fn selected(next: &[Token; AHEAD], anchored: bool) -> Option<Level> {
    match next[0].kind {
        _ if is_name(&next[0]) && anchored => Some(Level::Low),
        _ if is_name(&next[0]) => match next[1].kind {
            Kind::Comma
            | Kind::Dot
            | Kind::Open
            | Kind::Compute
            | Kind::Concat
            | Kind::Rest(_)
            | Kind::Word(Word::From | Word::Into | Word::Union) => Some(Level::Low),
            _ => None,
        },
        Kind::End => Some(if anchored { Level::Low } else { Level::High }),
        Kind::Other | Kind::Semicolon | Kind::Compare => Some(Level::High),
        _ => Some(Level::Low),
    }
}

/// Statements. How many parts after the first belong to the finding is told.
fn statement(word: Word, next: &[Token; AHEAD], begins: Begins) -> Option<(Rule, Level, usize)> {
    let [first, second, third, fourth, _] = next;
    let surely = begins == Begins::Surely;
    let high_unless_sure = if surely { Level::Low } else { Level::High };
    let stops = |token: &Token| token.ends() || matches!(token.kind, Kind::Semicolon | Kind::OpenText);
    let found = match word {
        Word::Drop | Word::Alter | Word::Create | Word::Truncate
            if matches!(first.kind, Kind::Word(Word::Object | Word::Database | Word::Procedure)) && is_name(second) =>
        {
            let level = if surely && (word != Word::Create || !stops(second)) && !is_prose(third) {
                Level::Low
            } else {
                Level::High
            };
            (stops(third) || matches!(third.kind, Kind::Open | Kind::Dot | Kind::Comma) || level == Level::Low)
                .then_some((level, 2))?
        }
        Word::Drop
            if is_name(first)
                && (second.kind == Kind::Semicolon && third.ends()
                    || surely && matches!(second.kind, Kind::Rest(_))) =>
        {
            (Level::High, 2)
        }
        Word::Insert if first.is(Word::Into) && is_name(second) => match third.kind {
            Kind::Word(Word::Values | Word::Select) => (Level::Low, 3),
            Kind::Open | Kind::Dot => (high_unless_sure, 3),
            _ => return None,
        },
        Word::Delete if first.is(Word::From) && is_name(second) => {
            let goes_on = third.is(Word::Where)
                || matches!(third.kind, Kind::Semicolon | Kind::Rest(_) | Kind::Dot | Kind::OpenText);
            (goes_on || surely && third.ends()).then_some((high_unless_sure, 2))?
        }
        Word::Delete if first.kind == Kind::Name && second.is(Word::From) && is_name(third) => (high_unless_sure, 3),
        Word::Update if is_name(first) => {
            let sets = second.is(Word::Set) && is_name(third) && matches!(fourth.kind, Kind::Compare | Kind::Dot);
            let dotted = second.kind == Kind::Dot && fourth.is(Word::Set);
            (sets || dotted).then_some((if begins == Begins::No { Level::High } else { Level::Low }, 2))?
        }
        Word::Set if first.kind == Kind::Variable && second.kind == Kind::Compare => (high_unless_sure, 2),
        Word::Declare if first.kind == Kind::Variable => (Level::Low, 1),
        Word::Prepare if is_name(first) && second.is(Word::From) => (Level::Low, 2),
        Word::Exec if first.is(Word::Reach) => (Level::Low, 1),
        Word::Exec if is_name(first) && second.kind == Kind::Dot && second.touches && (third.touches || surely) => {
            (high_unless_sure, 2)
        }
        Word::Exec if first.kind == Kind::Open && second.kind == Kind::Variable => (Level::Low, 2),
        Word::Exec if first.kind == Kind::Open && surely => (high_unless_sure, 1),
        Word::Exec if first.kind == Kind::Variable => (Level::Low, 1),
        Word::Exec if is_name(first) && surely && (second.ends() || is_literal(second)) => (Level::High, 1),
        Word::Shutdown if surely && (stops(first) || first.kind == Kind::Name) && chain_like(first) => {
            (high_unless_sure, 1)
        }
        Word::Copy if is_name(first) && second.is(Word::From) && is_literal(third) => (high_unless_sure, 3),
        Word::Backup | Word::Attach if first.is(Word::Database) && !is_prose(third) => (Level::High, 1),
        Word::Handler if surely && is_name(first) && !is_prose(second) => (Level::High, 1),
        Word::Call if surely && is_name(first) && second.kind == Kind::Open => (Level::High, 2),
        Word::Exec if surely && first.is(Word::As) => (Level::High, 1),
        Word::Exec if is_name(first) && second.kind == Kind::Variable => (Level::Low, 2),
        Word::Show | Word::Call if surely && is_name(first) && stops(second) => (Level::High, 1),
        _ => return None,
    };
    Some((Rule::Statement, found.0, found.1))
}

/// Words that mean the same wherever they stand.
fn anywhere(word: Word, next: &[Token; AHEAD], before: Kind, anchored: bool) -> Option<(Rule, Level, usize)> {
    let [first, second, third, ..] = next;
    let found = match word {
        Word::Waitfor if first.is(Word::Delay) => (Rule::Power, Level::Low, 2),
        Word::Waitfor if first.kind == Kind::Name && second.kind == Kind::Text => (Rule::Power, Level::Low, 2),
        Word::Like | Word::In if first.kind == Kind::Open && second.is(Word::Select) => (Rule::Power, Level::Low, 2),
        Word::When if first.kind == Kind::Number && second.kind == Kind::Compare && third.kind == Kind::Number => {
            (Rule::Condition, Level::Low, 3)
        }
        Word::When if first.kind == Kind::Open && second.kind == Kind::Number && third.kind == Kind::Compare => {
            (Rule::Condition, Level::Low, 3)
        }
        Word::Case
            if first.is(Word::When) && (is_literal(second) || matches!(second.kind, Kind::Word(Word::Prefix))) =>
        {
            (Rule::Condition, Level::High, 2)
        }
        Word::Case if is_literal(first) && second.is(Word::When) => (Rule::Condition, Level::High, 2),
        Word::Into if first.is(Word::File) => (Rule::File, Level::Low, 1),
        Word::Load if next[1..4].iter().any(|token| token.is(Word::Infile)) => (Rule::File, Level::Low, 2),
        Word::Procedure if first.is(Word::Reach) && second.kind == Kind::Open => (Rule::Power, Level::Low, 2),
        Word::Wait if first.kind == Kind::Open && before != Kind::Dot => match (second.kind, third.kind) {
            (Kind::Number, _) if anchored => (Rule::Power, Level::Low, 2),
            (Kind::Number, Kind::Comma) => (Rule::Power, Level::Low, 2),
            (Kind::Number, _) => (Rule::Power, Level::High, 2),
            _ => return None,
        },
        Word::Reach if first.kind == Kind::Dot && third.kind == Kind::Open => (Rule::Power, Level::Low, 3),
        Word::Reach if first.kind == Kind::Open && before != Kind::Dot => match second.kind {
            Kind::Number | Kind::Word(Word::Select | Word::Function | Word::Reach) => (Rule::Power, Level::Low, 2),
            _ => (Rule::Power, Level::High, 1),
        },
        Word::Function | Word::Common if first.kind == Kind::Open => match (second.kind, third.kind) {
            (Kind::Word(Word::Probe | Word::Database), Kind::Open) => (Rule::Probe, Level::Low, 2),
            (Kind::Word(Word::Function | Word::Common), Kind::Open) if next[3].is(Word::Probe) => {
                (Rule::Probe, Level::Low, 4)
            }
            (Kind::Open, Kind::Word(Word::Select)) => (Rule::Select, Level::Low, 3),
            (Kind::Number, Kind::Close)
                if matches!(next[3].kind, Kind::Concat | Kind::Compute)
                    && matches!(next[4].kind, Kind::Word(Word::Function | Word::Common)) =>
            {
                (Rule::Obscured, Level::High, 4)
            }
            (Kind::Variable, _) => (Rule::Probe, Level::High, 2),
            (Kind::Word(Word::Constant), Kind::Close) => (Rule::Probe, Level::High, 2),
            _ => return None,
        },
        Word::From if first.is(Word::Catalogue) => {
            (Rule::Probe, if second.kind == Kind::Dot { Level::Low } else { Level::High }, 1)
        }
        _ => return None,
    };
    Some(found)
}

fn is_name(token: &Token) -> bool {
    match token.kind {
        Kind::Name => true,
        Kind::Word(word) => word.is_name_alone(),
        _ => false,
    }
}

fn is_literal(token: &Token) -> bool {
    matches!(token.kind, Kind::Text | Kind::OpenText | Kind::Number | Kind::Variable)
}

/// Whether the part is a word where a statement has none: prose goes on with it.
fn is_prose(token: &Token) -> bool {
    token.kind == Kind::Name || matches!(token.kind, Kind::Word(word) if word.is_name_alone())
}

/// A statement of one word is taken for one only where it ends.
fn chain_like(token: &Token) -> bool {
    token.ends() || token.kind == Kind::Semicolon
}

//! Which statements of an Or are to be asked: managed rules have hundreds of them, of which a request brings up one or two.

use std::collections::BTreeSet;

use super::Memo;
use crate::statement::{And, Or, Statement};

/// What the statements of an Or need.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// the slots that any of them looks at
    slots: Vec<usize>,
    /// the statements that are asked whatever is known
    always: Vec<u32>,
    /// the statements that ask one of some questions before they do anything else, by question
    needs: Vec<(u32, u32)>,
    /// the questions among `needs`, as bits
    words: Vec<Word>,
}

/// Sixty-four questions.
#[derive(Clone, Debug)]
struct Word {
    number: usize,
    /// those of them that are needed
    bits: u64,
    /// where they begin in `needs`
    start: usize,
}

/// The statements of an Or that are to be asked, in their order.
pub(crate) struct Chosen {
    list: [u32; MOST],
    len: usize,
}

/// More statements than that are asked one by one.
const MOST: usize = 48;

impl Chosen {
    fn add(&mut self, statement: u32) -> Option<()> {
        *self.list.get_mut(self.len)? = statement;
        self.len += 1;
        Some(())
    }

    /// Their places among the statements.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.list[..self.len].iter().map(|own| *own as usize)
    }
}

impl Choice {
    /// Gives every Or within a statement what it needs. The statement's subjects have their places.
    pub fn note(statement: &mut Statement) {
        match statement {
            Statement::And(And(inner)) => inner.iter_mut().for_each(Choice::note),
            Statement::Not(own) => Choice::note(&mut own.0),
            Statement::Or(Or { statements, choice }) => {
                statements.iter_mut().for_each(Choice::note);
                *choice = Some(Choice::of(statements));
            }
            _ => {}
        }
    }

    fn of(statements: &mut [Statement]) -> Choice {
        let mut slots = BTreeSet::new();
        for own in statements.iter_mut() {
            own.visit(&mut |subject, _| slots.extend(subject.place.map(|place| place.slot)));
        }
        let (mut always, mut needs) = (Vec::new(), Vec::new());
        for (at, own) in (0..).zip(statements.iter()) {
            let mut questions = BTreeSet::new();
            if first_questions(own, &mut questions) {
                needs.extend(questions.into_iter().map(|question| (question, at)));
            } else {
                always.push(at);
            }
        }
        needs.sort_unstable();
        let words = words(&needs);
        Choice { slots: slots.into_iter().collect(), always, needs, words }
    }

    /// The statements that may hold or leave a trace. None if that is not known, because something else is to be noted of what they
    /// look at, or if they are many.
    pub fn chosen(&self, memo: &Memo) -> Option<Chosen> {
        if !self.slots.iter().all(|slot| memo.is_whole(*slot)) {
            return None;
        }
        let mut chosen = Chosen { list: [0; MOST], len: 0 };
        for own in &self.always {
            chosen.add(*own)?;
        }
        for word in &self.words {
            let open = memo.open_questions(word.number) & word.bits;
            if open == 0 {
                continue;
            }
            let needs = self.needs[word.start..].iter().take_while(|own| own.0 as usize / 64 == word.number);
            for (_, statement) in needs.filter(|own| open & 1 << (own.0 % 64) != 0) {
                chosen.add(*statement)?;
            }
        }
        chosen.list[..chosen.len].sort_unstable();
        // A statement that is asked twice would leave its trace twice.
        let mut kept = 0;
        for at in 0..chosen.len {
            if at == 0 || chosen.list[at] != chosen.list[at - 1] {
                chosen.list[kept] = chosen.list[at];
                kept += 1;
            }
        }
        chosen.len = kept;
        Some(chosen)
    }
}

/// The questions of which a statement asks one before it does anything else, and nothing more if none is answered with yes. False if
/// it does not begin with such.
///
/// An And whose first statement holds leaves a trace, whatever the others say: what matched is part of the reason if another statement
/// of the Or holds. So it is left out by its first statement alone.
fn first_questions(statement: &Statement, questions: &mut BTreeSet<u32>) -> bool {
    match statement {
        Statement::And(And(inner)) => return inner.first().is_some_and(|own| first_questions(own, questions)),
        Statement::Or(own) => return own.statements.iter().all(|own| first_questions(own, questions)),
        _ => {}
    }
    let Some(place) = statement.subject().and_then(|subject| subject.place) else { return false };
    questions.insert(place.question as u32);
    true
}

/// The questions of some needs, which are in their order.
fn words(needs: &[(u32, u32)]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (at, (question, _)) in needs.iter().enumerate() {
        let (number, bit) = (*question as usize / 64, 1 << (question % 64));
        match words.last_mut().filter(|word| word.number == number) {
            Some(word) => word.bits |= bit,
            None => words.push(Word { number, bits: bit, start: at }),
        }
    }
    words
}

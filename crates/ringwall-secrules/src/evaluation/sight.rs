//! What of the request's values rules may find at all: which texts there are, and what is in them.

use ringwall_search::{ByteSet, Item, TextId, Texts};

use super::state::State;
use crate::collection::{COUNT, Collection};
use crate::plan::{Look, Plan, searched};
use crate::transformation::Transformation;

/// Memory for another request.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    texts: Texts<'static>,
    columns: Vec<Column>,
    groups: Vec<Seen>,
}

/// The values of a variable as they are.
#[derive(Debug, Default)]
struct Column {
    texts: Vec<TextId>,
    /// the bytes of each
    present: Vec<ByteSet>,
    /// the bytes of all
    bytes: ByteSet,
    has_empty: bool,
    items: Items,
}

/// What is in the values of a group.
#[derive(Debug, Default)]
struct Seen {
    /// how many of them were looked at
    count: usize,
    /// what those may have that transformations change
    items: Items,
}

/// Items, as bits.
#[derive(Debug, Default)]
struct Items(Vec<u64>);

impl Items {
    fn add(&mut self, items: &[Item]) {
        for item in items {
            let word = item.index() / 64;
            if self.0.len() <= word {
                self.0.resize(word + 1, 0);
            }
            self.0[word] |= 1 << (item.index() % 64);
        }
    }

    fn has(&self, item: Item) -> bool {
        self.0.get(item.index() / 64).is_some_and(|word| word >> (item.index() % 64) & 1 == 1)
    }
}

pub(crate) struct Sight<'p> {
    plan: &'p Plan,
    texts: Texts<'p>,
    columns: Vec<Column>,
    groups: Vec<Seen>,
}

impl<'p> Sight<'p> {
    pub(crate) fn new(plan: &'p Plan, kept: Kept) -> Sight<'p> {
        let Kept { texts, mut columns, mut groups } = kept;
        columns.iter_mut().for_each(Column::clear);
        columns.resize_with(COUNT, Column::default);
        groups.iter_mut().for_each(Seen::clear);
        groups.resize_with(plan.groups.len(), Seen::default);
        Sight { plan, texts: texts.recycled(), columns, groups }
    }

    /// What is kept for another request.
    pub(crate) fn keep(self) -> Kept {
        Kept { texts: self.texts.recycled(), columns: self.columns, groups: self.groups }
    }

    /// Forgets the values of a variable, which are others now.
    pub(crate) fn forget(&mut self, collection: Collection) {
        self.columns[collection as usize].clear();
        for (group, seen) in self.plan.groups.iter().zip(&mut self.groups) {
            if group.collection == collection {
                seen.clear();
            }
        }
    }

    /// Whether any value may match that a target names.
    pub(crate) fn may_match(&mut self, look: Look, state: &State<'p>) -> bool {
        let Look::Item { group, item } = look else { return true };
        self.see(group, state);
        let collection = self.plan.groups[group].collection;
        self.columns[collection as usize].items.has(item) || self.groups[group].items.has(item)
    }

    /// Whether a value may match after transformations.
    pub(crate) fn may_text_match(
        &mut self,
        look: Look,
        collection: Collection,
        index: usize,
        chain: &[Transformation],
        state: &State<'p>,
    ) -> bool {
        let Look::Item { item, .. } = look else { return true };
        let searched = searched(chain);
        if searched.len() < chain.len() && self.plan.lettered.contains(&item) {
            return true;
        }
        let text = self.text(collection, index, searched, state);
        self.texts.items(text, &self.plan.searcher).contains(&item)
    }

    /// Looks at the values of a group that were not looked at: those that transformations may change.
    fn see(&mut self, group: usize, state: &State<'p>) {
        let plan = self.plan;
        let own = &plan.groups[group];
        let count = state.count(own.collection);
        if self.groups[group].count == count {
            return;
        }
        self.load(own.collection, count, state);
        let (changes, keeps_empty) = (own.changes(), own.keeps_empty());
        let from = std::mem::replace(&mut self.groups[group].count, count);
        let column = &self.columns[own.collection as usize];
        if !changes.meets(column.bytes) && (keeps_empty || !column.has_empty) {
            return;
        }
        for index in from..count {
            let column = &self.columns[own.collection as usize];
            let (text, present) = (column.texts[index], column.present[index]);
            let may_change = if present.is_empty() { !keeps_empty } else { changes.meets(present) };
            if !may_change {
                continue;
            }
            let first = if own.each_step { 1 } else { own.transformations.len() };
            for steps in first..=own.transformations.len() {
                let chain = &own.transformations[..steps];
                let searched = searched(chain);
                if searched.len() < chain.len() {
                    self.groups[group].items.add(&plan.lettered);
                }
                let made = self.texts.transformed(text, searched);
                if made != text {
                    self.groups[group].items.add(self.texts.items(made, &plan.searcher));
                }
            }
        }
    }

    /// Takes note of a variable's values as they are.
    fn load(&mut self, collection: Collection, count: usize, state: &State<'p>) {
        let column = &mut self.columns[collection as usize];
        for index in column.texts.len()..count {
            let text = self.texts.add(state.entry(collection, index).value);
            let present = self.texts.present(text);
            column.texts.push(text);
            column.present.push(present);
            column.bytes = column.bytes.union(present);
            column.has_empty |= present.is_empty();
            column.items.add(self.texts.items(text, &self.plan.searcher));
        }
    }

    /// The text of a value after transformations.
    pub(crate) fn text(
        &mut self,
        collection: Collection,
        index: usize,
        chain: &[Transformation],
        state: &State<'p>,
    ) -> TextId {
        self.load(collection, state.count(collection), state);
        let id = self.columns[collection as usize].texts[index];
        self.texts.transformed(id, chain)
    }

    pub(crate) fn bytes(&self, text: TextId) -> &[u8] {
        self.texts.bytes(text)
    }
}

impl Column {
    fn clear(&mut self) {
        self.texts.clear();
        self.present.clear();
        self.bytes = ByteSet::EMPTY;
        self.has_empty = false;
        self.items.0.clear();
    }
}

impl Seen {
    fn clear(&mut self) {
        self.count = 0;
        self.items.0.clear();
    }
}

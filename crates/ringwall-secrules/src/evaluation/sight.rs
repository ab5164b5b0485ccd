//! What of the request's values rules may find at all: which texts there are, and what is in them.

use ringwall_search::{Item, TextId, Texts};

use super::state::State;
use crate::collection::Collection;
use crate::plan::{Look, Plan};
use crate::transformation::Transformation;

/// Memory for another request.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    texts: Texts<'static>,
    ids: Vec<Vec<TextId>>,
    groups: Vec<Seen>,
}

/// What is in the values of a group.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// how many of them were looked at
    count: usize,
    /// the text of each, after the group's transformations
    texts: Vec<TextId>,
    /// the items that any of them may have
    items: Vec<u64>,
}

impl Seen {
    fn clear(&mut self) {
        self.count = 0;
        self.texts.clear();
        self.items.fill(0);
    }

    fn has(&self, item: Item) -> bool {
        self.items.get(item.index() / 64).is_some_and(|word| word >> (item.index() % 64) & 1 == 1)
    }
}

pub(crate) struct Sight<'p> {
    plan: &'p Plan,
    texts: Texts<'p>,
    /// the texts of each variable's values
    ids: Vec<Vec<TextId>>,
    groups: Vec<Seen>,
}

impl<'p> Sight<'p> {
    pub(crate) fn new(plan: &'p Plan, kept: Kept) -> Sight<'p> {
        let Kept { texts, mut ids, mut groups } = kept;
        ids.iter_mut().for_each(Vec::clear);
        ids.resize(crate::collection::COUNT, Vec::new());
        groups.iter_mut().for_each(Seen::clear);
        groups.resize_with(plan.groups.len(), Seen::default);
        Sight { plan, texts: texts.recycled(), ids, groups }
    }

    /// What is kept for another request.
    pub(crate) fn keep(self) -> Kept {
        Kept { texts: self.texts.recycled(), ids: self.ids, groups: self.groups }
    }

    /// Forgets the values of a variable, which are others now.
    pub(crate) fn forget(&mut self, collection: Collection) {
        self.ids[collection as usize].clear();
        for (group, seen) in self.plan.groups.iter().zip(&mut self.groups) {
            if group.collection == collection {
                seen.clear();
            }
        }
    }

    /// Whether any value may match that a target names.
    pub(crate) fn may_match(&mut self, rule: usize, link: usize, target: usize, state: &State<'p>) -> bool {
        match self.plan.look(rule, link, target) {
            Look::Ask => true,
            Look::Item { group, item } => {
                self.see(group, state);
                self.groups[group].has(item)
            }
        }
    }

    /// Whether one of them may.
    pub(crate) fn may_one_match(
        &mut self,
        rule: usize,
        link: usize,
        target: usize,
        index: usize,
        state: &State<'p>,
    ) -> bool {
        match self.plan.look(rule, link, target) {
            Look::Ask => true,
            Look::Item { group, item } => {
                self.see(group, state);
                let text = self.groups[group].texts[index];
                self.texts.items(text, &self.plan.searcher).contains(&item)
            }
        }
    }

    /// Looks at the values of a group that were not looked at.
    fn see(&mut self, group: usize, state: &State<'p>) {
        let plan = self.plan;
        let own = &plan.groups[group];
        let count = state.count(own.collection);
        if self.groups[group].count == count {
            return;
        }
        self.groups[group].items.resize(plan.searcher.len().div_ceil(64), 0);
        for index in self.groups[group].count..count {
            let text = self.text(own.collection, index, &own.transformations, state);
            let seen = &mut self.groups[group];
            for item in self.texts.items(text, &plan.searcher) {
                seen.items[item.index() / 64] |= 1 << (item.index() % 64);
            }
            seen.texts.push(text);
        }
        self.groups[group].count = count;
    }

    /// The text of a value after transformations.
    pub(crate) fn text(
        &mut self,
        collection: Collection,
        index: usize,
        chain: &[Transformation],
        state: &State<'p>,
    ) -> TextId {
        let ids = &mut self.ids[collection as usize];
        while ids.len() <= index {
            let entry = state.entry(collection, ids.len());
            ids.push(self.texts.add(entry.value));
        }
        let id = ids[index];
        self.texts.transformed(id, chain)
    }

    pub(crate) fn bytes(&self, text: TextId) -> &[u8] {
        self.texts.bytes(text)
    }
}

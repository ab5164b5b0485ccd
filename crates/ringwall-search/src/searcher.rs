//! One automaton for all strings that any rule needs.

use std::collections::BTreeMap;

use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};

use crate::{ByteSet, Needed};

/// Something that texts are searched for: rules that need the same have the same item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item(u32);

impl Item {
    /// Its place: items are counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How much memory the faster and larger of two automata may take, as it is estimated, in bytes.
const LARGEST_DFA: usize = 16 << 20;

/// What is to be searched for, as it is collected.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    items: BTreeMap<Needed, Item>,
}

impl Wanted {
    /// Nothing yet.
    pub fn new() -> Wanted {
        Wanted::default()
    }

    /// Adds what a rule needs. What is there already is the same item.
    pub fn add(&mut self, needed: Needed) -> Item {
        let next = Item(self.items.len() as u32);
        *self.items.entry(needed).or_insert(next)
    }

    /// Makes an automaton of it.
    ///
    /// # Errors
    /// If it has more states than can be counted: what the library says.
    pub fn searcher(self) -> Result<Searcher, String> {
        let mut owners: BTreeMap<Vec<u8>, Vec<Item>> = BTreeMap::new();
        let mut searcher = Searcher { len: self.items.len(), ..Searcher::default() };
        for (needed, item) in self.items {
            match needed {
                Needed::OneOf(strings) => strings.into_iter().for_each(|own| owners.entry(own).or_default().push(item)),
                Needed::Byte(bytes) => searcher.classes.push((bytes, item)),
                Needed::Nothing => searcher.always = Some(item),
            }
        }
        let (strings, owners): (Vec<Vec<u8>>, Vec<Vec<Item>>) = owners.into_iter().unzip();
        for own in owners {
            let start = searcher.owners.len() as u32;
            searcher.owners.extend(own);
            searcher.owned.push(start..searcher.owners.len() as u32);
        }
        let starts = strings.iter().filter_map(|own| own.first());
        searcher.starts = starts.fold(ByteSet::EMPTY, |set, own| set.with(*own).with(own.to_ascii_uppercase()));
        searcher.automaton = Some(AnyAutomaton::new(&strings)?).filter(|_| !strings.is_empty());
        Ok(searcher)
    }
}

/// The automaton.
#[derive(Clone, Debug, Default)]
pub struct Searcher {
    automaton: Option<AnyAutomaton>,
    /// the bytes that strings begin with
    starts: ByteSet,
    /// for each string where its items are in `owners`
    owned: Vec<std::ops::Range<u32>>,
    owners: Vec<Item>,
    /// items that need a byte
    classes: Vec<(ByteSet, Item)>,
    /// the item that needs nothing
    always: Option<Item>,
    len: usize,
}

#[derive(Clone, Debug)]
enum AnyAutomaton {
    Dfa(DFA),
    Nfa(NFA),
}

impl AnyAutomaton {
    fn new(strings: &[Vec<u8>]) -> Result<AnyAutomaton, String> {
        let built = if size_of_dfa(strings) <= LARGEST_DFA {
            let mut builder = DFA::builder();
            let builder = builder.match_kind(MatchKind::Standard).ascii_case_insensitive(true).prefilter(false);
            builder.start_kind(aho_corasick::StartKind::Unanchored).build(strings).map(AnyAutomaton::Dfa)
        } else {
            let mut builder = NFA::builder();
            let builder = builder.match_kind(MatchKind::Standard).ascii_case_insensitive(true).prefilter(false);
            builder.build(strings).map(AnyAutomaton::Nfa)
        };
        built.map_err(|error| error.to_string())
    }
}

/// At most so many bytes: a state for each byte of a string, and in it a number for each byte that strings have, in both cases.
fn size_of_dfa(strings: &[Vec<u8>]) -> usize {
    let bytes = strings.iter().flatten();
    let distinct = bytes.fold(ByteSet::EMPTY, |set, byte| set.with(*byte).with(byte.to_ascii_uppercase())).len();
    let states = strings.iter().map(Vec::len).sum::<usize>();
    states.saturating_mul(size_of::<u32>() * (distinct as usize + 1).next_power_of_two())
}

impl Searcher {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many bytes of memory the automaton takes.
    pub fn memory(&self) -> usize {
        match &self.automaton {
            None => 0,
            Some(AnyAutomaton::Dfa(own)) => own.memory_usage(),
            Some(AnyAutomaton::Nfa(own)) => own.memory_usage(),
        }
    }

    /// Searches a text, of which it is known which bytes it has, and adds to the hits every item that it may have.
    pub fn scan(&self, text: &[u8], present: ByteSet, hits: &mut Hits) {
        hits.fit(self.len);
        self.always.into_iter().for_each(|item| hits.add(item));
        for (bytes, item) in &self.classes {
            if bytes.meets(present) {
                hits.add(*item);
            }
        }
        if !self.starts.meets(present) {
            return;
        }
        match &self.automaton {
            None => {}
            Some(AnyAutomaton::Dfa(own)) => self.run(own, text, hits),
            Some(AnyAutomaton::Nfa(own)) => self.run(own, text, hits),
        }
    }

    fn run(&self, automaton: &impl Automaton, text: &[u8], hits: &mut Hits) {
        // The start is not anchored, which every automaton here has been built for.
        let Ok(mut state) = automaton.start_state(Anchored::No) else { return };
        for byte in text {
            state = automaton.next_state(Anchored::No, state, *byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                // The longest string that ends here says which others do: they are its ends.
                if !hits.is_new(automaton.match_pattern(state, 0).as_usize()) {
                    continue;
                }
                for at in 0..automaton.match_len(state) {
                    let owned = &self.owned[automaton.match_pattern(state, at).as_usize()];
                    self.owners[owned.start as usize..owned.end as usize].iter().for_each(|item| hits.add(*item));
                }
            }
        }
    }
}

/// Which items texts have. It keeps its memory when it is cleared.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    list: Vec<Item>,
    bits: Vec<u64>,
    /// the strings that were found, and as bits
    strings: Vec<u32>,
    string_bits: Vec<u64>,
}

impl Hits {
    /// None.
    pub fn new() -> Hits {
        Hits::default()
    }

    fn fit(&mut self, len: usize) {
        if self.bits.len() * 64 < len {
            self.bits.resize(len.div_ceil(64), 0);
        }
    }

    /// Whether a string has not been found before.
    fn is_new(&mut self, string: usize) -> bool {
        if self.string_bits.len() <= string / 64 {
            self.string_bits.resize(string / 64 + 1, 0);
        }
        let (word, bit) = (&mut self.string_bits[string / 64], 1 << (string % 64));
        let is_new = *word & bit == 0;
        if is_new {
            *word |= bit;
            self.strings.push(string as u32);
        }
        is_new
    }

    /// Adds an item that one of a searcher's texts has.
    fn add(&mut self, item: Item) {
        let (word, bit) = (&mut self.bits[item.index() / 64], 1 << (item.index() % 64));
        if *word & bit == 0 {
            *word |= bit;
            self.list.push(item);
        }
    }

    /// Whether an item is among them.
    pub fn has(&self, item: Item) -> bool {
        self.bits.get(item.index() / 64).is_some_and(|word| word & 1 << (item.index() % 64) != 0)
    }

    /// All of them, in no certain order.
    pub fn items(&self) -> &[Item] {
        &self.list
    }

    /// Forgets them: in time proportional to how many they are.
    pub fn clear(&mut self) {
        for item in self.list.drain(..) {
            self.bits[item.index() / 64] = 0;
        }
        for string in self.strings.drain(..) {
            self.string_bits[string as usize / 64] = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(searcher: &Searcher, text: &[u8]) -> Vec<usize> {
        let mut hits = Hits::new();
        searcher.scan(text, ByteSet::in_text(text), &mut hits);
        let mut items: Vec<usize> = hits.items().iter().map(|item| item.index()).collect();
        items.sort_unstable();
        items
    }

    fn wanted(strings: &[&[u8]]) -> Wanted {
        let mut wanted = Wanted::new();
        for own in strings {
            wanted.add(Needed::one_of([*own]));
        }
        wanted
    }

    #[test]
    fn strings_are_found_wherever_they_are_and_within_each_other() {
        let searcher = wanted(&[b"she", b"he", b"Hers", b"x"]).searcher().unwrap();
        assert_eq!(hits(&searcher, b"uSHErs"), [0, 1, 2]);
        assert_eq!(hits(&searcher, b"the X"), [1, 3]);
        assert_eq!(hits(&searcher, b"hi"), [0; 0]);
        assert_eq!(hits(&searcher, b""), [0; 0]);
    }

    #[test]
    fn equal_needs_are_one_item_and_one_string_may_belong_to_several() {
        let mut wanted = Wanted::new();
        let one = wanted.add(Needed::one_of([b"ab".as_slice()]));
        let two = wanted.add(Needed::one_of([b"ab".as_slice(), b"cd"]));
        let always = wanted.add(Needed::Nothing);
        let never = wanted.add(Needed::OneOf([].into()));
        assert_eq!(wanted.add(Needed::one_of([b"AB".as_slice()])), one);
        let searcher = wanted.searcher().unwrap();
        assert_eq!(hits(&searcher, b"ab"), [one.index(), two.index(), always.index()]);
        assert_eq!(hits(&searcher, b"cd"), [two.index(), always.index()]);
        assert!(!hits(&searcher, b"abcd").contains(&never.index()));
    }

    #[test]
    fn both_automata_find_the_same() {
        let mut random = fastrand::Rng::with_seed(9);
        let mut word = |least| (0..random.usize(least..6)).map(|_| random.u8(b'a'..=b'd')).collect::<Vec<u8>>();
        let few: Vec<Vec<u8>> = (0..40).map(|_| word(2)).collect();
        let texts: Vec<Vec<u8>> = (0..200).map(|_| (0..4).flat_map(|_| word(0)).collect()).collect();
        let few: Vec<&[u8]> = few.iter().map(Vec::as_slice).collect();

        let (mut small, mut large) = (wanted(&few), wanted(&few));
        small.add(Needed::Byte(ByteSet::of(b"#")));
        let many: Vec<Vec<u8>> = (0..16_000).map(|own| format!("#{own:020}").into_bytes()).collect();
        for own in &many {
            large.add(Needed::one_of([own.as_slice()]));
        }
        let (small, large) = (small.searcher().unwrap(), large.searcher().unwrap());
        assert!(
            matches!(small.automaton, Some(AnyAutomaton::Dfa(_)))
                && matches!(large.automaton, Some(AnyAutomaton::Nfa(_)))
        );
        let mut found = 0;
        for text in &texts {
            assert_eq!(hits(&small, text), hits(&large, text), "{text:?}");
            let by_hand: std::collections::BTreeSet<&[u8]> = few.iter().copied().collect();
            let by_hand = by_hand.iter().filter(|own| text.windows(own.len()).any(|part| part == **own));
            assert_eq!(hits(&small, text).len(), by_hand.count());
            found += hits(&small, text).len();
        }
        assert!(found > 200, "{found}");
    }

    #[test]
    fn hits_are_forgotten() {
        let searcher = wanted(&[b"ab", b"cd"]).searcher().unwrap();
        let mut kept = Hits::new();
        searcher.scan(b"ab", ByteSet::in_text(b"ab"), &mut kept);
        let item = kept.items()[0];
        assert!(kept.has(item));
        kept.clear();
        assert!(!kept.has(item) && kept.items().is_empty());
    }
}

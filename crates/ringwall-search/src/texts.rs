//! The texts of one request: its values, and what transformations make of them, each made once.
//!
//! A transformation of a text is another text; one that changes nothing is the same text, without copying. Chains that begin
//! alike, or that differ in what changes nothing, therefore meet in the same texts, and what is found in a text is found once.

use std::ops::Range;

use crate::{ByteSet, Hits, Item, Searcher};

/// Something that makes another text of a text.
pub trait Transform: Copy {
    /// How many there are.
    const COUNT: usize;

    /// Its number, less than [`Transform::COUNT`].
    fn index(self) -> usize;

    /// The bytes without all of which a text stays as it is; [`ByteSet::ALL`] if any text but the empty one may change.
    fn changes(self) -> ByteSet;

    /// Whether the empty text stays empty.
    fn keeps_empty(self) -> bool {
        true
    }

    /// Makes the text: what is new is written to the output, which is empty before.
    fn apply(self, text: &[u8], output: &mut Vec<u8>) -> Made;
}

/// What a transformation made of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// nothing: the text stays as it is
    Same,
    /// a part of the text
    Part(Range<usize>),
    /// what was written
    Written,
}

/// A text among those of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(u32);

impl TextId {
    /// Its place: texts are counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where the bytes of a text are.
#[derive(Clone, Copy, Debug)]
enum Place<'r> {
    /// in the request
    Given(&'r [u8]),
    /// here
    Kept { start: usize, end: usize },
}

#[derive(Clone, Copy, Debug)]
struct Text<'r> {
    place: Place<'r>,
    /// the bytes that it has, once that was asked
    present: Option<ByteSet>,
    /// where in `rows` the texts are that were made of it
    row: Option<u32>,
    /// where in `items` is what it has, once that was asked
    items: Option<(u32, u32)>,
}

/// No text.
const NONE: u32 = u32::MAX;
/// How much memory is kept from one request to the next, in bytes.
const KEPT: usize = 8 << 20;

/// The texts of a request.
///
/// Memory is kept from one request to the next: see [`Texts::recycled`].
#[derive(Debug, Default)]
pub struct Texts<'r> {
    texts: Vec<Text<'r>>,
    /// the bytes of texts that are not in the request
    arena: Vec<u8>,
    /// for each text that was transformed what each transformation made of it
    rows: Vec<u32>,
    items: Vec<Item>,
    hits: Hits,
    /// what a transformation is writing
    output: Vec<u8>,
}

impl<'r> Texts<'r> {
    /// No texts.
    pub fn new() -> Texts<'r> {
        Texts::default()
    }

    /// An empty one for another request, with the memory of this one.
    pub fn recycled<'n>(mut self) -> Texts<'n> {
        let too_much = |held: usize| held > KEPT;
        if too_much(self.arena.capacity()) {
            self.arena = Vec::new();
        }
        if too_much(self.output.capacity()) {
            self.output = Vec::new();
        }
        self.arena.clear();
        self.rows.clear();
        self.items.clear();
        self.hits.clear();
        Texts {
            texts: recycle(self.texts),
            arena: self.arena,
            rows: self.rows,
            items: self.items,
            hits: self.hits,
            output: self.output,
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Adds a text of the request.
    pub fn add(&mut self, bytes: &'r [u8]) -> TextId {
        self.push(Place::Given(bytes))
    }

    /// Adds a text that is written here. What is written is appended to the given bytes, which are not to be shortened.
    pub fn write(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> TextId {
        let start = self.arena.len();
        write(&mut self.arena);
        let end = self.arena.len().max(start);
        self.push(Place::Kept { start, end })
    }

    /// Adds a part of a text.
    ///
    /// # Panics
    /// If there is no such part.
    pub fn part(&mut self, of: TextId, range: Range<usize>) -> TextId {
        let place = match self.texts[of.0 as usize].place {
            Place::Given(bytes) => Place::Given(&bytes[range]),
            Place::Kept { start, end } => {
                assert!(range.start <= range.end && range.end <= end - start, "a part of the text");
                Place::Kept { start: start + range.start, end: start + range.end }
            }
        };
        self.push(place)
    }

    fn push(&mut self, place: Place<'r>) -> TextId {
        self.texts.push(Text { place, present: None, row: None, items: None });
        TextId(self.texts.len() as u32 - 1)
    }

    /// The bytes of a text.
    pub fn bytes(&self, text: TextId) -> &[u8] {
        at(&self.texts[text.0 as usize].place, &self.arena)
    }

    /// Which bytes a text has.
    pub fn present(&mut self, text: TextId) -> ByteSet {
        if let Some(known) = self.texts[text.0 as usize].present {
            return known;
        }
        let present = ByteSet::in_text(self.bytes(text));
        self.texts[text.0 as usize].present = Some(present);
        present
    }

    /// The same, if it was asked before; every byte otherwise.
    pub fn known_present(&self, text: TextId) -> ByteSet {
        self.texts[text.0 as usize].present.unwrap_or(ByteSet::ALL)
    }

    /// What a chain of transformations makes of a text.
    pub fn transformed<T: Transform>(&mut self, text: TextId, chain: &[T]) -> TextId {
        chain.iter().fold(text, |text, step| self.step(text, *step))
    }

    fn step<T: Transform>(&mut self, text: TextId, step: T) -> TextId {
        let is_empty = self.bytes(text).is_empty();
        if is_empty && step.keeps_empty() || !is_empty && !step.changes().meets(self.present(text)) {
            return text;
        }
        let row = self.texts[text.0 as usize].row.unwrap_or_else(|| {
            let row = self.rows.len() as u32;
            self.rows.resize(self.rows.len() + T::COUNT, NONE);
            self.texts[text.0 as usize].row = Some(row);
            row
        });
        let known = row as usize + step.index();
        if self.rows[known] == NONE {
            self.rows[known] = self.make(text, step).0;
        }
        TextId(self.rows[known])
    }

    fn make<T: Transform>(&mut self, text: TextId, step: T) -> TextId {
        self.output.clear();
        let bytes = at(&self.texts[text.0 as usize].place, &self.arena);
        match step.apply(bytes, &mut self.output) {
            Made::Same => text,
            Made::Part(range) if range.len() == bytes.len() => text,
            Made::Part(range) => self.part(text, range),
            Made::Written => {
                let start = self.arena.len();
                self.arena.extend_from_slice(&self.output);
                self.push(Place::Kept { start, end: self.arena.len() })
            }
        }
    }

    /// Which items of a searcher a text may have, in their order. It must be the same searcher for all texts.
    pub fn items(&mut self, text: TextId, searcher: &Searcher) -> &[Item] {
        let (start, end) = self.texts[text.0 as usize].items.unwrap_or_else(|| {
            let present = self.present(text);
            let bytes = at(&self.texts[text.0 as usize].place, &self.arena);
            searcher.scan(bytes, present, &mut self.hits);
            let start = self.items.len() as u32;
            self.items.extend_from_slice(self.hits.items());
            self.items[start as usize..].sort_unstable();
            self.hits.clear();
            let range = (start, self.items.len() as u32);
            self.texts[text.0 as usize].items = Some(range);
            range
        });
        &self.items[start as usize..end as usize]
    }
}

impl Texts<'_> {
    /// Whether a text may have an item, if it was asked [for its items](Texts::items) before.
    pub fn has(&self, text: TextId, item: Item) -> bool {
        let known = self.texts[text.0 as usize].items;
        known.is_some_and(|(start, end)| self.items[start as usize..end as usize].binary_search(&item).is_ok())
    }
}

fn at<'t>(place: &Place<'t>, arena: &'t [u8]) -> &'t [u8] {
    match place {
        Place::Given(bytes) => bytes,
        Place::Kept { start, end } => &arena[*start..*end],
    }
}

/// The memory of a list, for texts of another request. The standard library collects in place what has the same size.
fn recycle<'n>(mut texts: Vec<Text>) -> Vec<Text<'n>> {
    texts.clear();
    let nothing = |_: Text| Text { place: Place::Given(&[]), present: None, row: None, items: None };
    texts.into_iter().map(nothing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Needed, Wanted};

    /// `Lower`, `Spaces`: without blanks at both ends, `Digest`: the length as a byte.
    #[derive(Clone, Copy)]
    enum Own {
        Lower,
        Spaces,
        Digest,
    }

    impl Transform for Own {
        const COUNT: usize = 3;

        fn index(self) -> usize {
            self as usize
        }

        fn changes(self) -> ByteSet {
            match self {
                Own::Lower => ByteSet::UPPER,
                Own::Spaces => ByteSet::of(b" "),
                Own::Digest => ByteSet::ALL,
            }
        }

        fn keeps_empty(self) -> bool {
            !matches!(self, Own::Digest)
        }

        fn apply(self, text: &[u8], output: &mut Vec<u8>) -> Made {
            match self {
                Own::Lower => output.extend(text.iter().map(u8::to_ascii_lowercase)),
                Own::Spaces => {
                    let start = text.iter().take_while(|byte| **byte == b' ').count();
                    return Made::Part(start..start + text.trim_ascii().len());
                }
                Own::Digest => output.push(text.len() as u8),
            }
            Made::Written
        }
    }

    #[test]
    fn what_changes_nothing_is_the_same_text() {
        let mut texts = Texts::new();
        let [plain, loud, wide] = [b"abc".as_slice(), b"aBc", b" A b "].map(|own| texts.add(own));
        assert_eq!(texts.transformed(plain, &[Own::Lower, Own::Spaces]), plain);
        let made = texts.transformed(loud, &[Own::Spaces, Own::Lower]);
        assert_eq!(texts.transformed(loud, &[Own::Lower]), made);
        assert_eq!(texts.bytes(made), b"abc");
        let made = texts.transformed(wide, &[Own::Lower, Own::Spaces]);
        assert_eq!(texts.bytes(made), b"a b");
        assert_eq!(texts.len(), 6, "three, their lower cases but one, and a part");
    }

    #[test]
    fn chains_that_begin_alike_meet() {
        let mut texts = Texts::new();
        let text = texts.add(b" A ");
        let one = texts.transformed(text, &[Own::Lower, Own::Spaces, Own::Digest]);
        let count = texts.len();
        assert_eq!(texts.transformed(text, &[Own::Lower, Own::Spaces, Own::Digest]), one);
        assert_eq!(texts.len(), count);
        let empty = texts.add(b"");
        let digest = texts.transformed(empty, &[Own::Lower, Own::Digest]);
        assert_eq!(texts.bytes(digest), [0]);
    }

    #[test]
    fn a_text_is_searched_once() {
        let mut wanted = Wanted::new();
        let item = wanted.add(Needed::one_of([b"abc".as_slice()]));
        let searcher = wanted.searcher().unwrap();
        let mut texts = Texts::new();
        let (with, without) = (texts.add(b"xABCx"), texts.add(b"ab"));
        assert_eq!(texts.items(with, &searcher), [item]);
        assert_eq!(texts.items(without, &searcher), []);
        assert_eq!(texts.items(with, &Searcher::default()), [item], "as was known already");
    }

    #[test]
    fn memory_is_kept_and_nothing_else() {
        let mut texts = Texts::new();
        for round in 0..3 {
            let given = vec![b'A'; 1000 + round];
            let mut own: Texts = texts.recycled();
            assert!(own.is_empty());
            let text = own.add(&given);
            let written = own.write(|output| output.extend_from_slice(b" x"));
            assert_eq!(own.bytes(written), b" x");
            let part = own.part(written, 1..2);
            assert_eq!(own.bytes(part), b"x");
            let made = own.transformed(text, &[Own::Lower]);
            assert_eq!(own.bytes(made).len(), 1000 + round);
            let held = own.texts.as_ptr() as usize;
            texts = own.recycled();
            assert_eq!(texts.texts.as_ptr() as usize, held, "the list stays where it is");
            assert!(texts.arena.capacity() >= 1000);
        }
    }
}

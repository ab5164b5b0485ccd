//! Searching for many things in many texts at once: what compiled rules of any language share.
//!
//! A rule looks at values of a request, after transformations, and searches them for something. Most rules find nothing in
//! most requests. This crate says so early, for all rules together:
//!
//! | part | says |
//! |---|---|
//! | [`dialect`] | a PCRE expression as `regex` takes it, or why it cannot be said |
//! | [`Needed`] | what a text must have for an expression to match: one of some strings, one of some bytes, or nothing |
//! | [`Guards`] | which bytes it must have besides |
//! | [`Wanted`], [`Searcher`] | which [`Item`]s a text may have, with one automaton for all strings of all rules |
//! | [`Texts`] | values and what [`Transform`]s make of them, each made once and searched once |
//!
//! A rule whose item no text has need not be asked. One whose item is there is asked as ever: a hit is no match.
//!
//! Nothing is allocated once there was a request of the same size: lists are the caller's and keep their memory.
//!
//! ```
//! use ringwall_search::{ByteSet, Made, Needed, Texts, Transform, Wanted};
//!
//! #[derive(Clone, Copy)]
//! struct Lower;
//!
//! impl Transform for Lower {
//!     const COUNT: usize = 1;
//!     fn index(self) -> usize { 0 }
//!     fn changes(self) -> ByteSet { ByteSet::UPPER }
//!     fn apply(self, text: &[u8], output: &mut Vec<u8>) -> Made {
//!         output.extend(text.iter().map(u8::to_ascii_lowercase));
//!         Made::Written
//!     }
//! }
//!
//! // Once: what each rule needs.
//! let mut wanted = Wanted::new();
//! let union = wanted.add(Needed::by_expression(r"(?i)\bunion\s+select\b").unwrap());
//! let script = wanted.add(Needed::one_of([b"<script".as_slice(), b"javascript:"]));
//! let searcher = wanted.searcher().unwrap();
//!
//! // For each request: its values, and what they may have.
//! let mut texts = Texts::new();
//! let value = texts.add(b"1 UNION SELECT 2");
//! let lower = texts.transformed(value, &[Lower]);
//! assert_eq!(texts.bytes(lower), b"1 union select 2");
//! assert_eq!(texts.items(lower, &searcher), [union]);
//! assert!(!texts.items(lower, &searcher).contains(&script));
//!
//! // For the next one, with the same memory.
//! let texts: Texts = texts.recycled();
//! assert!(texts.is_empty());
//! ```

mod byte_set;
pub mod dialect;
mod guards;
mod needed;
mod searcher;
mod texts;

pub use byte_set::ByteSet;
pub use guards::Guards;
pub use needed::{Flags, Needed, SHORTEST};
pub use searcher::{Hits, Item, Searcher, Wanted};
pub use texts::{Made, TextId, Texts, Transform};

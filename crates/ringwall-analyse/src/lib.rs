//! Answers about a network, by the specification's own words.
//!
//! [`question`] reads who wants to talk to whom, [`explain`] sends the packet and its answer through the specification and
//! says what every layer found, and [`remedy`] looks for the fewest changes that would let it through, each of them tried.

pub mod explain;
pub mod question;
pub mod remedy;
pub mod walked;
pub mod words;

pub use explain::{Explanation, explain};
pub use question::{Question, QuestionError};

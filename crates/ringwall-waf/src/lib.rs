//! The language of web ACLs: what a document says of a request (WAF-1 … WAF-150).
//!
//! [`document`] reads a web ACL and what it refers to; [`inspect`] says what becomes of a request, and [`record`] writes the
//! record of it in AWS's JSON. A request is [bytes](request::Request), whoever received them. Nothing here reads a clock, a
//! file or a socket: countries, detectors, counters, keys and the time are [given](environment::Environment).
//!
//! | module | holds |
//! |---|---|
//! | [`statement`], [`rate`] | what rules ask |
//! | [`field`], [`transformation`], [`pattern`], [`forwarded`] | what statements look at, and how |
//! | [`action`], [`label`] | what rules do |
//! | [`engine`] | rule groups in another language |
//! | [`inspect`] | the order: the definition |
//! | [`record`], [`logging`], [`samples`] | what is kept of a request |
//! | [`Compiled`] | the same verdicts, faster |

pub mod action;
mod compiled;
pub mod document;
pub mod engine;
pub mod environment;
mod evaluation;
pub mod explanation;
pub mod field;
pub mod forwarded;
pub mod guard;
pub mod inspection;
pub mod label;
pub mod logging;
pub mod pattern;
pub mod protection;
pub mod rate;
pub mod record;
pub mod request;
pub mod samples;
pub mod statement;
pub mod transformation;
pub mod verdict;

pub use compiled::{Compiled, Scratch};
pub use evaluation::inspect;
pub use explanation::explain;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

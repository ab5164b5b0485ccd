//! SQL injection and cross-site scripting, found in bytes (WAF-34).
//!
//! [`sqli`] and [`xss`] read a value of a request as a database or a browser would read it, and say what in it runs. They are
//! functions of bytes: they keep nothing, allocate nothing, look at each byte a bounded number of times, and take any bytes at all.
//!
//! What they find is listed rule by rule, with examples of both sides, by [`sqli_rules`] and [`xss_rules`]. The examples are tests.
//!
//! This crate knows no request, no web ACL and no transformation: whoever calls has decoded the value as far as the rule says.

mod html;
mod page;
mod sql;

use std::ops::Range;

pub use html::{xss, xss_rules};
pub use page::Page;
pub use sql::{sqli, sqli_rules};

/// A value of these bytes alone is no SQL injection: one word or number never is.
pub const SQLI_HARMLESS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";

/// A value without all of these bytes is no cross-site scripting: it has no tag, attribute, address, quote or template.
pub const XSS_NEEDS: &[u8] = b"<=:&'\"`{+";

/// How much is taken for an SQL injection (WAF-34).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensitivity {
    /// Only what is no prose and no code: for values in which people write what they like.
    #[default]
    Low,
    /// Also what might be prose or code, but hardly is in a short value.
    High,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule: the name of a [`Page`].
    pub rule: &'static str,
    /// What the rule finds, in words.
    pub says: &'static str,
    /// The bytes that decided.
    pub range: Range<usize>,
}

/// Where a text has another one first. Most places are told by their first byte.
fn find(text: &[u8], other: &[u8]) -> Option<usize> {
    let first = other.first()?;
    let mut from = 0;
    loop {
        from += text[from..].iter().position(|byte| byte == first)?;
        if text[from..].starts_with(other) {
            return Some(from);
        }
        from += 1;
    }
}

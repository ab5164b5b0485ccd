//! SQL injection and cross-site scripting, found in bytes.
mod html;
mod sql;
pub use sql::sqli;
pub use html::xss;
use std::ops::Range;
/// How much is taken for an injection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// Low.
    Low,
    /// High.
    High,
}
/// Found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// rule
    pub rule: &'static str,
    /// says
    pub says: &'static str,
    /// range
    pub range: Range<usize>,
}

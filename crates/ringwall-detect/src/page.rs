//! What a rule finds, to be read by people.

/// A rule with examples. Tests try every one of them.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its name, as in [`crate::Finding::rule`].
    pub name: &'static str,
    /// What it finds, in words.
    pub says: &'static str,
    /// Inputs in which it finds something at every sensitivity.
    pub finds: &'static [&'static str],
    /// Inputs in which it finds something at the high sensitivity alone.
    pub finds_at_high: &'static [&'static str],
    /// Inputs that look alike and in which nothing is found, at any sensitivity.
    pub leaves: &'static [&'static str],
}

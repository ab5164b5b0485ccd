//! How much of a request is looked at.

/// Bounds of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// whether its body is looked at
    pub reads_body: bool,
    /// how many bytes of it
    pub body: usize,
    /// how many bytes it may have without files, before it counts as one that cannot be read
    pub body_without_files: usize,
    /// how deep JSON may be
    pub json_depth: usize,
    /// how many arguments are looked at
    pub arguments: usize,
}

impl Default for Limits {
    /// All that is given, and JSON of a depth that no one writes by hand.
    fn default() -> Limits {
        Limits {
            reads_body: true,
            body: usize::MAX,
            body_without_files: usize::MAX,
            json_depth: 512,
            arguments: usize::MAX,
        }
    }
}

//! What is refused, and where it stands.

/// Why rules are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {says}")]
pub struct Refusal {
    /// where it stands
    pub place: Place,
    /// a sentence without its place
    pub says: String,
}

/// A line of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// the file's name, as it was given
    pub file: std::sync::Arc<str>,
    /// the line in which the directive begins; the first one is 1
    pub line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

impl Place {
    /// A refusal of what stands here.
    pub fn refuse(&self, says: impl Into<String>) -> Refusal {
        Refusal { place: self.clone(), says: says.into() }
    }
}

/// What is wrong with a part of a directive, whose place its reader adds.
pub(crate) type Wrong = String;

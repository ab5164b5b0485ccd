//! What rules said of a request.

use std::ops::Range;

use crate::collection::Collection;
use crate::model::Phase;
use crate::transformation::Transformation;

/// What became of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// the rules that fired and tell of it, in their order; those that only prepare others do not tell
    pub fired: Vec<Fired>,
    /// what stopped the request, if anything did
    pub interruption: Option<Interruption>,
    /// how bad it is by the reckoning of the Core Rule Set
    pub scores: Scores,
}

impl Outcome {
    /// The numbers of the rules that fired, in their order.
    pub fn ids(&self) -> Vec<u32> {
        self.fired.iter().map(|own| own.id).collect()
    }
}

/// A rule that fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// its number
    pub id: u32,
    /// when it was asked
    pub phase: Phase,
    /// what it says
    pub message: String,
    /// what it says of what it found
    pub log_data: String,
    /// from 0, an emergency, to 7
    pub severity: Option<u8>,
    /// where it found what it looks for, one for each link
    pub evidence: Vec<Evidence>,
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// the variable
    pub variable: Collection,
    /// the name of the value, at most 256 bytes of it; empty if it has none
    pub name: Vec<u8>,
    /// what was made of the value first
    pub transformations: Vec<Transformation>,
    /// the value after that: what decided, and some of what stands around it
    pub text: Vec<u8>,
    /// where the text begins in the value
    pub offset: usize,
    /// what of the text decided
    pub range: Range<usize>,
}

/// How much of what was found, and of what stands around it, is kept, in bytes.
const KEPT: (usize, usize) = (256, 64);

impl Evidence {
    pub(crate) fn new(
        variable: Collection,
        name: &[u8],
        transformations: &[Transformation],
        value: &[u8],
        range: Range<usize>,
    ) -> Evidence {
        let start = range.start.min(value.len());
        let end = range.end.clamp(start, value.len().min(start + KEPT.0));
        let offset = start.saturating_sub(KEPT.1);
        Evidence {
            variable,
            name: name[..name.len().min(KEPT.0)].to_vec(),
            transformations: transformations.to_vec(),
            text: value[offset..value.len().min(end + KEPT.1)].to_vec(),
            offset,
            range: start - offset..end - offset,
        }
    }

    /// The bytes that decided.
    pub fn matched(&self) -> &[u8] {
        self.text.get(self.range.clone()).unwrap_or_default()
    }
}

/// What stopped a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interruption {
    /// the number of the rule
    pub rule: u32,
    /// when it was asked
    pub phase: Phase,
    /// the status of the response
    pub status: u16,
    /// whether the connection is closed instead
    pub drops: bool,
}

/// Points for what is suspicious, as the Core Rule Set counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scores {
    /// of the request by the rules of each paranoia level, 1 to 4
    pub inbound: [i64; 4],
    /// of the response
    pub outbound: [i64; 4],
    /// of the request by the levels that count for blocking
    pub blocking: i64,
    /// as many are too many
    pub threshold: i64,
}

//! What is known while a request is looked at: the labels so far, what the current rule found, what was too long.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::Range;

use crate::compiled::{Memo, Order};
use crate::environment::{Environment, Sensitivity};
use crate::field::{Oversize, View};
use crate::label::Labels;
use crate::statement::Subject;

/// The state of an inspection.
pub struct Inspection<'r> {
    /// the request
    pub view: View<'r>,
    /// what it is inspected with
    pub environment: Environment<'r>,
    /// the labels that earlier rules wrote
    pub labels: Labels,
    /// labels that the current rule writes by itself, whether it matches or not (WAF-38)
    pub pending: Vec<String>,
    /// where the current rule found what it looked for
    pub evidence: Vec<Evidence>,
    /// what log records say of attacks that the current rule found
    pub details: Vec<Detail>,
    /// what was longer than what is inspected
    pub oversize: BTreeSet<Oversize>,
    /// what a compiled web ACL knows already of the request
    pub(crate) memo: Option<Memo<'r>>,
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// the part of the request, in the words of log records
    pub location: &'static str,
    /// the name of the value, if it has one
    pub name: Option<Vec<u8>>,
    /// the value after transformations: what was found, and some of what stands around it
    pub text: Vec<u8>,
    /// where the text begins in the value
    pub offset: usize,
    /// what of the text decided
    pub range: Range<usize>,
}

/// How much of what was found, and of what stands around it, is kept, in bytes.
const KEPT: (usize, usize) = (256, 64);

impl Evidence {
    /// The evidence of something that was found in a value.
    pub(crate) fn new(location: &'static str, name: Option<&[u8]>, bytes: &[u8], range: Range<usize>) -> Evidence {
        let length = bytes.len();
        let start = range.start.min(length);
        let end = range.end.clamp(start, length.min(start + KEPT.0));
        let offset = start.saturating_sub(KEPT.1);
        let text = &bytes[offset..length.min(end + KEPT.1)];
        let name = name.map(|name| name[..name.len().min(KEPT.0)].to_vec());
        Evidence { location, name, text: text.to_vec(), offset, range: start - offset..end - offset }
    }

    /// The bytes that decided.
    pub fn matched(&self) -> &[u8] {
        self.text.get(self.range.clone()).unwrap_or_default()
    }
}

/// The attacks that log records have details of (WAF-132).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// at which level
    SqlInjection(Sensitivity),
    /// cross-site scripting
    Xss,
}

/// What a log record says of an attack (WAF-132).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// which kind
    pub condition: Condition,
    /// where
    pub location: &'static str,
    /// what was found
    pub matched: Vec<u8>,
    /// the name of the value, if it has one
    pub field: Option<Vec<u8>>,
}

impl<'r> Inspection<'r> {
    /// The beginning of an inspection.
    pub fn new(view: View<'r>, environment: Environment<'r>) -> Inspection<'r> {
        Inspection {
            view,
            environment,
            labels: Labels::default(),
            pending: Vec::new(),
            evidence: Vec::new(),
            details: Vec::new(),
            oversize: BTreeSet::new(),
            memo: None,
        }
    }

    /// The next rule of a list: of all there are, or of those that a compiled web ACL knows to matter.
    pub(crate) fn next_rule(&mut self, order: &mut Order) -> Option<usize> {
        match &mut self.memo {
            None => order.next(),
            Some(memo) => memo.next(&self.view, order),
        }
    }

    /// Notes an attack that was just found.
    pub(crate) fn detail(&mut self, condition: Condition, subject: &Subject) {
        let found = self.evidence.last();
        let detail = Detail {
            condition,
            location: subject.field.location(),
            matched: found.map(|own| own.matched().to_vec()).unwrap_or_default(),
            field: found.and_then(|own| own.name.clone()),
        };
        self.details.push(detail);
    }
}

impl Environment<'_> {
    /// The autonomous system of an address; 0 if it belongs to none (WAF-39).
    pub(crate) fn network(&self, address: IpAddr) -> u32 {
        self.geography.and_then(|geography| geography.network(address)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_value_is_bounded() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(10_000).collect();
        for (range, offset, kept) in
            [(0..3, 0, 67), (5000..5003, 4936, 131), (9999..10_000, 9935, 65), (100..9000, 36, 384)]
        {
            let evidence = Evidence::new("BODY", None, &bytes, range.clone());
            assert_eq!((evidence.offset, evidence.text.len()), (offset, kept), "{range:?}");
            assert_eq!(evidence.matched(), &bytes[range.start..range.end.min(range.start + 256)], "{range:?}");
        }
        assert_eq!(Evidence::new("BODY", None, b"", 5..9).matched(), b"", "a range that is none");
    }
}

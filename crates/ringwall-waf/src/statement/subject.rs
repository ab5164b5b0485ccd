//! What a statement looks at: a field, and what is made of its values first.

use std::borrow::Cow;
use std::ops::Range;

use crate::compiled::Prepared;
use crate::document::{Context, Members, Refusal};
use crate::field::{FieldToMatch, PreParse, Value};
use crate::inspection::{Evidence, Inspection};
use crate::transformation::Chain;

/// `FieldToMatch`, `TextTransformations` and `PreParseTextTransformations` of a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// the part of the request
    pub field: FieldToMatch,
    /// what is made of the query string before it is taken apart
    pub pre_parse: PreParse,
    /// what is made of each value
    pub chain: Chain,
    /// its place in a compiled web ACL
    pub(crate) slot: Option<usize>,
}

impl Subject {
    /// Reads the three members.
    pub(crate) fn read(members: &mut Members, context: &Context) -> Result<Subject, Refusal> {
        let field = FieldToMatch::read(&members.require("FieldToMatch")?, context)?;
        let chain = Chain::read(&members.require("TextTransformations")?)?;
        let pre_parse = match members.take("PreParseTextTransformations") {
            None => PreParse::default(),
            Some(entry) if field.has_arguments() => PreParse::read(&entry)?,
            Some(entry) => return Err(entry.invalid("goes with SingleQueryArgument and AllQueryArguments alone")),
        };
        Ok(Subject { field, pre_parse, chain, slot: None })
    }

    /// Whether a value satisfies a test, which says where in the value. What was found is noted.
    ///
    /// A compiled web ACL knows the values of equal subjects from the first of them, and which of its items, literals and
    /// patterns, no value has: `item` is then not searched for again.
    pub(crate) fn any(
        &self,
        inspection: &mut Inspection,
        item: Option<usize>,
        test: impl Fn(&[u8]) -> Option<Range<usize>>,
    ) -> bool {
        let prepared = inspection.memo.as_mut().and_then(|memo| memo.take(self.slot?));
        let prepared = prepared.unwrap_or_else(|| self.prepare(inspection));
        inspection.oversize.extend(prepared.oversize);
        let is_match = match prepared.decided {
            Some(decided) => decided,
            None if item.is_some_and(|item| prepared.lacks(item)) => false,
            None => self.search(&prepared, inspection, test),
        };
        if let (Some(memo), Some(slot)) = (&mut inspection.memo, self.slot) {
            memo.put(slot, prepared);
        }
        is_match
    }

    /// The values after transformations.
    fn prepare<'r>(&self, inspection: &Inspection<'r>) -> Prepared<'r> {
        let extracted = self.field.extract(&inspection.view, &self.pre_parse);
        let values = extracted.values.into_iter().map(|value| Value {
            name: value.name,
            bytes: match value.bytes {
                Cow::Borrowed(bytes) => self.chain.apply(bytes),
                Cow::Owned(bytes) => Cow::Owned(self.chain.apply(&bytes).into_owned()),
            },
        });
        let values: Vec<Value> = values.collect();
        let hits = inspection.memo.as_ref().and_then(|memo| memo.plan.hits(self.slot?, &values));
        Prepared { values, decided: extracted.decided, oversize: extracted.oversize, hits }
    }

    fn search(
        &self,
        prepared: &Prepared,
        inspection: &mut Inspection,
        test: impl Fn(&[u8]) -> Option<Range<usize>>,
    ) -> bool {
        let found = prepared.values.iter().find_map(|value| test(&value.bytes).map(|range| (value, range)));
        let Some((value, range)) = found else { return false };
        inspection.evidence.push(Evidence::new(self.field.location(), value, range));
        true
    }

    /// What a statement of that cost costs with this subject (WAF-27).
    pub fn capacity(&self, base: u64) -> u64 {
        self.field.capacity(base) + self.chain.capacity() + self.pre_parse.capacity()
    }
}

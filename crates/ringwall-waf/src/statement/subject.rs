//! What a statement looks at: a field, and what is made of its values first.

use std::ops::Range;

use crate::compiled::Outcome;
use crate::document::{Context, Members, Refusal};
use crate::field::{FieldToMatch, Found, PreParse};
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
    pub(crate) place: Option<Place>,
}

/// Looks for something in a text, and says where it is. What has several parts asks whether the text may have each of them.
pub(crate) type Find<'f> = dyn Fn(&[u8], &dyn Fn(usize) -> bool) -> Option<Range<usize>> + 'f;

/// A statement's place in a compiled web ACL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    /// the number of its values
    pub slot: usize,
    /// the number of what is asked about them
    pub question: usize,
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
        Ok(Subject { field, pre_parse, chain, place: None })
    }

    /// Whether a value satisfies a test, which says where in the value. What was found is noted.
    pub(crate) fn any(&self, inspection: &mut Inspection, test: impl Fn(&[u8]) -> Option<Range<usize>>) -> bool {
        self.any_where(inspection, &|text, _| test(text))
    }

    /// The same for a test with several parts, which asks which of them a value may have.
    ///
    /// A compiled web ACL knows the values from others that look at them, what they may have, and what was asked before.
    pub(crate) fn any_where(&self, inspection: &mut Inspection, test: &Find) -> bool {
        let (Some(memo), Some(place)) = (&mut inspection.memo, self.place) else {
            return self.any_by_definition(inspection, test);
        };
        if memo.is_silent(place) {
            return false;
        }
        let (extracted, outcome) = memo.find(&inspection.view, place, test);
        inspection.oversize.extend(extracted.oversize);
        match outcome {
            Outcome::Decided(decided) => decided,
            Outcome::Nothing => false,
            Outcome::Found(name, bytes, range) => {
                inspection.evidence.push(Evidence::new(self.field.location(), name, bytes, range));
                true
            }
        }
    }

    /// The meaning of it: the values of the field, one after the other, transformed, until one satisfies the test.
    fn any_by_definition(&self, inspection: &mut Inspection, test: &Find) -> bool {
        let mut found = Found::default();
        let extracted = self.field.extract(&inspection.view, &self.pre_parse, &mut found);
        inspection.oversize.extend(extracted.oversize);
        if let Some(decided) = extracted.decided {
            return decided;
        }
        for value in &found.values {
            let bytes = self.chain.apply(found.texts.bytes(value.text));
            if let Some(range) = test(&bytes, &|_| true) {
                let name = value.name.map(|name| found.texts.bytes(name));
                inspection.evidence.push(Evidence::new(self.field.location(), name, &bytes, range));
                return true;
            }
        }
        false
    }

    /// What a statement of that cost costs with this subject (WAF-27).
    pub fn capacity(&self, base: u64) -> u64 {
        self.field.capacity(base) + self.chain.capacity() + self.pre_parse.capacity()
    }
}

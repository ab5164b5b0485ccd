//! What a statement looks at: a field, and what is made of its values first.

use std::ops::Range;

use crate::document::{Context, Members, Refusal};
use crate::field::{FieldToMatch, PreParse};
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
        Ok(Subject { field, pre_parse, chain })
    }

    /// Whether a value satisfies a test, which says where in the value. What was found is noted.
    pub(crate) fn any(&self, inspection: &mut Inspection, test: impl Fn(&[u8]) -> Option<Range<usize>>) -> bool {
        let extracted = self.field.extract(&inspection.view, &self.pre_parse);
        inspection.oversize.extend(extracted.oversize);
        if let Some(decided) = extracted.decided {
            return decided;
        }
        for value in &extracted.values {
            let text = self.chain.apply(&value.bytes);
            if let Some(range) = test(&text) {
                inspection.evidence.push(Evidence {
                    location: self.field.location(),
                    name: value.name.as_deref().map(<[u8]>::to_vec),
                    text: text.into_owned(),
                    range,
                });
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

//! Answers of the two query protocols: from an action's output to XML (API-7, API-8).
//!
//! A structure's fields become elements, under their serde names and in their order; `None` is left out (API-9). A list is an
//! element around its items, which are `<item>` in EC2's dialect and `<member>` in the other; an empty one is `<name/>`. A map is
//! an element around `<entry><key/><value/></entry>`. Where an API deviates, [`crate::markup`] says how. An enum is its variant's
//! name, one with content a structure of that one field. Bytes are base64. There is no white space between elements.
//!
//! Text is escaped. XML 1.0 cannot hold the control characters other than tab, line feed and carriage return, nor U+FFFE and
//! U+FFFF, not even escaped: U+FFFD is written in their place, since one odd tag must not make a whole answer unreadable.
//!
//! `#[serde(flatten)]` is not supported: serde gives such a structure as a map, which an answer's top level refuses.

mod compound;
mod value;
mod writer;

#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::Dialect;
use crate::markup::{BadMarkup, Markup};
use value::Value;
use writer::Writer;

pub(crate) use writer::escape;

/// The content type of an answer (API-7).
pub const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";

/// The first line of every XML document here.
pub(crate) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The output cannot be written. The mistake is in its type, never in what a client sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// a field or an action whose name cannot be an element's
    #[error("`{0}` is no name of an element")]
    Name(String),
    /// an answer that is neither a structure nor nothing
    #[error("an answer is a structure, not {0}")]
    NotAStructure(&'static str),
    /// an enum's variant with unnamed fields
    #[error("a variant with unnamed fields has no form in XML")]
    TupleVariant,
    /// a newtype's serde name that is no instruction
    #[error(transparent)]
    Markup(#[from] BadMarkup),
    /// the output refuses to be written
    #[error("{0}")]
    Refused(String),
}

impl serde::ser::Error for XmlError {
    fn custom<T: std::fmt::Display>(reason: T) -> Self {
        XmlError::Refused(reason.to_string())
    }
}

/// Writes the answer to an action. `value` is a structure, or `()` if there is nothing to answer.
pub fn response<T: Serialize + ?Sized>(
    dialect: Dialect,
    action: &str,
    namespace: &str,
    request_id: &str,
    value: &T,
) -> Result<String, XmlError> {
    let mut writer = Writer::new(dialect, DECLARATION);
    let response = format!("{action}Response");
    let outer = writer.open_in_namespace(&response, namespace)?;
    match dialect {
        Dialect::Ec2 => {
            writer.leaf("requestId", Markup::default(), request_id)?;
            value.serialize(Value::fields_only(&mut writer))?;
        }
        Dialect::Query => {
            let result = format!("{action}Result");
            let inner = writer.open(&result, Markup::default())?;
            value.serialize(Value::fields_only(&mut writer))?;
            writer.close(&result, inner);
            let metadata = writer.open("ResponseMetadata", Markup::default())?;
            writer.leaf("RequestId", Markup::default(), request_id)?;
            writer.close("ResponseMetadata", metadata);
        }
    }
    writer.close(&response, outer);
    Ok(writer.finish())
}

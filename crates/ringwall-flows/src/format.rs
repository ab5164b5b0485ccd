//! Which fields a record has, and in which order (FL-2, FL-3).

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::field::Field;

/// The format of the records of a flow log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    fields: Vec<Field>,
}

/// A text is no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// nothing in it
    #[error("it names no field")]
    Empty,
    /// something that is not `${field}`
    #[error("`{0}` is not of the form ${{field}}")]
    Malformed(String),
    /// a field that records do not have
    #[error("there is no field `{0}`")]
    Unknown(String),
    /// a field twice
    #[error("it names the field `{0}` twice")]
    Twice(&'static str),
}

impl Default for Format {
    /// The fields of version 2 in their order (FL-2).
    fn default() -> Self {
        Format { fields: Field::ALL.iter().copied().filter(|field| field.version() == 2).collect() }
    }
}

impl Format {
    /// Reads a format, such as `${version} ${vpc-id}`.
    pub fn parse(text: &str) -> Result<Format, FormatError> {
        let mut fields = Vec::new();
        for word in text.split_ascii_whitespace() {
            let name = word.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
            let name = name.ok_or_else(|| FormatError::Malformed(word.to_owned()))?;
            let field = Field::by_name(name).ok_or_else(|| FormatError::Unknown(name.to_owned()))?;
            if fields.contains(&field) {
                return Err(FormatError::Twice(field.name()));
            }
            fields.push(field);
        }
        if fields.is_empty() {
            return Err(FormatError::Empty);
        }
        Ok(Format { fields })
    }

    /// The fields in their order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The version of the records: the highest among the fields (FL-3).
    pub fn version(&self) -> u8 {
        self.fields.iter().map(|field| field.version()).max().unwrap_or(2)
    }

    /// The first line of a file (FL-31).
    pub fn header(&self) -> String {
        self.fields.iter().map(|field| field.name()).collect::<Vec<_>>().join(" ")
    }

    /// Whether records tell the packets' own addresses.
    pub(crate) fn tells_packet_addresses(&self) -> bool {
        self.fields.iter().any(|field| matches!(field, Field::PacketSourceAddress | Field::PacketDestinationAddress))
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = self.fields.iter().map(|field| format!("${{{}}}", field.name())).collect();
        f.write_str(&words.join(" "))
    }
}

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Format::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_version_two_in_its_order() {
        let text = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action \
                    log-status";
        assert_eq!((Format::default().header().as_str(), Format::default().version()), (text, 2), "FL-2");
    }

    #[test]
    fn any_order_and_the_version_of_the_newest_field() {
        let text = "${vpc-id} ${srcaddr} ${flow-direction}";
        let format = Format::parse(text).unwrap();
        assert_eq!((format.version(), format.to_string().as_str()), (5, text), "FL-3");
        assert_eq!(Format::parse("  ${reject-reason}   ${version}").unwrap().version(), 8);
    }

    #[test]
    fn what_is_no_format_is_refused_by_name() {
        assert_eq!(Format::parse(" "), Err(FormatError::Empty));
        assert_eq!(Format::parse("${nothing}"), Err(FormatError::Unknown("nothing".into())));
        assert_eq!(Format::parse("version"), Err(FormatError::Malformed("version".into())));
        assert_eq!(Format::parse("${version}${start}"), Err(FormatError::Unknown("version}${start".into())));
        assert_eq!(Format::parse("${start} ${start}"), Err(FormatError::Twice("start")));
    }
}

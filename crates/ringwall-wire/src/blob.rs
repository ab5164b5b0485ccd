//! Binary values, base64 on the wire (API-5).

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that are written as base64 in every protocol, such as `UserData`.
///
/// Read strictly: the standard alphabet, padded, no line breaks, no bits left over. So every value has one spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Blob(pub Vec<u8>);

/// The text is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not base64 with padding")]
pub struct BlobError;

impl Blob {
    /// Reads base64.
    pub fn parse(text: &str) -> Result<Blob, BlobError> {
        STANDARD.decode(text).map(Blob).map_err(|_| BlobError)
    }

    /// Writes base64.
    pub fn base64(&self) -> String {
        STANDARD.encode(&self.0)
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.base64())
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Blob::parse(&Cow::<str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_base64_in_serde() {
        let blob = Blob(b"value".to_vec());
        assert_eq!(serde_json::to_string(&blob).unwrap(), "\"dmFsdWU=\"");
        assert_eq!(serde_json::from_str::<Blob>("\"dmFsdWU=\"").unwrap(), blob);
        assert_eq!(serde_json::from_str::<Blob>("\"\"").unwrap(), Blob::default());
    }

    #[test]
    fn every_value_has_one_spelling() {
        for text in ["dmFsdWU", "dmFsdWU=\n", "dmFsdWV=", "dmFs dWU=", "-_==", "=", "dmFsdWU=dmFsdWU="] {
            assert_eq!(Blob::parse(text), Err(BlobError), "{text}");
        }
    }
}

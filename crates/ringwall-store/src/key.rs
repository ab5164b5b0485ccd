//! Keys: Region, kind and id, in one ordered space.

use std::fmt;

/// The key of a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// the Region that the record is in
    pub region: String,
    /// its kind
    pub kind: String,
    /// its id
    pub id: String,
}

impl Key {
    /// Reads `region/kind/id`; the id may hold slashes.
    pub fn parse(text: &str) -> Option<Key> {
        let (region, rest) = text.split_once('/')?;
        let (kind, id) = rest.split_once('/')?;
        Some(Key { region: region.to_owned(), kind: kind.to_owned(), id: id.to_owned() })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.region, self.kind, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_being_written_and_read() {
        let key = Key { region: "eu-central-1".into(), kind: "vpc".into(), id: "RunInstances/a/b".into() };
        assert_eq!(Key::parse(&key.to_string()), Some(key));
        assert_eq!(Key::parse("eu-central-1/vpc"), None);
    }
}

//! Texts with places to be filled in: `%{tx.score}`.

use crate::collection::{Collection, Kind};
use crate::refusal::Wrong;

/// A text, in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub(crate) Vec<Piece>);

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// what is always the same
    Plain(String),
    /// a value in memory whose place is known
    Slot(usize),
    /// the first value of a variable
    Value(Collection, Option<String>),
    /// what the rule says of itself
    Rule(About),
}

/// What a rule says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Id,
    Message,
    LogData,
    Severity,
}

impl About {
    pub(crate) fn named(name: &str) -> Option<About> {
        match name.to_ascii_lowercase().as_str() {
            "id" => Some(About::Id),
            "msg" => Some(About::Message),
            "logdata" => Some(About::LogData),
            "severity" => Some(About::Severity),
            _ => None,
        }
    }
}

impl Text {
    /// Reads a text; places in memory are found with `slot`.
    pub(crate) fn read(text: &str, slots: &mut Slots) -> Result<Text, Wrong> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(begin) = rest.find("%{") {
            let Some(end) = rest[begin..].find('}') else { break };
            if begin > 0 {
                pieces.push(Piece::Plain(rest[..begin].to_owned()));
            }
            pieces.push(piece(&rest[begin + 2..begin + end], slots)?);
            rest = &rest[begin + end + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Plain(rest.to_owned()));
        }
        Ok(Text(pieces))
    }

    /// The text, if it is always the same.
    pub fn plain(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Plain(text)] => Some(text),
            _ => None,
        }
    }
}

/// What stands between `%{` and `}`.
fn piece(name: &str, slots: &mut Slots) -> Result<Piece, Wrong> {
    let (variable, member) = match name.split_once(['.', ':']) {
        Some((variable, member)) => (variable, Some(member)),
        None => (name, None),
    };
    let collection = Collection::named(variable).ok_or_else(|| format!("`%{{{name}}}` names no variable"))?;
    match (collection.kind(), member) {
        (Kind::Memory, Some(member)) => Ok(Piece::Slot(slots.place(collection, member))),
        (Kind::Rule, Some(member)) => {
            About::named(member).map(Piece::Rule).ok_or_else(|| format!("`%{{{name}}}` is nothing that a rule says"))
        }
        (Kind::Many, Some(member)) => Ok(Piece::Value(collection, Some(member.to_ascii_lowercase()))),
        (Kind::Single, None) => Ok(Piece::Value(collection, None)),
        _ => Err(format!("`%{{{name}}}` does not say which value")),
    }
}

/// The places in memory that rules name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    names: Vec<(Collection, String)>,
    places: std::collections::BTreeMap<(Collection, String), usize>,
}

impl Slots {
    /// The place of a name, which is compared without regard to case.
    pub(crate) fn place(&mut self, collection: Collection, name: &str) -> usize {
        let key = (collection, name.to_ascii_lowercase());
        *self.places.entry(key.clone()).or_insert_with(|| {
            self.names.push(key);
            self.names.len() - 1
        })
    }

    /// The place of a name, if a rule names it.
    pub(crate) fn find(&self, collection: Collection, name: &str) -> Option<usize> {
        self.places.get(&(collection, name.to_ascii_lowercase())).copied()
    }

    /// The name of a place.
    pub(crate) fn name(&self, place: usize) -> &(Collection, String) {
        &self.names[place]
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_pieces() {
        let mut slots = Slots::default();
        let text = Text::read("a %{tx.b}%{TX.B}, %{matched_var} %{request_headers.Host}%{", &mut slots).unwrap();
        let plain = |own: &str| Piece::Plain(own.to_owned());
        let header = Piece::Value(Collection::RequestHeaders, Some("host".into()));
        let found = Piece::Value(Collection::MatchedVar, None);
        assert_eq!(
            text.0,
            [plain("a "), Piece::Slot(0), Piece::Slot(0), plain(", "), found, plain(" "), header, plain("%{")]
        );
        assert_eq!(Text::read("5", &mut slots).unwrap().plain(), Some("5"));
        assert!(Text::read("%{nothing}", &mut slots).is_err());
        assert!(Text::read("%{args}", &mut slots).is_err());
    }
}

//! Taking a document apart: every value is asked for with what it may be, and what nobody asked for is refused.

use std::ops::RangeInclusive;

use super::{Code, Node, Place, Refusal};

/// A value in a document, with its place.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// where it stands
    pub place: Place,
    node: &'a Node,
}

impl<'a> Entry<'a> {
    /// A whole document.
    pub fn root(node: &'a Node) -> Entry<'a> {
        Entry { place: Place::default(), node }
    }

    /// A refusal of this value.
    pub fn refused(&self, code: Code, reason: impl Into<String>) -> Refusal {
        Refusal { code, place: self.place.clone(), reason: reason.into() }
    }

    /// A refusal of this value as one that AWS does not allow.
    pub fn invalid(&self, reason: impl Into<String>) -> Refusal {
        self.refused(Code::InvalidParameter, reason)
    }

    /// A refusal of this value as one that AWS allows and that cannot be enforced.
    pub fn unsupported(&self, reason: impl Into<String>) -> Refusal {
        self.refused(Code::Unsupported, reason)
    }

    fn expected(&self, what: &str) -> Refusal {
        self.invalid(format!("must be {what}, and is {}", self.node.kind()))
    }

    /// A string.
    pub fn text(&self) -> Result<&'a str, Refusal> {
        match self.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.expected("a string")),
        }
    }

    /// A string of so many characters of the given kind.
    pub fn text_of(&self, length: RangeInclusive<usize>, allowed: fn(char) -> bool) -> Result<&'a str, Refusal> {
        let text = self.text()?;
        let count = text.chars().count();
        if !length.contains(&count) {
            return Err(self.invalid(format!("must have {} to {} characters", length.start(), length.end())));
        }
        match text.chars().find(|own| !allowed(*own)) {
            Some(own) => Err(self.invalid(format!("must not have the character {own:?}"))),
            None => Ok(text),
        }
    }

    /// The name of a rule, group, set or body (WAF-106).
    pub fn name(&self) -> Result<String, Refusal> {
        self.text_of(1..=128, |own| own.is_ascii_alphanumeric() || "_-".contains(own)).map(str::to_owned)
    }

    /// `true` or `false`.
    pub fn flag(&self) -> Result<bool, Refusal> {
        match self.node {
            Node::Flag(flag) => Ok(*flag),
            _ => Err(self.expected("true or false")),
        }
    }

    /// A whole number in a range.
    pub fn integer(&self, range: RangeInclusive<u64>) -> Result<u64, Refusal> {
        match self.node {
            Node::Whole(number) if range.contains(number) => Ok(*number),
            Node::Whole(_) | Node::Number(_) => {
                Err(self.invalid(format!("must be a whole number from {} to {}", range.start(), range.end())))
            }
            _ => Err(self.expected("a whole number")),
        }
    }

    /// One of several words, as the value that it stands for.
    pub fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, Refusal> {
        let text = self.text()?;
        let chosen = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        chosen.ok_or_else(|| {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.invalid(format!("must be one of {}", words.join(", ")))
        })
    }

    /// A list.
    pub fn list(&self) -> Result<Vec<Entry<'a>>, Refusal> {
        let Node::List(list) = self.node else { return Err(self.expected("a list")) };
        Ok(list.iter().enumerate().map(|(at, node)| Entry { place: self.place.element(at), node }).collect())
    }

    /// A list of so many elements.
    pub fn list_of(&self, least: usize, most: usize) -> Result<Vec<Entry<'a>>, Refusal> {
        let list = self.list()?;
        if list.len() < least {
            return Err(self.invalid(format!("must have at least {least} elements")));
        }
        if list.len() > most {
            return Err(self.refused(Code::LimitsExceeded, format!("must have at most {most} elements")));
        }
        Ok(list)
    }

    /// An object. [`Members::finish`] refuses what was not taken.
    pub fn members(&self) -> Result<Members<'a>, Refusal> {
        let Node::Object(members) = self.node else { return Err(self.expected("an object")) };
        let left = members.iter().filter(|(_, node)| *node != Node::Null).map(|(name, node)| (name.as_str(), node));
        Ok(Members { place: self.place.clone(), left: left.collect() })
    }

    /// An object without members.
    pub fn empty(&self) -> Result<(), Refusal> {
        self.members()?.finish()
    }

    /// The one member of an object that has one of several forms, and its name.
    pub fn sole(&self) -> Result<(&'a str, Entry<'a>), Refusal> {
        let members = self.members()?;
        match members.left.as_slice() {
            [(name, node)] => Ok((name, Entry { place: self.place.member(name), node })),
            [] => Err(self.invalid("must have a member that says what it is")),
            several => {
                let names: Vec<&str> = several.iter().map(|(name, _)| *name).collect();
                Err(self.invalid(format!("must have exactly one of its members {}", names.join(", "))))
            }
        }
    }
}

/// The members of an object that were not taken yet.
#[derive(Debug)]
pub struct Members<'a> {
    /// where the object stands
    pub place: Place,
    left: Vec<(&'a str, &'a Node)>,
}

impl<'a> Members<'a> {
    /// A member, if it is there. `null` is as if it were not.
    pub fn take(&mut self, name: &str) -> Option<Entry<'a>> {
        let at = self.left.iter().position(|(own, _)| *own == name)?;
        let (name, node) = self.left.remove(at);
        Some(Entry { place: self.place.member(name), node })
    }

    /// A member that must be there.
    pub fn require(&mut self, name: &str) -> Result<Entry<'a>, Refusal> {
        let place = self.place.member(name);
        let missing = || Refusal { code: Code::InvalidParameter, place, reason: "is missing".to_owned() };
        self.take(name).ok_or_else(missing)
    }

    /// Every member that is left.
    pub fn rest(&mut self) -> Vec<(&'a str, Entry<'a>)> {
        let left = std::mem::take(&mut self.left);
        left.into_iter().map(|(name, node)| (name, Entry { place: self.place.member(name), node })).collect()
    }

    /// Refuses a member if it is there: AWS has it, and it cannot be enforced.
    pub fn unsupported(&mut self, name: &str, reason: &str) -> Result<(), Refusal> {
        self.take(name).map_or(Ok(()), |entry| Err(entry.unsupported(reason)))
    }

    /// Refuses what is left.
    pub fn finish(self) -> Result<(), Refusal> {
        let Some((name, _)) = self.left.first() else { return Ok(()) };
        let reason = "is no member that is known there".to_owned();
        Err(Refusal { code: Code::InvalidParameter, place: self.place.member(name), reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_asked_for_is_refused_with_its_place() {
        let node = Node::parse(br#"{"Rules": [{"Name": "a", "Nmae": "b"}]}"#).unwrap();
        let rules = Entry::root(&node).members().unwrap().require("Rules").unwrap();
        let mut rule = rules.list_of(1, 5).unwrap()[0].members().unwrap();
        assert_eq!(rule.require("Name").unwrap().name().unwrap(), "a");
        let refusal = rule.finish().unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "WAFInvalidParameterException: `Rules[0].Nmae` is no member that is known there"
        );
    }

    #[test]
    fn a_union_has_exactly_one_member() {
        for (text, is_one) in [(r#"{"A": {}}"#, true), ("{}", false), (r#"{"A": {}, "B": {}}"#, false), ("[]", false)] {
            let node = Node::parse(text.as_bytes()).unwrap();
            assert_eq!(Entry::root(&node).sole().is_ok(), is_one, "{text}");
        }
    }
}

//! The parameters of a form as a tree, their names split at the dots.
//!
//! Nothing is built: the parameters are sorted by the parts of their names, which puts each subtree into one stretch.

use super::failure::{Failure, Problem};
use super::{MOST_ITEMS, MOST_LEVELS};
use crate::Form;

/// A parameter and its place in the form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter<'de> {
    name: &'de str,
    value: &'de str,
    position: u32,
}

/// All parameters, sorted by the parts of their names. What is a prefix of another comes before it.
pub(super) fn sorted(form: &Form) -> Result<Vec<Parameter<'_>>, Failure> {
    let mut parameters = Vec::with_capacity(form.iter().len());
    for (position, (name, value)) in form.iter().enumerate() {
        if name.split('.').count() > MOST_LEVELS {
            return Err(Failure::at(name, Problem::TooDeep));
        }
        parameters.push(Parameter { name, value, position: position as u32 });
    }
    parameters.sort_unstable_by(|one, other| one.name.split('.').cmp(other.name.split('.')));
    Ok(parameters)
}

/// A stretch of parameters whose names begin alike: a parameter itself, what is below it, or both.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'t, 'de> {
    parameters: &'t [Parameter<'de>],
    /// where in the names the parts below this node begin: behind its path and a dot, or at 0 for the root
    start: usize,
}

impl<'t, 'de> Node<'t, 'de> {
    pub(super) fn root(parameters: &'t [Parameter<'de>]) -> Self {
        Node { parameters, start: 0 }
    }

    pub(super) fn is_root(self) -> bool {
        self.start == 0
    }

    /// The name that all its parameters begin with.
    pub(super) fn path(self) -> &'de str {
        match self.parameters.first() {
            Some(first) if !self.is_root() => &first.name[..self.start - 1],
            _ => "",
        }
    }

    /// The value of the parameter that bears exactly this node's path.
    pub(super) fn value(self) -> Option<&'de str> {
        self.parameters.first().filter(|first| self.is_own(first)).map(|first| first.value)
    }

    fn is_own(self, parameter: &Parameter<'_>) -> bool {
        parameter.name.len() + 1 == self.start
    }

    /// The first parameter below this node: its name and its value.
    pub(super) fn first_below(self) -> Option<(&'de str, &'de str)> {
        self.below().first().map(|first| (first.name, first.value))
    }

    fn below(self) -> &'t [Parameter<'de>] {
        match self.parameters {
            [first, rest @ ..] if self.is_own(first) => rest,
            all => all,
        }
    }

    /// The places in the form of all its parameters.
    pub(super) fn positions(self) -> impl Iterator<Item = (&'de str, u32)> {
        self.parameters.iter().map(|parameter| (parameter.name, parameter.position))
    }

    /// What is below this node, with the next part of the name.
    pub(super) fn children(self) -> Children<'t, 'de> {
        Children { rest: self.below(), start: self.start }
    }

    /// What is below this node under one name.
    pub(super) fn child(self, name: &str) -> Option<Node<'t, 'de>> {
        self.children().find(|(part, _)| *part == name).map(|(_, child)| child)
    }
}

/// The nodes one level below a node.
#[derive(Clone, Debug)]
pub(super) struct Children<'t, 'de> {
    rest: &'t [Parameter<'de>],
    start: usize,
}

impl<'t, 'de> Iterator for Children<'t, 'de> {
    type Item = (&'de str, Node<'t, 'de>);

    fn next(&mut self) -> Option<Self::Item> {
        let part = self.rest.first()?.name[self.start..].split('.').next().unwrap_or_default();
        let end = self.start + part.len();
        let belongs = |parameter: &Parameter<'_>| {
            parameter.name.get(self.start..end) == Some(part)
                && matches!(parameter.name.as_bytes().get(end), None | Some(b'.'))
        };
        let (parameters, rest) = self.rest.split_at(self.rest.partition_point(belongs));
        self.rest = rest;
        Some((part, Node { parameters, start: end + 1 }))
    }
}

/// The number of a list's item. `None` if the part of the name is no number at all.
pub(super) fn index(part: &str) -> Option<Result<u32, Problem>> {
    if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = part.parse().ok().filter(|number| !part.starts_with('0') && *number <= MOST_ITEMS);
    Some(number.ok_or(Problem::Index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subtree_is_one_stretch_whatever_sorts_between_its_names() {
        // `-` sorts before the dot, so sorting whole names would put `A-B` between `A` and `A.B`
        let form = Form::parse(b"A.B=1&A-B=2&A=3&A.B.C=4&AB=5&A.%C3%A9=6&A.=7&=8").unwrap();
        let parameters = sorted(&form).unwrap();
        let root = Node::root(&parameters);
        assert_eq!(root.children().map(|(part, _)| part).collect::<Vec<_>>(), ["", "A", "A-B", "AB"]);
        let node = root.child("A").unwrap();
        assert_eq!((node.path(), node.value()), ("A", Some("3")));
        assert_eq!(node.children().map(|(part, _)| part).collect::<Vec<_>>(), ["", "B", "é"]);
        let below = node.child("B").unwrap();
        assert_eq!((below.path(), below.value(), below.first_below()), ("A.B", Some("1"), Some(("A.B.C", "4"))));
        assert_eq!(root.child("").unwrap().value(), Some("8"));
        assert_eq!((root.value(), root.path()), (None, ""));
    }

    #[test]
    fn lists_count_from_one() {
        assert_eq!(index("1"), Some(Ok(1)));
        assert_eq!(index("10000"), Some(Ok(10_000)));
        for part in ["0", "01", "10001", "99999999999999999999"] {
            assert_eq!(index(part), Some(Err(Problem::Index)), "{part}");
        }
        for part in ["", "member", "1a", "-1", "+1", " 1", "١"] {
            assert_eq!(index(part), None, "{part}");
        }
    }
}

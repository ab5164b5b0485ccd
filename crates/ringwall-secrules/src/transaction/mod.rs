//! What of a request and its response rules look at, as ModSecurity 3 takes it apart.
//!
//! Nothing that is sent makes this fail: what cannot be read is a value that rules see, `REQBODY_ERROR`.

mod body;
mod cookies;
mod disposition;
mod form;
mod head;
mod json;
mod multipart;
mod response;
mod xml;

use std::borrow::Cow;

pub(crate) use body::{Reading, body, full_request_text};
pub(crate) use head::head;
pub use response::Response;
pub(crate) use response::response;

use crate::collection::{COUNT, Collection};

/// A value with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field<'r> {
    pub(crate) name: Cow<'r, [u8]>,
    pub(crate) value: Cow<'r, [u8]>,
}

/// Values of variables.
#[derive(Debug)]
pub(crate) struct Fields<'r> {
    lists: Vec<(Collection, Vec<Field<'r>>)>,
    places: [u8; COUNT],
}

/// No list.
const NONE: u8 = u8::MAX;

impl<'r> Fields<'r> {
    pub(crate) fn new() -> Fields<'r> {
        Fields { lists: Vec::with_capacity(32), places: [NONE; COUNT] }
    }

    /// Adds a value with a name.
    pub(crate) fn add(&mut self, to: Collection, name: impl Into<Cow<'r, [u8]>>, value: impl Into<Cow<'r, [u8]>>) {
        let field = Field { name: name.into(), value: value.into() };
        self.list(to).push(field);
    }

    /// Sets the value of a variable that has one.
    pub(crate) fn set(&mut self, to: Collection, value: impl Into<Cow<'r, [u8]>>) {
        let list = self.list(to);
        list.clear();
        list.push(Field { name: Cow::Borrowed(b""), value: value.into() });
    }

    /// Sets it to `0` or `1`.
    pub(crate) fn set_flag(&mut self, to: Collection, is_set: bool) {
        self.set(to, if is_set { b"1".as_slice() } else { b"0" });
    }

    /// Sets it to a number.
    pub(crate) fn set_number(&mut self, to: Collection, number: usize) {
        self.set(to, number.to_string().into_bytes());
    }

    fn list(&mut self, of: Collection) -> &mut Vec<Field<'r>> {
        let place = &mut self.places[of as usize];
        if *place == NONE {
            *place = self.lists.len() as u8;
            self.lists.push((of, Vec::new()));
        }
        &mut self.lists[usize::from(*place)].1
    }

    /// The values of a variable.
    pub(crate) fn of(&self, own: Collection) -> &[Field<'r>] {
        match self.places[own as usize] {
            NONE => &[],
            place => &self.lists[usize::from(place)].1,
        }
    }

    /// All of them.
    pub(crate) fn lists(&self) -> impl Iterator<Item = (Collection, &[Field<'r>])> {
        self.lists.iter().map(|(own, list)| (*own, list.as_slice()))
    }
}

#[cfg(test)]
mod tests;

//! Lists, maps and structures while they are being written.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
};

use super::XmlError;
use super::value::Value;
use super::writer::{Opened, Writer};
use crate::markup::Markup;

/// What the parts are called.
pub(super) enum Kind {
    Fields,
    Items { item: &'static str },
    Entries { entry: &'static str, key: &'static str, value: &'static str },
}

/// An open element, or several, and what is written into the innermost.
pub(super) struct Compound<'w> {
    writer: &'w mut Writer,
    kind: Kind,
    /// the elements to close at the end, the innermost last
    around: Vec<(&'static str, Opened)>,
    /// what each item of a flat list, or entry of a flat map, has in the place of an element around them all
    markup: Markup,
    /// the entry that has its key but not yet its value
    entry: Option<Opened>,
}

impl<'w> Compound<'w> {
    /// Opens the elements, the outermost first.
    pub(super) fn within(
        writer: &'w mut Writer,
        kind: Kind,
        elements: &[(&'static str, Markup)],
    ) -> Result<Self, XmlError> {
        let mut around = Vec::with_capacity(elements.len());
        for &(name, markup) in elements {
            around.push((name, writer.open(name, markup)?));
        }
        Ok(Compound { writer, kind, around, markup: Markup::default(), entry: None })
    }

    /// Opens nothing: every part gets the name itself, and its attributes.
    pub(super) fn flat(writer: &'w mut Writer, kind: Kind, markup: Markup) -> Self {
        let markup = Markup { namespace: markup.namespace, prefixed: markup.prefixed, ..Markup::default() };
        Compound { writer, kind, around: Vec::new(), markup, entry: None }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        match self.kind {
            Kind::Items { item } => value.serialize(Value::new(self.writer, item, self.markup)),
            Kind::Fields | Kind::Entries { .. } => Ok(()),
        }
    }

    fn close(self) {
        for (name, opened) in self.around.into_iter().rev() {
            self.writer.close(name, opened);
        }
    }
}

impl SerializeSeq for Compound<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        self.item(value)
    }

    fn end(self) -> Result<(), XmlError> {
        self.close();
        Ok(())
    }
}

impl SerializeTuple for Compound<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        self.item(value)
    }

    fn end(self) -> Result<(), XmlError> {
        self.close();
        Ok(())
    }
}

impl SerializeTupleStruct for Compound<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        self.item(value)
    }

    fn end(self) -> Result<(), XmlError> {
        self.close();
        Ok(())
    }
}

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, written: &T) -> Result<(), XmlError> {
        if let Kind::Entries { entry, key, .. } = self.kind {
            self.entry = Some(self.writer.open(entry, self.markup)?);
            written.serialize(Value::new(self.writer, key, Markup::default()))?;
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, written: &T) -> Result<(), XmlError> {
        if let (Kind::Entries { entry, value, .. }, Some(opened)) = (&self.kind, self.entry.take()) {
            written.serialize(Value::new(self.writer, value, Markup::default()))?;
            self.writer.close(entry, opened);
        }
        Ok(())
    }

    fn end(self) -> Result<(), XmlError> {
        self.close();
        Ok(())
    }
}

impl SerializeStruct for Compound<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), XmlError> {
        value.serialize(Value::new(self.writer, name, Markup::default()))
    }

    fn end(self) -> Result<(), XmlError> {
        self.close();
        Ok(())
    }
}

impl SerializeStructVariant for Compound<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), XmlError> {
        SerializeStruct::serialize_field(self, name, value)
    }

    fn end(self) -> Result<(), XmlError> {
        SerializeStruct::end(self)
    }
}

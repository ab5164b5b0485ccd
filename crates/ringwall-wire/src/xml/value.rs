//! A value under the name of an element, as a serde serializer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};

use super::XmlError;
use super::compound::{Compound, Kind};
use super::writer::Writer;
use crate::markup::Markup;

/// Where a value is to be written.
pub(super) struct Value<'w> {
    writer: &'w mut Writer,
    /// the name of its element; `None` at an answer's top level, where fields have no element around them
    name: Option<&'static str>,
    markup: Markup,
}

impl<'w> Value<'w> {
    pub(super) fn new(writer: &'w mut Writer, name: &'static str, markup: Markup) -> Self {
        Value { writer, name: Some(name), markup }
    }

    pub(super) fn fields_only(writer: &'w mut Writer) -> Self {
        Value { writer, name: None, markup: Markup::default() }
    }

    fn named(&self, kind: &'static str) -> Result<&'static str, XmlError> {
        self.name.ok_or(XmlError::NotAStructure(kind))
    }

    fn text(self, text: &str) -> Result<(), XmlError> {
        self.writer.leaf(self.named("text")?, self.markup, text)
    }

    fn float(self, number: f64, text: String) -> Result<(), XmlError> {
        match number {
            f64::INFINITY => self.text("Infinity"),
            f64::NEG_INFINITY => self.text("-Infinity"),
            _ => self.text(&text),
        }
    }

    fn list(self) -> Result<Compound<'w>, XmlError> {
        let (name, markup) = (self.named("a list")?, self.markup);
        if markup.flat {
            return Ok(Compound::flat(self.writer, Kind::Items { item: name }, markup));
        }
        let item = markup.item.unwrap_or(match self.writer.dialect {
            crate::Dialect::Ec2 => "item",
            crate::Dialect::Query => "member",
        });
        Compound::within(self.writer, Kind::Items { item }, &[(name, markup)])
    }

    fn map(self) -> Result<Compound<'w>, XmlError> {
        let (name, markup) = (self.named("a map")?, self.markup);
        let (key, value) = (markup.key.unwrap_or("key"), markup.value.unwrap_or("value"));
        if markup.flat {
            return Ok(Compound::flat(self.writer, Kind::Entries { entry: name, key, value }, markup));
        }
        Compound::within(self.writer, Kind::Entries { entry: "entry", key, value }, &[(name, markup)])
    }

    fn fields(self) -> Result<Compound<'w>, XmlError> {
        match self.name {
            Some(name) => Compound::within(self.writer, Kind::Fields, &[(name, self.markup)]),
            None => Compound::within(self.writer, Kind::Fields, &[]),
        }
    }
}

macro_rules! as_text {
    ($($method:ident $kind:ty,)*) => {$(
        fn $method(self, value: $kind) -> Result<(), XmlError> {
            self.text(&value.to_string())
        }
    )*};
}

impl<'w> Serializer for Value<'w> {
    type Ok = ();
    type Error = XmlError;
    type SerializeSeq = Compound<'w>;
    type SerializeTuple = Compound<'w>;
    type SerializeTupleStruct = Compound<'w>;
    type SerializeTupleVariant = serde::ser::Impossible<(), XmlError>;
    type SerializeMap = Compound<'w>;
    type SerializeStruct = Compound<'w>;
    type SerializeStructVariant = Compound<'w>;

    as_text! {
        serialize_bool bool,
        serialize_i8 i8,
        serialize_i16 i16,
        serialize_i32 i32,
        serialize_i64 i64,
        serialize_i128 i128,
        serialize_u8 u8,
        serialize_u16 u16,
        serialize_u32 u32,
        serialize_u64 u64,
        serialize_u128 u128,
        serialize_char char,
    }

    fn serialize_f32(self, number: f32) -> Result<(), XmlError> {
        self.float(number.into(), number.to_string())
    }

    fn serialize_f64(self, number: f64) -> Result<(), XmlError> {
        self.float(number, number.to_string())
    }

    fn serialize_str(self, text: &str) -> Result<(), XmlError> {
        self.text(text)
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), XmlError> {
        self.text(&STANDARD.encode(bytes))
    }

    fn serialize_none(self) -> Result<(), XmlError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), XmlError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), XmlError> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), XmlError> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), XmlError> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<(), XmlError> {
        let markup = self.markup.and(name)?;
        value.serialize(Value { markup, ..self })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), XmlError> {
        let mut fields = self.fields()?;
        serde::ser::SerializeStruct::serialize_field(&mut fields, variant, value)?;
        serde::ser::SerializeStruct::end(fields)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'w>, XmlError> {
        self.list()
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'w>, XmlError> {
        self.list()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'w>, XmlError> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, XmlError> {
        Err(XmlError::TupleVariant)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'w>, XmlError> {
        self.map()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'w>, XmlError> {
        self.fields()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'w>, XmlError> {
        let inner = (variant, Markup::default());
        match self.name {
            Some(name) => Compound::within(self.writer, Kind::Fields, &[(name, self.markup), inner]),
            None => Compound::within(self.writer, Kind::Fields, &[inner]),
        }
    }
}

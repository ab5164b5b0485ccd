//! A deserializer that passes everything through and notes what is ignored.
//!
//! A type ignores a field by asking for its value as nothing in particular. To see that, every way into a nested value is wrapped:
//! deserializer, visitor, seed, and the accesses to maps, lists and enums.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::key::Key;

/// Where in a body something is.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Field(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Field(Path::Root, name) => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Item(parent, number) => write!(f, "{parent}[{number}]"),
        }
    }
}

/// The names of what is ignored. Many short fields below one long name would make far more text than the body has, so names
/// are noted only until their length reaches the body's.
pub(super) struct Unknown {
    names: Vec<String>,
    room: usize,
}

impl Unknown {
    pub(super) fn in_body(body: &[u8]) -> RefCell<Unknown> {
        RefCell::new(Unknown { names: Vec::new(), room: body.len() })
    }

    pub(super) fn into_names(self) -> Vec<String> {
        self.names
    }

    fn note(&mut self, path: Path<'_>) {
        if self.room > 0 {
            let name = path.to_string();
            self.room = self.room.saturating_sub(name.len().max(1));
            self.names.push(name);
        }
    }
}

/// Something of serde's, watched at a place.
pub(super) struct Watched<'p, X> {
    inner: X,
    path: Path<'p>,
    unknown: &'p RefCell<Unknown>,
}

impl<'p, X> Watched<'p, X> {
    pub(super) fn new(inner: X, path: Path<'p>, unknown: &'p RefCell<Unknown>) -> Self {
        Watched { inner, path, unknown }
    }

    fn same_place<Y>(&self, inner: Y) -> Watched<'p, Y> {
        Watched { inner, path: self.path, unknown: self.unknown }
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Watched<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let deserializer = self.same_place(deserializer);
        self.inner.deserialize(deserializer)
    }
}

macro_rules! through {
    ($($method:ident($($argument:ident: $kind:ty),*),)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $kind,)* visitor: V) -> Result<V::Value, D::Error> {
            let visitor = self.same_place(visitor);
            self.inner.$method($($argument,)* visitor)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Watched<'_, D> {
    type Error = D::Error;

    through! {
        deserialize_any(),
        deserialize_bool(),
        deserialize_i8(),
        deserialize_i16(),
        deserialize_i32(),
        deserialize_i64(),
        deserialize_i128(),
        deserialize_u8(),
        deserialize_u16(),
        deserialize_u32(),
        deserialize_u64(),
        deserialize_u128(),
        deserialize_f32(),
        deserialize_f64(),
        deserialize_char(),
        deserialize_str(),
        deserialize_string(),
        deserialize_bytes(),
        deserialize_byte_buf(),
        deserialize_option(),
        deserialize_unit(),
        deserialize_unit_struct(name: &'static str),
        deserialize_newtype_struct(name: &'static str),
        deserialize_seq(),
        deserialize_tuple(length: usize),
        deserialize_tuple_struct(name: &'static str, length: usize),
        deserialize_map(),
        deserialize_struct(name: &'static str, fields: &'static [&'static str]),
        deserialize_enum(name: &'static str, variants: &'static [&'static str]),
        deserialize_identifier(),
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.unknown.borrow_mut().note(self.path);
        self.inner.deserialize_ignored_any(visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! scalars {
    ($($method:ident $kind:ty,)*) => {$(
        fn $method<E: Error>(self, value: $kind) -> Result<V::Value, E> {
            self.inner.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Watched<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    scalars! {
        visit_bool bool,
        visit_i8 i8,
        visit_i16 i16,
        visit_i32 i32,
        visit_i64 i64,
        visit_i128 i128,
        visit_u8 u8,
        visit_u16 u16,
        visit_u32 u32,
        visit_u64 u64,
        visit_u128 u128,
        visit_f32 f32,
        visit_f64 f64,
        visit_char char,
        visit_str &str,
        visit_borrowed_str &'de str,
        visit_string String,
        visit_bytes &[u8],
        visit_borrowed_bytes &'de [u8],
        visit_byte_buf Vec<u8>,
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.same_place(deserializer);
        self.inner.visit_some(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.same_place(deserializer);
        self.inner.visit_newtype_struct(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        let items = Items { access: self.same_place(items), number: 0 };
        self.inner.visit_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<V::Value, A::Error> {
        let fields = Fields { access: self.same_place(fields), name: String::new() };
        self.inner.visit_map(fields)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        let variant = self.same_place(variant);
        self.inner.visit_enum(variant)
    }
}

struct Items<'p, A> {
    access: Watched<'p, A>,
    number: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let Watched { inner, path, unknown } = &mut self.access;
        let seed = Watched::new(seed, Path::Item(path, self.number), unknown);
        self.number += 1;
        inner.next_element_seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.inner.size_hint()
    }
}

struct Fields<'p, A> {
    access: Watched<'p, A>,
    name: String,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.access.inner.next_key()? else { return Ok(None) };
        self.name = name;
        seed.deserialize(Key::new(&self.name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let Watched { inner, path, unknown } = &mut self.access;
        inner.next_value_seed(Watched::new(seed, Path::Field(path, &self.name), unknown))
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.inner.size_hint()
    }
}

impl<'de, 'p, A: EnumAccess<'de>> EnumAccess<'de> for Watched<'p, A> {
    type Error = A::Error;
    type Variant = Variant<'p, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), A::Error> {
        let mut name = String::new();
        let named = Named { seed, name: &mut name };
        let (path, unknown) = (self.path, self.unknown);
        let (value, access) = self.inner.variant_seed(named)?;
        Ok((value, Variant { access: Watched::new(access, path, unknown), name }))
    }
}

/// Reads a name and keeps a copy.
struct Named<'n, S> {
    seed: S,
    name: &'n mut String,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Named<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        *self.name = <String as serde::Deserialize>::deserialize(deserializer)?;
        self.seed.deserialize(Key::new(self.name))
    }
}

pub(super) struct Variant<'p, A> {
    access: Watched<'p, A>,
    name: String,
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Variant<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.access.inner.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        let Watched { inner, path, unknown } = self.access;
        inner.newtype_variant_seed(Watched::new(seed, Path::Field(&path, &self.name), unknown))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, A::Error> {
        let Watched { inner, path, unknown } = self.access;
        inner.tuple_variant(length, Watched::new(visitor, Path::Field(&path, &self.name), unknown))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let Watched { inner, path, unknown } = self.access;
        inner.struct_variant(fields, Watched::new(visitor, Path::Field(&path, &self.name), unknown))
    }
}

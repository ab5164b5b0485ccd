//! Requests of the two query protocols, EC2's and the one of the other form-based services: from a [`Form`] to an action's input.
//!
//! A parameter's name is a path: `TagSpecification.1.Tag.2.Key`. Structures go by field name (so a field's serde name is its wire
//! name, API-3), lists by number (API-2). EC2 writes lists flat (`VpcId.1`), the others with a level between (`VpcIds.member.1`,
//! or a name of their own) or flat; which of these it is shows in the request, so inputs need not say. Maps, which EC2 does not
//! have, are `entry.1.key` and `entry.1.value`, or flat; other names for key and value are said by [`crate::markup`]. A list that
//! may be empty needs `#[serde(default)]`, as EC2's clients send nothing for it.
//!
//! What no field takes is not an error here: it is listed, and the API decides. Booleans, numbers and times are written as API-5
//! says. `#[serde(flatten)]` is not supported: serde gives flattened fields as text, so a number in one would be refused.

mod collection;
mod failure;
mod number;
mod tree;
mod value;

#[cfg(test)]
mod tests;

use serde::de::{DeserializeOwned, DeserializeSeed};

pub use failure::{DecodeError, Problem};

use crate::Form;
use failure::Failure;
use value::{Context, Value};

/// How many parts the name of a parameter may have.
pub const MOST_LEVELS: usize = 16;

/// The highest number that a list may count to, and so the most items that it may have.
pub const MOST_ITEMS: u32 = 10_000;

/// Which of the two query protocols is spoken; they differ in how lists and answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// EC2's own
    Ec2,
    /// that of ELB, IAM, STS, Auto Scaling, CloudFormation, …
    Query,
}

/// An input, and what the request held besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<T> {
    /// the input
    pub value: T,
    /// The full names of the parameters that no field took, in the order sent. `Action`, `Version` and the parameters of a
    /// signature in the query string (`X-Amz-…`) are not among them.
    pub unknown: Vec<String>,
}

/// Reads an action's input.
pub fn decode<T: DeserializeOwned>(form: &Form, dialect: Dialect) -> Result<Decoded<T>, DecodeError> {
    decode_seed(form, dialect, std::marker::PhantomData)
}

/// Reads an input whose shape is a value rather than a type.
pub fn decode_seed<'de, S: DeserializeSeed<'de>>(
    form: &'de Form,
    dialect: Dialect,
    seed: S,
) -> Result<Decoded<S::Value>, DecodeError> {
    let parameters = tree::sorted(form)?;
    let root = tree::Node::root(&parameters);
    let context = Context::new(dialect);
    let value = seed.deserialize(Value::new(root, &context)).map_err(|failure: Failure| failure.within(root))?;
    let names: Vec<&str> = form.iter().map(|(name, _)| name).collect();
    let unknown = context.unknown().into_iter().map(|position| names[position as usize].to_owned()).collect();
    Ok(Decoded { value, unknown })
}

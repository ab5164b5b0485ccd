//! The values of a condition, read for the type of its operator, and what fits them.

use std::net::IpAddr;

use ringwall_net::Prefix;
use ringwall_wire::{Blob, Timestamp};

use super::operator::{Base, Order};
use crate::malformed::Malformed;
use crate::node::Node;
use crate::template::{NoValue, Special, Template, exactly, ignoring_case};
use crate::{Keys, ResourcePattern, Version};

/// What the values of a key are compared with; one that fits is enough.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Comparison {
    Text(Vec<Template>),
    TextIgnoringCase(Vec<Template>),
    Number(Order, Vec<f64>),
    Date(Order, Vec<Timestamp>),
    Flag(Vec<bool>),
    Binary(Vec<Blob>),
    Address(Vec<Prefix>),
    Arn(Vec<ResourcePattern>),
    /// whether the key is to be absent
    Absent(Vec<bool>),
}

impl Comparison {
    pub(super) fn read(base: Base, values: &Node, version: Version) -> Result<Comparison, Malformed> {
        let variables = version.has_variables();
        let template =
            |wildcards| values.each(move |node| Template::parse(&scalar(node)?, Special { wildcards, variables }));
        Ok(match base {
            Base::Text => Comparison::Text(template(false)?),
            Base::TextLike => Comparison::Text(template(true)?),
            Base::TextIgnoringCase => Comparison::TextIgnoringCase(template(false)?),
            Base::Number(order) => Comparison::Number(order, read(values, "a number", number)?),
            Base::Date(order) => Comparison::Date(order, read(values, "a time such as `2026-01-31T12:00:00Z`", date)?),
            Base::Flag => Comparison::Flag(read(values, "`true` or `false`", flag)?),
            Base::Null => Comparison::Absent(read(values, "`true` or `false`", flag)?),
            Base::Binary => Comparison::Binary(read(values, "base64", |text| Blob::parse(text).ok())?),
            Base::Address => Comparison::Address(read(values, "a CIDR block or an address", block)?),
            Base::Arn | Base::ArnLike => {
                Comparison::Arn(values.each(|node| ResourcePattern::parse_arn(&scalar(node)?, variables))?)
            }
        })
    }

    /// The keys of its variables.
    pub(super) fn keys(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Comparison::Text(templates) | Comparison::TextIgnoringCase(templates) => {
                Box::new(templates.iter().flat_map(Template::keys))
            }
            Comparison::Arn(patterns) => Box::new(patterns.iter().flat_map(ResourcePattern::keys)),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// Whether a value of the request is what one of these describes.
    pub(super) fn fits(&self, value: &str, keys: &Keys) -> Result<bool, NoValue> {
        Ok(match self {
            Comparison::Text(templates) => text_fits(templates, value, keys, exactly)?,
            Comparison::TextIgnoringCase(templates) => text_fits(templates, value, keys, ignoring_case)?,
            Comparison::Number(order, numbers) => number(value).is_some_and(|own| {
                numbers.iter().any(|number| own.partial_cmp(number).is_some_and(|found| order.admits(found)))
            }),
            Comparison::Date(order, dates) => {
                date(value).is_some_and(|own| dates.iter().any(|date| order.admits(own.cmp(date))))
            }
            Comparison::Flag(flags) => flag(value).is_some_and(|own| flags.contains(&own)),
            Comparison::Binary(blobs) => Blob::parse(value).is_ok_and(|own| blobs.contains(&own)),
            Comparison::Address(blocks) => {
                value.parse::<IpAddr>().is_ok_and(|own| blocks.iter().any(|block| block.contains(own.to_canonical())))
            }
            Comparison::Arn(patterns) => {
                let mut fits = false;
                for pattern in patterns {
                    fits |= pattern.matches(value, keys)?;
                }
                fits
            }
            Comparison::Absent(_) => false,
        })
    }
}

/// Every template is filled, even behind one that fits: a variable without a value is one wherever it stands.
fn text_fits(templates: &[Template], value: &str, keys: &Keys, same: fn(char, char) -> bool) -> Result<bool, NoValue> {
    let mut fits = false;
    for template in templates {
        fits |= template.fill(keys)?.matches(value, same);
    }
    Ok(fits)
}

/// Values are strings; numbers, `true` and `false` may also be written bare.
fn scalar(node: &Node) -> Result<String, Malformed> {
    match node {
        Node::Text(_) | Node::Number(_) | Node::Flag(_) => Ok(node.describe()),
        other => Err(Malformed::unexpected("a string", &other.describe())),
    }
}

fn read<T>(values: &Node, expected: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Malformed> {
    values.each(|node| {
        let text = scalar(node)?;
        parse(&text).ok_or_else(|| Malformed::unexpected(expected, &text))
    })
}

fn number(text: &str) -> Option<f64> {
    let is_of_number = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    let number: f64 = text.bytes().all(is_of_number).then(|| text.parse().ok())??;
    number.is_finite().then_some(number)
}

/// A moment; a day alone is its beginning.
fn date(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Timestamp::parse_iso8601(&format!("{text}T00:00:00Z")).ok())
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A block, or an address as the block of itself (IAM-36).
fn block(text: &str) -> Option<Prefix> {
    text.parse().ok().or_else(|| text.parse().ok().map(Prefix::host))
}

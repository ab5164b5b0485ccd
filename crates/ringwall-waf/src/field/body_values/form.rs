//! Forms: names and values between `&`, with `%` and `+` decoded.

use super::super::arguments::pairs;
use super::super::{Found, Value};
use super::decoded;
use crate::transformation::Transformation;

/// Takes a form apart: names, too, since an application may build what it runs of them. Whether that were all.
pub fn read<'r>(body: &'r [u8], most: usize, found: &mut Found<'r>) -> bool {
    let mut pairs = pairs(body);
    for (name, value) in pairs.by_ref().take(most) {
        let name = decoded(name, Transformation::URL_DECODE, found);
        let text = decoded(value, Transformation::URL_DECODE, found);
        found.values.push(Value { name: None, text: name });
        found.values.push(Value { name: Some(name), text });
    }
    pairs.next().is_none()
}

/// Whether a body of which nothing is said begins like a form: a short name and `=`.
pub fn looks_like_one(body: &[u8]) -> bool {
    let name = body.iter().take(65).take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.[]%".contains(byte)).count();
    (1..=64).contains(&name) && body.get(name) == Some(&b'=')
}

//! Forms: names and values between `&`, with `%` and `+` decoded.

use super::super::Value;
use super::super::arguments::split_pairs;
use crate::transformation::url_decode;

/// Takes a form apart: names, too, since an application may build what it runs of them. Whether that were all.
pub fn read<'r>(body: &'r [u8], most: usize, values: &mut Vec<Value<'r>>) -> bool {
    let mut pairs = split_pairs(body);
    for (name, value) in pairs.by_ref().take(most) {
        let name = url_decode::apply(name);
        values.push(Value { name: None, bytes: name.clone() });
        values.push(Value { name: Some(name), bytes: url_decode::apply(value) });
    }
    pairs.next().is_none()
}

/// Whether a body of which nothing is said begins like a form: a short name and `=`.
pub fn looks_like_one(body: &[u8]) -> bool {
    let name = body.iter().take(65).take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.[]%".contains(byte)).count();
    (1..=64).contains(&name) && body.get(name) == Some(&b'=')
}

//! `@validateUtf8Encoding`.

use std::ops::Range;

/// Where a value is no UTF-8: a character without its end, one that is longer than it has to be, half of one, or one that
/// there is not.
pub fn wrong(value: &[u8]) -> Option<Range<usize>> {
    let error = std::str::from_utf8(value).err()?;
    let start = error.valid_up_to();
    Some(start..error.error_len().map_or(value.len(), |length| start + length))
}

//! Moments in time as AWS writes them (API-5).
//!
//! The query protocols and their answers write `2026-01-31T12:00:00.000Z`, signatures `20260131T120000Z`, JSON protocols seconds
//! since 1970 as a number, HTTP headers `Sat, 31 Jan 2026 12:00:00 GMT`. [`Timestamp`] is the moment itself and, in serde, the
//! first of these; fields that are written otherwise have the type [`EpochSeconds`] or [`HttpDate`].

mod calendar;
mod parse;
mod serial;

use std::fmt;

use calendar::Civil;
pub use parse::TimestampError;
pub use serial::{EpochSeconds, HttpDate};

/// A moment: milliseconds since 1970 in UTC, without leap seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment so many milliseconds after 1970.
    pub const fn from_millis(millis: i64) -> Timestamp {
        Timestamp(millis)
    }

    /// The moment so many seconds after 1970, or the last one that there is.
    pub const fn from_seconds(seconds: i64) -> Timestamp {
        Timestamp(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment so many seconds later, or the last one that there is.
    pub const fn plus_seconds(self, seconds: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whether it lies in the years 0 to 9999. No other is read in any form, since most forms could not write it.
    const fn has_four_digits(self) -> bool {
        -62_167_219_200_000 <= self.0 && self.0 < 253_402_300_800_000
    }

    /// `2026-01-31T12:00:00.000Z`
    pub fn iso8601(self) -> String {
        let Civil { year, month, day, hour, minute, second, millisecond } = Civil::of(self.0);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
    }

    /// `20260131T120000Z`
    pub fn basic(self) -> String {
        let Civil { year, month, day, hour, minute, second, .. } = Civil::of(self.0);
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }

    /// `Sat, 31 Jan 2026 12:00:00 GMT`
    pub fn http_date(self) -> String {
        let Civil { year, month, day, hour, minute, second, .. } = Civil::of(self.0);
        let weekday = calendar::WEEKDAYS[calendar::weekday(self.0)];
        let month = calendar::MONTHS[month as usize - 1];
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// `1769860800`, or `1769860800.5` within a second
    pub fn epoch_seconds(self) -> String {
        let (sign, millis) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let text = format!("{sign}{}.{:03}", millis / 1000, millis % 1000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso8601())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_769_860_800_000);

    #[test]
    fn one_moment_is_written_in_four_ways() {
        assert_eq!(NOON.iso8601(), "2026-01-31T12:00:00.000Z");
        assert_eq!(NOON.basic(), "20260131T120000Z");
        assert_eq!(NOON.http_date(), "Sat, 31 Jan 2026 12:00:00 GMT");
        assert_eq!(NOON.epoch_seconds(), "1769860800");
    }

    #[test]
    fn parts_of_a_second_are_kept_where_the_form_has_them() {
        let moment = Timestamp::from_millis(NOON.millis() + 50);
        assert_eq!(moment.iso8601(), "2026-01-31T12:00:00.050Z");
        assert_eq!(moment.epoch_seconds(), "1769860800.05");
        assert_eq!(Timestamp::from_millis(-1).epoch_seconds(), "-0.001");
        assert_eq!(Timestamp::from_millis(-1).iso8601(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::from_seconds(0).epoch_seconds(), "0");
    }

    #[test]
    fn the_ends_of_time_are_written_too() {
        for end in [i64::MIN, i64::MAX] {
            let end = Timestamp::from_millis(end);
            assert!(!end.iso8601().is_empty() && !end.basic().is_empty() && !end.http_date().is_empty());
        }
        assert_eq!(NOON.plus_seconds(i64::MAX), Timestamp::from_millis(i64::MAX));
        assert_eq!(NOON.plus_seconds(i64::MIN).plus_seconds(i64::MIN), Timestamp::from_millis(i64::MIN));
    }
}

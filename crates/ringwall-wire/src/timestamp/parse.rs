//! Reading the four forms. Each is read by the character: what is not of the form is no time.

use std::str::FromStr;

use super::Timestamp;
use super::calendar::{Civil, MONTHS, WEEKDAYS, weekday};

/// The text is no moment in any form that AWS reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the form `2026-01-31T12:00:00Z`, `20260131T120000Z` or `1769860800`")]
pub struct TimestampError;

impl Timestamp {
    /// Reads `2026-01-31T12:00:00Z`, with or without a fraction of a second (digits beyond milliseconds are dropped), at `Z` or
    /// an offset such as `+01:00`.
    pub fn parse_iso8601(text: &str) -> Result<Timestamp, TimestampError> {
        read(text, |reader| {
            let (year, month, day) =
                (reader.number(4)?, reader.after(b'-')?.number(2)?, reader.after(b'-')?.number(2)?);
            let (hour, minute, second) = reader.after(b'T')?.time(Some(b':'))?;
            let millisecond = if reader.skip(b'.') { reader.fraction()? } else { 0 };
            let offset = reader.offset()?;
            let civil = Civil { year: i64::from(year), month, day, hour, minute, second, millisecond };
            Some(Timestamp(civil.millis()? - offset))
        })
    }

    /// Reads `20260131T120000Z`.
    pub fn parse_basic(text: &str) -> Result<Timestamp, TimestampError> {
        read(text, |reader| {
            let (year, month, day) = (reader.number(4)?, reader.number(2)?, reader.number(2)?);
            let (hour, minute, second) = reader.after(b'T')?.time(None)?;
            reader.after(b'Z')?;
            Civil { year: i64::from(year), month, day, hour, minute, second, millisecond: 0 }.millis().map(Timestamp)
        })
    }

    /// Reads `1769860800` or `1769860800.5`.
    pub fn parse_epoch_seconds(text: &str) -> Result<Timestamp, TimestampError> {
        read(text, |reader| {
            let sign = if reader.skip(b'-') { -1 } else { 1 };
            let seconds = reader.digits(12)?;
            let millis = if reader.skip(b'.') { reader.fraction()? } else { 0 };
            Some(Timestamp(sign * (seconds * 1000 + i64::from(millis))))
        })
    }

    /// Reads `Sat, 31 Jan 2026 12:00:00 GMT`.
    pub fn parse_http_date(text: &str) -> Result<Timestamp, TimestampError> {
        read(text, |reader| {
            let name = reader.word(&WEEKDAYS)?;
            let day = reader.after(b',')?.after(b' ')?.number(2)?;
            let month = reader.after(b' ')?.word(&MONTHS)? as u32 + 1;
            let year = i64::from(reader.after(b' ')?.number(4)?);
            let (hour, minute, second) = reader.after(b' ')?.time(Some(b':'))?;
            " GMT".bytes().try_for_each(|letter| reader.after(letter).map(drop))?;
            let millis = Civil { year, month, day, hour, minute, second, millisecond: 0 }.millis()?;
            (weekday(millis) == name).then_some(Timestamp(millis))
        })
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Reads any form but that of HTTP.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Timestamp::parse_iso8601(text)
            .or_else(|_| Timestamp::parse_basic(text))
            .or_else(|_| Timestamp::parse_epoch_seconds(text))
    }
}

fn read(text: &str, form: impl FnOnce(&mut Reader<'_>) -> Option<Timestamp>) -> Result<Timestamp, TimestampError> {
    let mut reader = Reader(text.as_bytes());
    form(&mut reader).filter(|moment| reader.0.is_empty() && moment.has_four_digits()).ok_or(TimestampError)
}

/// What is left of a text.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn skip(&mut self, character: u8) -> bool {
        match self.0.split_first() {
            Some((&first, rest)) if first == character => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn after(&mut self, character: u8) -> Option<&mut Self> {
        self.skip(character).then_some(self)
    }

    fn digit(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first().filter(|(first, _)| first.is_ascii_digit())?;
        self.0 = rest;
        Some(first - b'0')
    }

    /// A number of exactly so many digits, at most nine.
    fn number(&mut self, digits: usize) -> Option<u32> {
        (0..digits).try_fold(0, |number, _| Some(number * 10 + u32::from(self.digit()?)))
    }

    /// A number of one digit up to `most`, at most eighteen.
    fn digits(&mut self, most: usize) -> Option<i64> {
        let mut number = i64::from(self.digit()?);
        for _ in 1..most {
            let Some(digit) = self.digit() else { break };
            number = number * 10 + i64::from(digit);
        }
        Some(number)
    }

    /// The milliseconds of one to nine digits behind a point.
    fn fraction(&mut self) -> Option<u32> {
        let mut millis = u32::from(self.digit()?) * 100;
        for worth in [10, 1, 0, 0, 0, 0, 0, 0] {
            let Some(digit) = self.digit() else { break };
            millis += u32::from(digit) * worth;
        }
        Some(millis)
    }

    fn time(&mut self, separator: Option<u8>) -> Option<(u32, u32, u32)> {
        let hour = self.number(2)?;
        separator.map_or(Some(()), |separator| self.after(separator).map(drop))?;
        let minute = self.number(2)?;
        separator.map_or(Some(()), |separator| self.after(separator).map(drop))?;
        Some((hour, minute, self.number(2)?))
    }

    /// How many milliseconds a clock is ahead of UTC.
    fn offset(&mut self) -> Option<i64> {
        if self.skip(b'Z') {
            return Some(0);
        }
        let sign = if self.skip(b'+') { 1 } else { self.after(b'-').map(|_| -1)? };
        let (hours, minutes) = (self.number(2)?, self.after(b':')?.number(2)?);
        (hours < 24 && minutes < 60).then(|| sign * i64::from(hours * 60 + minutes) * 60_000)
    }

    /// Which of the words, all of three letters, comes next.
    fn word(&mut self, words: &[&str]) -> Option<usize> {
        let (word, rest) = self.0.split_first_chunk::<3>()?;
        self.0 = rest;
        words.iter().position(|candidate| candidate.as_bytes() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_769_860_800_000;

    #[test]
    fn all_forms_of_one_moment_are_read() {
        for text in [
            "2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00.0Z",
            "2026-01-31T12:00:00.000999999Z",
            "2026-01-31T11:00:00-01:00",
            "2026-01-31T17:30:00+05:30",
            "20260131T120000Z",
            "1769860800",
            "1769860800.0",
        ] {
            assert_eq!(text.parse(), Ok(Timestamp(NOON)), "{text}");
        }
        assert_eq!(Timestamp::parse_http_date("Sat, 31 Jan 2026 12:00:00 GMT"), Ok(Timestamp(NOON)));
        assert_eq!("2026-01-31T12:00:00.05Z".parse(), Ok(Timestamp(NOON + 50)));
        assert_eq!("-1.5".parse(), Ok(Timestamp(-1500)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "-",
            ".5",
            "1.",
            "1e3",
            "+1",
            "253402300800",
            "-62167219201",
            "1234567890123",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-01-31 12:00:00Z",
            "2026-02-29T12:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:60:00Z",
            "2026-01-31T12:00:60Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00.1234567890Z",
            "2026-01-31T12:00:00+24:00",
            "2026-01-31T12:00:00+0100",
            "2026-01-31T12:00:00ZZ",
            "20260131T120000",
            "20260131T1200Z",
            "２026-01-31T12:00:00Z",
            "Sat, 31 Jan 2026 12:00:00 GMT",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
        }
        for text in ["Sun, 31 Jan 2026 12:00:00 GMT", "Sat, 31 Jan 2026 12:00:00 UTC", "Sat, 31 January 2026", "Sat"] {
            assert_eq!(Timestamp::parse_http_date(text), Err(TimestampError), "{text}");
        }
    }

    #[test]
    fn every_moment_survives_being_written_and_read() {
        let mut random = fastrand::Rng::with_seed(11);
        for _ in 0..20_000 {
            let moment = Timestamp(random.i64(-62_167_219_200_000..253_402_300_800_000));
            assert_eq!(Timestamp::parse_iso8601(&moment.iso8601()), Ok(moment));
            let second = Timestamp::from_seconds(moment.seconds());
            assert_eq!(Timestamp::parse_basic(&second.basic()), Ok(second));
            assert_eq!(Timestamp::parse_http_date(&second.http_date()), Ok(second));
            assert_eq!(Timestamp::parse_epoch_seconds(&moment.epoch_seconds()), Ok(moment));
        }
    }
}

//! Moments in serde: as text, as a number of seconds, as HTTP's date.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Timestamp;

/// A moment that is written as seconds since 1970: a number in JSON, which has it so unless an API says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochSeconds(pub Timestamp);

/// A moment that is written as in HTTP headers: `Sat, 31 Jan 2026 12:00:00 GMT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpDate(pub Timestamp);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.iso8601())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for EpochSeconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.millis() % 1000 == 0 {
            serializer.serialize_i64(self.0.seconds())
        } else {
            serializer.serialize_f64(self.0.millis() as f64 / 1000.0)
        }
    }
}

impl<'de> Deserialize<'de> for EpochSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Seconds).map(EpochSeconds)
    }
}

/// Reads numbers, and text in the forms that [`Timestamp`] reads: forms have no numbers.
struct Seconds;

impl Visitor<'_> for Seconds {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds since 1970")
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Timestamp, E> {
        self.visit_str(&seconds.to_string())
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Timestamp, E> {
        self.visit_str(&seconds.to_string())
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Timestamp, E> {
        // what no integer can hold becomes the nearest end of time, which has more than four digits
        let moment = Timestamp((seconds * 1000.0).round() as i64);
        if moment.has_four_digits() { Ok(moment) } else { Err(E::custom(super::TimestampError)) }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(E::custom)
    }
}

impl Serialize for HttpDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.http_date())
    }
}

impl<'de> Deserialize<'de> for HttpDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Timestamp::parse_http_date(&text).map(HttpDate).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_iso_text_in_json() {
        let noon = Timestamp::from_seconds(1_769_860_800);
        assert_eq!(serde_json::to_string(&noon).unwrap(), r#""2026-01-31T12:00:00.000Z""#);
        assert_eq!(serde_json::from_str::<Timestamp>(r#""20260131T120000Z""#).unwrap(), noon);
        assert!(serde_json::from_str::<Timestamp>("1769860800").is_err());
    }

    #[test]
    fn seconds_are_a_number_in_json() {
        let moment = |millis| EpochSeconds(Timestamp::from_millis(millis));
        for (millis, text) in
            [(1_769_860_800_000, "1769860800"), (-1500, "-1.5"), (1_769_860_800_123, "1769860800.123")]
        {
            assert_eq!(serde_json::to_string(&moment(millis)).unwrap(), text);
            assert_eq!(serde_json::from_str::<EpochSeconds>(text).unwrap(), moment(millis));
            assert_eq!(serde_json::from_str::<EpochSeconds>(&format!("\"{text}\"")).unwrap(), moment(millis));
        }
        for text in ["1e300", "18446744073709551615", "true", "\"soon\""] {
            assert!(serde_json::from_str::<EpochSeconds>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_http_date_is_text() {
        let date = HttpDate(Timestamp::from_seconds(1_398_796_238));
        assert_eq!(serde_json::to_string(&date).unwrap(), r#""Tue, 29 Apr 2014 18:30:38 GMT""#);
        assert_eq!(serde_json::from_str::<HttpDate>(r#""Tue, 29 Apr 2014 18:30:38 GMT""#).unwrap(), date);
    }
}

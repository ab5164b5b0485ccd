//! Times and blobs: whatever text is read, what it was read as can be written and is read back as the same.

use fastrand::Rng;
use ringwall_wire::timestamp::{EpochSeconds, HttpDate};
use ringwall_wire::{Blob, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A text that is like one of the samples, or just the same.
fn near(samples: &[&str], alphabet: &[u8], random: &mut Rng) -> String {
    let mut bytes = random.choice(samples).unwrap().as_bytes().to_vec();
    for _ in 0..random.usize(0..4) {
        let at = random.usize(0..=bytes.len());
        let byte = *random.choice(alphabet).unwrap();
        match random.u8(..4) {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            _ if at < bytes.len() => bytes[at] = byte,
            _ => {}
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_time_that_is_read_can_be_written_and_read_back() {
    let samples = [
        "2026-01-31T12:00:00Z",
        "0000-01-01T00:00:00.000+00:00",
        "9999-12-31T23:59:59.999-00:00",
        "20260131T120000Z",
        "1769860800.5",
        "-62167219200",
        "99999999999",
    ];
    let mut random = Rng::with_seed(31);
    let mut read = 0;
    for _ in 0..200_000 {
        let text = near(&samples, b"0123456789-+:.TZ", &mut random);
        let Ok(moment) = text.parse::<Timestamp>() else { continue };
        assert_eq!(Timestamp::parse_iso8601(&moment.iso8601()), Ok(moment), "{text} is written as {moment}");
        let second = Timestamp::from_seconds(moment.seconds());
        assert_eq!(Timestamp::parse_basic(&second.basic()), Ok(second), "{text} is written as {}", second.basic());
        assert_eq!(Timestamp::parse_http_date(&second.http_date()), Ok(second), "{text}, {}", second.http_date());
        read += 1;
    }
    assert!(read > 20_000, "the mutations left only {read} times that can be read");
}

/// Reads a document as one type; if that goes, writes it and reads it again.
fn survives<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(document: &str) -> bool {
    let Ok(value) = serde_json::from_str::<T>(document) else { return false };
    let written = serde_json::to_string(&value).unwrap();
    let again = serde_json::from_str::<T>(&written).unwrap_or_else(|error| panic!("{document}, {written}: {error}"));
    assert_eq!(again, value, "{document} is written as {written}");
    true
}

#[test]
fn every_document_that_holds_a_time_survives_being_written() {
    let samples = [
        "\"2026-01-31T12:00:00Z\"",
        "\"1769860800.5\"",
        "1769860800",
        "1769860800.123",
        "-0.5",
        "1e9",
        "99999999999",
        "-99999999999",
        "\"Sat, 31 Jan 2026 12:00:00 GMT\"",
    ];
    let mut random = Rng::with_seed(32);
    let mut read = [0; 3];
    for _ in 0..200_000 {
        let document = near(&samples, b"0123456789-+:.TZeE\"", &mut random);
        read[0] += u32::from(survives::<Timestamp>(&document));
        read[1] += u32::from(survives::<EpochSeconds>(&document));
        read[2] += u32::from(survives::<HttpDate>(&document));
    }
    assert!(read.iter().all(|read| *read > 5_000), "the mutations left only {read:?} that can be read");
}

#[test]
fn every_blob_survives_being_written_and_every_text_that_is_one_is_the_only_one() {
    let mut random = Rng::with_seed(33);
    let mut read = 0;
    for _ in 0..50_000 {
        let bytes: Vec<u8> = (0..random.usize(0..40)).map(|_| random.u8(..)).collect();
        let blob = Blob(bytes);
        assert_eq!(Blob::parse(&blob.base64()), Ok(blob.clone()));
        let text = near(&[&blob.base64()], b"AZaz09+/=-_ \n", &mut random);
        if let Ok(blob) = Blob::parse(&text) {
            assert_eq!(blob.base64(), text);
            read += 1;
        }
    }
    assert!(read > 10_000, "the mutations left only {read} texts that can be read");
}

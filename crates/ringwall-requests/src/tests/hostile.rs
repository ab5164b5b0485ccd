//! Bytes that are made to break a reader.

use std::sync::Arc;

use super::{defaults, origin};
use crate::format::NAMES;
use crate::{Format, har, http};

/// Pieces that readers look for, so that random texts of them get past the first door.
const PIECES: &[&str] = &[
    "198.51.100.7",
    " - - ",
    "[10/Oct/2000:13:55:36 -0700]",
    "\"GET / HTTP/1.1\"",
    "\"",
    "[",
    "]",
    "\\",
    "\\x4",
    "%",
    "%2",
    "\t",
    "\n",
    "\r\n",
    "###",
    "# client: ",
    "# time: ",
    "GET / HTTP/1.1\n",
    "Content-Length: 9\n",
    "Transfer-Encoding: chunked\n",
    "\n\n",
    "ffffffffffffffff\r\n",
    "3\r\n",
    "https 2018-07-02T22:23:05Z a 1.1.1.1:1 ",
    "1 ",
    "#Fields: date time cs-method",
    "2000-10-10",
    "{\"log\": {\"entries\": [",
    "{\"request\": {\"method\": \"GET\", \"url\": \"/\"}}",
    ",",
    "]}}",
    "{\"timestamp\": 1,",
    "\u{e9}",
    "\0",
];

#[test]
fn no_bytes_break_a_reader() {
    let (mut read, mut broken) = (0, 0);
    for seed in 0..30_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut text = String::new();
        for _ in 0..random.usize(1..14) {
            text.push_str(PIECES[random.usize(..PIECES.len())]);
        }
        let mut bytes = text.into_bytes();
        if random.bool() {
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(..);
        }
        Format::detect("a", &bytes);
        let mut count = |is_read: bool| if is_read { read += 1 } else { broken += 1 };
        for name in NAMES {
            match Format::named(name).unwrap() {
                Format::Http => {
                    let found = http::read(&bytes, &Arc::from("a"), defaults());
                    assert!(found.len() <= bytes.len());
                    found.iter().for_each(|own| count(own.is_ok()));
                }
                Format::Har => count(har::read(&bytes, &Arc::from("a"), defaults()).is_ok()),
                Format::Lines(format) => {
                    let format = format.directive(&bytes).unwrap_or(format);
                    count(format.read(&bytes, origin(), defaults()).is_ok());
                }
            }
        }
    }
    assert!(read > 1000 && broken > 5000, "{read} read, {broken} broken");
}

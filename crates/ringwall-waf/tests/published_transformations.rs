//! The published cases of ModSecurity's transformations, from which AWS took its own.
//!
//! `cargo xtask test` leaves out tests whose names begin with `published_` where the data is not there, and says so.

use std::path::{Path, PathBuf};

use ringwall_waf::transformation::Transformation;
use serde_json::Value;

/// The file of each transformation that has one.
const FILES: &[(&str, &str)] = &[
    ("base64Decode", "BASE64_DECODE"),
    ("base64DecodeExt", "BASE64_DECODE_EXT"),
    ("cmdLine", "CMD_LINE"),
    ("compressWhitespace", "COMPRESS_WHITE_SPACE"),
    ("cssDecode", "CSS_DECODE"),
    ("escapeSeqDecode", "ESCAPE_SEQ_DECODE"),
    ("hexDecode", "HEX_DECODE"),
    ("htmlEntityDecode", "HTML_ENTITY_DECODE"),
    ("jsDecode", "JS_DECODE"),
    ("lowercase", "LOWERCASE"),
    ("md5", "MD5"),
    ("normalisePath", "NORMALIZE_PATH"),
    ("normalisePathWin", "NORMALIZE_PATH_WIN"),
    ("removeCommentsChar", "REMOVE_COMMENTS_CHAR"),
    ("removeNulls", "REMOVE_NULLS"),
    ("removeWhitespace", "REMOVE_WHITESPACE"),
    ("replaceComments", "REPLACE_COMMENTS"),
    ("replaceNulls", "REPLACE_NULLS"),
    ("sqlHexDecode", "SQL_HEX_DECODE"),
    ("trim", "TRIM"),
    ("trimLeft", "TRIM_LEFT"),
    ("trimRight", "TRIM_RIGHT"),
    ("urlDecode", "URL_DECODE"),
    ("urlDecodeUni", "URL_DECODE_UNI"),
    ("utf8toUnicode", "UTF8_TO_UNICODE"),
];

/// Cases that are not what they were meant to be: their file and number. This one has a byte of zero where its author wrote an
/// escaped one, and its own runner reads no further than that.
const BROKEN: &[(&str, usize)] = &[("cssDecode", 3)];

fn folder() -> PathBuf {
    let beside_the_workspace = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("RINGWALL_TEST_DATA").map_or_else(beside_the_workspace, PathBuf::from);
    let path = root.join("secrules/transformations");
    assert!(path.is_dir(), "the test data is absent: `{}` is no folder; set RINGWALL_TEST_DATA", path.display());
    path
}

/// The bytes of a text of the cases, in which `\\xHH` and `\\uHHHH` stand for a byte. What are no digits count for nothing, in
/// the input and in what is expected alike.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (mark, length) in [(b'x', 2), (b'u', 4)] {
        let mut place = 0;
        while place + 2 + length <= bytes.len() {
            let (escape, digits) = bytes[place..place + 2 + length].split_at(2);
            if escape == [b'\\', mark] && digits.iter().all(u8::is_ascii_alphanumeric) {
                let digits = digits.iter().map_while(|byte| (*byte as char).to_digit(16));
                let number = digits.fold(0, |number, digit| number << 4 | digit);
                bytes.splice(place..place + 2 + length, [number as u8]);
            }
            place += 1;
        }
    }
    bytes
}

#[test]
fn published_cases_of_transformations_hold() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (file, name) in FILES {
        let path = folder().join(format!("{file}.json"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let cases: Value = serde_json::from_str(&text).expect("cases are JSON");
        let own = Transformation::named(name).expect(name);
        for (number, case) in cases.as_array().expect("a file of cases is a list").iter().enumerate() {
            if BROKEN.contains(&(file, number)) {
                continue;
            }
            let field = |name: &str| bytes(case[name].as_str().expect(name));
            let (input, output) = (field("input"), field("output"));
            let made = own.apply(&input);
            count += 1;
            if made != output {
                let show = |own: &[u8]| own.escape_ascii().to_string();
                wrong.push(format!("{name}: {} is {}, not {}", show(&input), show(&made), show(&output)));
            }
        }
    }
    assert!(count > 250, "only {count} cases");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

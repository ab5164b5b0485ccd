//! The published cases of SecLang's operators and transformations.
//!
//! `cargo xtask test` leaves out tests whose names begin with `published_` where the data is not there, and says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ringwall_secrules::Operator;
use ringwall_secrules::transformation::Transformation;
use serde_json::Value;

/// Operators that are refused when a rule is read, with all or some of their arguments; nothing can be asked then. Countries are not
/// there, a range of bytes that is none would let nothing through, and a network that is none has no address. Of groups, as many are
/// compared as the case lists.
const REFUSED: &[(&str, &[&str])] =
    &[("geoLookup", &["", "TestCase"]), ("validateByteRange", &["", "xxx"]), ("ipMatch", &["10.0.0.0/100"])];

/// Cases that are not what they were meant to be: their file and number. This one has a byte of zero where its author wrote an
/// escaped one, and its own runner reads no further than that.
const BROKEN: &[(&str, usize)] = &[("cssDecode", 3)];

fn folder(name: &str) -> PathBuf {
    let beside_the_workspace = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("RINGWALL_TEST_DATA").map_or_else(beside_the_workspace, PathBuf::from);
    let path = root.join("secrules").join(name);
    assert!(path.is_dir(), "the test data is absent: `{}` is no folder; set RINGWALL_TEST_DATA", path.display());
    path
}

fn cases(folder: &Path) -> Vec<(String, usize, Value)> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|own| own == "json"));
    names.sort();
    let mut all = Vec::new();
    for path in names {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let cases: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let cases = cases.as_array().unwrap().clone();
        all.extend(cases.into_iter().enumerate().map(|(number, case)| (name.clone(), number, case)));
    }
    all
}

/// The bytes of a text of the cases, in which `\xHH` and `\uHHHH` stand for a byte.
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
    for (name, number, case) in cases(&folder("transformations")) {
        if BROKEN.contains(&(name.as_str(), number)) {
            continue;
        }
        let own = Transformation::named(&name).unwrap_or_else(|| panic!("{name} is no transformation"));
        let field = |name: &str| bytes(case[name].as_str().expect(name));
        let (made, output) = (own.make(&field("input")).into_owned(), field("output"));
        count += 1;
        if made != output {
            wrong.push(format!("{case}: {}", made.escape_ascii()));
        }
    }
    assert!(count > 350, "only {count} cases");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn published_cases_of_operators_hold() {
    let folder = folder("operators");
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder.join("op")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let name = format!("test-cases/secrules-language-tests/operators/op/{name}");
        files.insert(name, std::fs::read(&path).unwrap());
    }
    let (mut wrong, mut count, mut refused) = (Vec::new(), 0, 0);
    for (name, _, case) in cases(&folder) {
        let (argument, input) = (case["param"].as_str().unwrap_or_default(), bytes(case["input"].as_str().unwrap()));
        count += 1;
        let operator = match Operator::read(&files, &name, argument) {
            Ok(operator) => operator,
            Err(_) if REFUSED.iter().any(|(own, with)| *own == name && with.contains(&argument)) => {
                refused += 1;
                continue;
            }
            Err(says) => {
                wrong.push(format!("{case}: {says}"));
                continue;
            }
        };
        let found = operator.find_in(&input);
        let groups =
            case["re_groups"].as_array().map(|own| own.iter().map(|own| own.as_str().unwrap()).collect::<Vec<_>>());
        let captured = |hit: &ringwall_secrules::Hit| {
            hit.captures.iter().map(|(_, range)| String::from_utf8_lossy(&input[range.clone()]).into_owned()).collect()
        };
        let captured: Vec<String> = found.as_ref().map(captured).unwrap_or_default();
        if found.is_some() != (case["ret"] == 1)
            || groups.is_some_and(|own| captured.get(..own.len()).is_none_or(|captured| own != captured))
        {
            wrong.push(format!("{case}: {found:?} {captured:?}"));
        }
    }
    assert!(count > 3_900, "only {count} cases");
    assert_eq!(refused, 9, "cases that are refused");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

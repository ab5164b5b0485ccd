//! The public cases of libinjection and of SecLang's operators: how often we say the same.
//!
//! The names of tests that need the public data begin with `published_`: `cargo xtask test` leaves out just these where the data is
//! not there, and says so.

use std::path::{Path, PathBuf};

use ringwall_detect::{Sensitivity, sqli, xss};

/// A folder of the test data. Without the data nothing is tested, and that must be seen.
fn data(folder: &str) -> PathBuf {
    let beside_the_workspace = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("RINGWALL_TEST_DATA").map_or_else(beside_the_workspace, PathBuf::from).join(folder);
    assert!(path.is_dir(), "the test data is absent: `{}` is no folder; set RINGWALL_TEST_DATA", path.display());
    path
}

/// The cases whose file's name begins so: name, input, whether something is expected.
fn cases(prefix: &str) -> Vec<(String, Vec<u8>, bool)> {
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(data("libinjection")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name.starts_with(prefix) {
            let text = std::fs::read(&path).unwrap();
            let [_, input, expected] = split(&text);
            cases.push((name, input.to_vec(), !expected.is_empty()));
        }
    }
    cases.sort();
    assert!(cases.len() >= 50, "{prefix}: {}", cases.len());
    cases
}

/// What stands before `--INPUT--`, before `--EXPECTED--` and behind it, without the lines' ends around it.
fn split(text: &[u8]) -> [&[u8]; 3] {
    let find = |mark: &str| text.windows(mark.len()).position(|window| window == mark.as_bytes()).unwrap();
    let (input, expected) = (find("--INPUT--"), find("--EXPECTED--"));
    [&text[..input], &text[input + 9..expected], &text[expected + 12..]].map(|part| {
        let from = part.iter().position(|byte| *byte != b'\n').unwrap_or(part.len());
        let to = part.iter().rposition(|byte| *byte != b'\n').map_or(from, |at| at + 1);
        &part[from..to]
    })
}

/// How many cases are decided alike, and the names of those that are not.
fn agreement(sensitivity: Sensitivity) -> (usize, Vec<String>) {
    let cases = cases("test-sqli-");
    let differs = |(_, input, expected): &&(String, Vec<u8>, bool)| sqli(input, sensitivity).is_some() != *expected;
    let differing: Vec<String> = cases.iter().filter(differs).map(|(name, ..)| name.clone()).collect();
    println!(
        "libinjection's SQL at {sensitivity:?}: {} of {} alike; differing: {differing:?}",
        cases.len() - differing.len(),
        cases.len()
    );
    (cases.len() - differing.len(), differing)
}

#[test]
fn published_cases_of_sql_are_decided_alike_at_the_high_sensitivity() {
    assert_eq!(agreement(Sensitivity::High), (50, vec![]));
}

#[test]
fn published_cases_of_sql_that_differ_at_the_low_sensitivity_are_those_that_may_be_prose() {
    let (alike, differing) = agreement(Sensitivity::Low);
    assert!(alike >= 40, "{alike}");
    // At the low sensitivity nothing more is found than libinjection finds.
    for (name, input, expected) in cases("test-sqli-") {
        if differing.contains(&name) {
            assert!(expected, "{name}: {}", input.escape_ascii());
        }
    }
}

#[test]
fn published_cases_of_operators_are_decided_alike() {
    type Decide = fn(&[u8]) -> bool;
    let decide: [(&str, Decide); 2] =
        [("detectSQLi", |input| sqli(input, Sensitivity::Low).is_some()), ("detectXSS", |input| xss(input).is_some())];
    for (name, decide) in decide {
        let text = std::fs::read_to_string(data("secrules/operators").join(format!("{name}.json"))).unwrap();
        let cases = text.split('{').skip(1);
        let mut count = 0;
        for case in cases {
            let input = case.split("\"input\" : \"").nth(1).unwrap();
            let end = input.replace("\\\"", "  ").find('"').unwrap();
            let input = input[..end].replace("\\\"", "\"");
            assert_eq!(decide(input.as_bytes()), case.contains("\"ret\" : 1"), "{name}: {input}");
            count += 1;
        }
        assert_eq!(count, 3, "{name}");
    }
}

//! Where the public test data is, and how to read it.
//!
//! The names of tests that need it begin with `published_`: `cargo xtask test` leaves out just these where the data is not there,
//! and says so.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A folder of the test data. Without the data nothing is tested, and that must be seen.
pub fn data(folder: &str) -> PathBuf {
    let beside_the_workspace = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("RINGWALL_TEST_DATA").map_or_else(beside_the_workspace, PathBuf::from);
    let path = root.join(folder);
    assert!(
        path.is_dir(),
        "the test data is absent: `{}` is no folder; set RINGWALL_TEST_DATA to the one that holds `{folder}`",
        path.display()
    );
    path
}

/// A file of the test data.
pub fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()))
}

/// A file of the test data that is JSON.
pub fn json(path: &Path) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("`{}` is not JSON: {error}", path.display()))
}

/// Every case of a protocol's file, with the suite that it belongs to.
#[allow(dead_code, reason = "the signature cases have no such files")]
pub fn protocol_cases(file: &str) -> Vec<(Value, Value)> {
    let suites = json(&data("protocols").join(file));
    let mut cases = Vec::new();
    for suite in suites.as_array().expect("a file of cases is a list") {
        for case in suite["cases"].as_array().expect("a suite has cases") {
            cases.push((suite.clone(), case.clone()));
        }
    }
    assert!(!cases.is_empty(), "`{file}` holds no case");
    cases
}

/// Fails unless exactly the expected cases were skipped.
#[allow(dead_code, reason = "of the signature cases none is skipped")]
pub fn assert_skipped(skipped: &[String], expected: &[(&str, &str)]) {
    for (case, reason) in expected {
        println!("skipped: {case}: {reason}");
    }
    let mut expected: Vec<&str> = expected.iter().map(|(case, _)| *case).collect();
    let mut skipped: Vec<&str> = skipped.iter().map(String::as_str).collect();
    expected.sort_unstable();
    skipped.sort_unstable();
    assert_eq!(skipped, expected, "other cases were skipped than are known to be");
}

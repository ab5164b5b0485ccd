//! What people and programs send who mean no harm: names, prose with the words of SQL, code, and data of all kinds.

use ringwall_detect::{Sensitivity, sqli, xss};

/// Every line of the corpus is an input.
const CORPUS: &[(&str, &str)] = &[
    ("names", include_str!("benign/names.txt")),
    ("prose", include_str!("benign/prose.txt")),
    ("code", include_str!("benign/code.txt")),
    ("data", include_str!("benign/data.txt")),
];

/// The inputs in which something is found.
fn found(find: impl Fn(&[u8]) -> Option<ringwall_detect::Finding>) -> Vec<String> {
    let mut found = Vec::new();
    let mut count = 0;
    for (file, text) in CORPUS {
        for line in text.lines() {
            count += 1;
            if let Some(finding) = find(line.as_bytes()) {
                found.push(format!(
                    "{file}: {line}: {} {:?}",
                    finding.rule,
                    &line.as_bytes()[finding.range].escape_ascii().to_string()
                ));
            }
        }
    }
    assert!(count > 150, "the corpus is there");
    found
}

#[test]
fn nothing_is_found_in_it_at_the_low_sensitivity() {
    let found = found(|input| sqli(input, Sensitivity::Low));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn next_to_nothing_is_found_in_it_at_the_high_sensitivity() {
    let found = found(|input| sqli(input, Sensitivity::High));
    assert!(found.len() <= 2, "{}", found.join("\n"));
}

#[test]
fn no_scripts_are_found_in_it() {
    let found = found(xss);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_is_found_in_all_of_a_file_at_once() {
    for (file, text) in CORPUS {
        let finding = xss(text.as_bytes());
        assert!(finding.is_none(), "{file}: {finding:?}");
    }
}

//! What the fuzzer once found stays found: every input that is kept is tried again, and every seed gets past the first door.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ringwall_fuzz::TARGETS;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(name)
}

/// The names in a folder; none if there is no such folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The inputs for a target, by name.
fn inputs(folder: &Path) -> Vec<(String, Vec<u8>)> {
    names(folder).into_iter().map(|name| (name.clone(), std::fs::read(folder.join(name)).unwrap())).collect()
}

#[test]
fn what_was_once_found_is_answered_now() {
    let regressions = folder("regressions");
    for (name, target) in TARGETS {
        for (input, data) in inputs(&regressions.join(name)) {
            println!("{name}: {input}");
            target(&data);
        }
    }
    let known = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert!(names(&regressions).is_subset(&known), "a regression is for no target: {:?}", names(&regressions));
}

#[test]
fn every_target_has_seeds_and_each_of_them_gets_past_the_first_door() {
    for (name, target) in TARGETS {
        let seeds = inputs(&folder("seeds").join(name));
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for (seed, data) in seeds {
            assert!(target(&data), "{name}: the seed {seed} is turned away");
        }
    }
}

#[test]
fn every_target_is_handed_to_the_fuzzer() {
    let files: BTreeSet<String> = TARGETS.iter().map(|(name, _)| format!("{name}.rs")).collect();
    assert_eq!(names(&folder("fuzz_targets")), files);
}

//! The trees that know packets stay alike: a gate has the same path wherever it exists.
//!
//! The specification's tree decides. Every gate in it has a worked example of the same name and a gate in the kernel, and
//! nothing else lies in those places; among the tables a gate has a file if it asks anything that is compiled. What is
//! different on purpose stands here with its reason, and an exception that is none any more fails like a missing file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The folders that are places on a packet's way.
const PLACES: &[&str] = &["eni/", "subnet/", "vpc/", "edge/"];

/// Where the specification has its gates.
const SPECIFICATION: &str = "crates/ringwall-spec/src/packet";

/// What in the specification's tree is no gate.
const NO_GATES: &[(&str, &str)] = &[
    ("flow", "the part of a packet by which rules select it"),
    ("memory", "what is remembered between packets"),
    ("nat_way", "the part of the journey that leads through a NAT gateway"),
    ("walk", "what is written down while a packet walks"),
];

/// Another form of the gates.
struct Form {
    /// where it is
    root: &'static str,
    /// how its files end, the first that fits
    endings: &'static [&'static str],
    /// gates that it does without, and why
    without: &'static [(&'static str, &'static str)],
    /// files in its places that are no gates, and why they are there
    besides: &'static [(&'static str, &'static str)],
    /// whether it has files of its own outside the places
    has_others: bool,
}

const FORMS: &[Form] = &[
    Form { root: "semantics/packet", endings: &[".md"], without: &[], besides: &[], has_others: false },
    Form { root: "bpf", endings: &[".bpf.c", ".h"], without: &[], besides: &[], has_others: true },
    Form {
        root: "crates/ringwall-tables/src",
        endings: &[".rs"],
        without: &[
            ("eni/session", "sessions are written by packets, not compiled"),
            ("eni/source_check", "a flag of the interface's record"),
            ("edge/egress_only_internet_gateway", "a code in the table of routes"),
            ("fragment", "fragments are written by packets, not compiled"),
            ("frame", "hardware addresses are in the tables of interfaces and neighbours"),
            ("journey", "the order of the gates is the evaluator's"),
            ("path_mtu", "the sizes are constants"),
            ("edge/gateway_endpoint", "a code in the table of routes"),
            ("services", "addresses in the record of the VPC"),
        ],
        besides: &[("eni/interface", "the record that the gates of an interface share")],
        has_others: true,
    },
];

/// Checks every form of the gates against the specification's tree.
pub fn run() -> Result<()> {
    let root = crate::root();
    let (gates, mut wrong) = gates(&files(&root.join(SPECIFICATION), &[".rs"])?);
    if gates.is_empty() {
        bail!("{SPECIFICATION} holds no gate: it must have moved");
    }
    for form in FORMS {
        let found = files(&root.join(form.root), form.endings)?;
        wrong.extend(differences(form, &gates, &found));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("the trees of the gates differ:\n  {}", wrong.join("\n  "))
}

/// The gates among the files of the specification, and what is listed as none without being there.
fn gates(files: &BTreeSet<String>) -> (BTreeSet<String>, Vec<String>) {
    let is_module = |name: &str| name == "mod" || name.ends_with("/mod");
    let listed = |name: &str| NO_GATES.iter().any(|(other, _)| *other == name);
    let gates = files.iter().filter(|name| !is_module(name) && !listed(name)).cloned().collect();
    let gone = NO_GATES.iter().filter(|(name, _)| !files.contains(*name));
    (gates, gone.map(|(name, _)| format!("{SPECIFICATION}/{name} is listed as no gate and does not exist")).collect())
}

fn differences(form: &Form, gates: &BTreeSet<String>, found: &BTreeSet<String>) -> Vec<String> {
    let Form { root, endings, without, besides, .. } = form;
    let ending = endings.last().copied().unwrap_or_default();
    let named = |list: &[(&str, &str)], name: &str| list.iter().any(|(other, _)| *other == name);
    let mut wrong = Vec::new();
    for gate in gates {
        match (found.contains(gate), named(without, gate)) {
            (false, false) => wrong.push(format!("{root}/{gate}{ending} is missing")),
            (true, true) => wrong.push(format!("{root}/{gate}{ending} exists and is listed as missing")),
            _ => {}
        }
    }
    for name in found.iter().filter(|name| !gates.contains(*name) && !name.ends_with("/mod")) {
        let in_place = PLACES.iter().any(|place| name.starts_with(place));
        if (in_place || !form.has_others) && !named(besides, name) {
            wrong.push(format!("{root}/{name}{ending} has no gate in {SPECIFICATION}"));
        }
    }
    let gone = without.iter().filter(|(name, _)| !gates.contains(*name));
    wrong.extend(gone.map(|(name, _)| format!("{root} is said to be without {name}, which is no gate")));
    let gone = besides.iter().filter(|(name, _)| !found.contains(*name));
    wrong.extend(gone.map(|(name, _)| format!("{root}/{name}{ending} is listed and does not exist")));
    wrong
}

/// The files below a folder that end so, as paths without their ending.
fn files(root: &Path, endings: &[&str]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).with_context(|| format!("read {}", directory.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            found.extend(endings.iter().find_map(|ending| name.strip_suffix(ending)).map(str::to_owned));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    const FORM: Form = Form {
        root: "form",
        endings: &[".h"],
        without: &[("eni/one", "so")],
        besides: &[("eni/more", "so")],
        has_others: true,
    };

    #[test]
    fn what_is_alike_or_excused_is_no_difference() {
        let gates = set(&["eni/one", "eni/two", "journey"]);
        let found = set(&["eni/two", "journey", "eni/more", "eni/mod", "anything"]);
        assert_eq!(differences(&FORM, &gates, &found), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_too_much_or_excused_in_vain_is_told() {
        let gates = set(&["eni/one", "eni/two", "journey"]);
        let found = set(&["eni/one", "journey", "eni/other"]);
        let told = [
            "form/eni/one.h exists and is listed as missing",
            "form/eni/two.h is missing",
            "form/eni/other.h has no gate in crates/ringwall-spec/src/packet",
            "form/eni/more.h is listed and does not exist",
        ];
        assert_eq!(differences(&FORM, &gates, &found), told);
        let strict = Form { has_others: false, without: &[("eni/none", "so")], besides: &[], ..FORM };
        let told = [
            "form/anything.h has no gate in crates/ringwall-spec/src/packet",
            "form is said to be without eni/none, which is no gate",
        ];
        assert_eq!(differences(&strict, &gates, &set(&["eni/one", "eni/two", "journey", "anything"])), told);
    }

    #[test]
    fn what_is_no_gate_must_be_there_to_be_said_so() {
        let (gates, wrong) = gates(&set(&["mod", "eni/mod", "eni/one", "flow", "memory"]));
        assert_eq!((gates, wrong.len()), (set(&["eni/one"]), NO_GATES.len() - 2), "flow and memory are there");
    }
}

//! The facts that the tree cites: `docs/requirements/` holds each of them once, by id, with our wording and its source.
//!
//! Without arguments the chore compares what is cited with what is written there, in both directions: a citation without
//! an entry sends its reader nowhere, and an entry that nobody cites is a promise that nothing keeps. With `--from DIR` it
//! writes the folder again from a reference directory, with the entries that are cited and no others.

mod citation;
mod entry;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::shell;
use citation::{Citation, Id, citations};
use entry::Entry;

/// Where the entries are.
const FOLDER: &str = "docs/requirements";

/// The chore itself: its examples of ids are no citations.
const OWN: &str = "xtask/src/requirements/";

/// Where citations are looked for, as git names paths.
const CITING: &[&str] = &["crates/", "bpf/", "xtask/", "conformance/", "semantics/", "docs/"];

/// Checks, and lists for each requirement where it is cited.
pub fn list() -> Result<()> {
    for (id, places) in checked()? {
        let mut files: BTreeMap<&str, usize> = BTreeMap::new();
        for citation in &places {
            *files.entry(&citation.file).or_default() += 1;
        }
        let files: Vec<String> = files.iter().map(|(file, count)| format!("{file} {count}")).collect();
        println!("{id}  {}", files.join(", "));
    }
    Ok(())
}

/// Checks that every citation has its entry and every entry its citation.
pub fn check() -> Result<()> {
    checked().map(drop)
}

/// Writes the folder from the reference files of a directory.
pub fn refresh(directory: &Path) -> Result<()> {
    let mut known: BTreeMap<Id, Entry> = BTreeMap::new();
    for path in markdown_files(directory)? {
        known.extend(entry::entries(&fs::read_to_string(&path)?).into_iter().map(|entry| (entry.id.clone(), entry)));
    }
    let cited = by_id(cited()?);
    let wrong = unknown(&cited, &known.keys().cloned().collect());
    if !wrong.is_empty() {
        bail!("cited, and in none of the files of {}:\n  {}", directory.display(), wrong.join("\n  "));
    }
    let folder = crate::root().join(FOLDER);
    if folder.is_dir() {
        for path in markdown_files(&folder)? {
            fs::remove_file(path)?;
        }
    }
    fs::create_dir_all(&folder)?;
    let mut topics: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for (id, entry) in known.iter().filter(|(id, _)| cited.contains_key(id)) {
        topics.entry(id.topic).or_default().push(entry);
    }
    for (topic, entries) in topics {
        let path = folder.join(format!("{}.md", topic.to_lowercase()));
        fs::write(&path, entry::document(&entries)).with_context(|| format!("write {}", path.display()))?;
    }
    println!("wrote {} requirements to {FOLDER}", cited.len());
    Ok(())
}

fn checked() -> Result<BTreeMap<Id, Vec<Citation>>> {
    let written = written()?;
    let cited = by_id(cited()?);
    let mut wrong = unknown(&cited, &written);
    wrong.extend(written.iter().filter(|id| !cited.contains_key(id)).map(|id| format!("{FOLDER}: nobody cites {id}")));
    if !wrong.is_empty() {
        bail!(
            "requirements and citations differ; `cargo xtask requirements --from DIR` writes what is missing and drops the rest:\n  {}",
            wrong.join("\n  ")
        );
    }
    if cited.is_empty() {
        bail!("no requirement is cited anywhere: citations are not found any more");
    }
    Ok(cited)
}

/// The ids that have an entry. The same id twice, or in the file of another topic, is an error.
fn written() -> Result<BTreeSet<Id>> {
    let mut ids = BTreeSet::new();
    let folder = crate::root().join(FOLDER);
    for path in markdown_files(&folder)? {
        let topic = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_uppercase();
        for entry in entry::entries(&fs::read_to_string(&path)?) {
            if entry.id.topic != topic {
                bail!("{} does not belong in {}", entry.id, path.display());
            }
            if entry.text.is_empty() || !ids.insert(entry.id.clone()) {
                bail!("{} is empty, or stands in {} twice", entry.id, path.display());
            }
        }
    }
    Ok(ids)
}

fn cited() -> Result<Vec<Citation>> {
    let mut found = Vec::new();
    let files = shell::output("git", &["ls-files", "--cached", "--others", "--exclude-standard"])?;
    for name in files.lines() {
        let is_own = name.starts_with(FOLDER) || name.starts_with(OWN);
        if is_own || !CITING.iter().any(|place| name.starts_with(place)) {
            continue;
        }
        // what is no text cites nothing
        let Ok(text) = fs::read_to_string(crate::root().join(name)) else { continue };
        found.extend(citations(name, &text));
    }
    Ok(found)
}

fn by_id(all: Vec<Citation>) -> BTreeMap<Id, Vec<Citation>> {
    let mut ids: BTreeMap<Id, Vec<Citation>> = BTreeMap::new();
    for citation in all {
        ids.entry(citation.id.clone()).or_default().push(citation);
    }
    ids
}

fn unknown(cited: &BTreeMap<Id, Vec<Citation>>, written: &BTreeSet<Id>) -> Vec<String> {
    let without = cited.iter().filter(|(id, _)| !written.contains(id));
    without.flat_map(|(_, places)| places).map(|at| format!("{}:{}: there is no {}", at.file, at.line, at.id)).collect()
}

fn markdown_files(directory: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).with_context(|| format!("read {}", directory.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

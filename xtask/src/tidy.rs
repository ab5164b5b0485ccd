//! What neither the compiler nor clippy looks at: length of files, blanks, words that must not be left behind.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::shell;

/// The most lines of a file that a person wrote.
const MOST_LINES: usize = 500;

/// Words that nobody should find in the tree; they are put together here so that this file does not hold them.
fn forbidden() -> Vec<String> {
    let halves = [("FIX", "ME"), ("to", "do!("), ("unimple", "mented!("), ("dbg", "!("), ("#[ig", "nore]")];
    halves.iter().map(|(one, other)| format!("{one}{other}")).collect()
}

/// Checks every file that git knows.
pub fn run() -> Result<()> {
    let mut wrong = Vec::new();
    let files = shell::output("git", &["ls-files", "--cached", "--others", "--exclude-standard"])?;
    for name in files.lines() {
        let path = crate::root().join(name);
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let is_code = ["rs", "c", "h", "py", "tf"].iter().any(|ending| name.ends_with(&format!(".{ending}")));
        if !is_code {
            continue;
        }
        let is_generated = text.lines().take(3).any(|line| line.contains("Generated"));
        if !is_generated && text.lines().count() > MOST_LINES {
            wrong.push(format!("{name} has {} lines; is there more than one idea in it?", text.lines().count()));
        }
        for (number, line) in text.lines().enumerate() {
            if line.ends_with([' ', '\t']) {
                wrong.push(format!("{name}:{}: blanks at the end of the line", number + 1));
            }
            if let Some(word) = forbidden().iter().find(|word| line.contains(word.as_str())) {
                wrong.push(format!("{name}:{}: `{word}`", number + 1));
            }
        }
        if name.ends_with(".rs") && !text.starts_with("//!") {
            wrong.push(format!("{name} does not say what it is"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("not tidy:\n  {}", wrong.join("\n  "))
}

/// Every Rust file below a directory.
pub fn rust_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

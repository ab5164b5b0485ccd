//! `cargo xtask bench waf-accuracy`: how well the managed rule groups of the WAF detect, on public corpora.
//!
//! Corpora are fetched to where they are built upon, and never become part of the tree: whoever runs this downloads them from
//! where they are published.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::shell;

const USAGE: &str = "\
expected: bench waf-accuracy [--corpus DIR] [--half A|B] [--wrong FILE]
  --corpus DIR   read corpora from there and fetch none: each is a folder named like its repository
  --half A|B     one half of all payloads alone: A is what rules were improved on, B was held out
  --wrong FILE   write what was missed and what was blocked wrongly";

/// Public repositories with attacks and with harmless texts.
const REPOSITORIES: &[&str] = &[
    "openappsec/mgm-web-attack-payloads",
    "wallarm/gotestwaf",
    "nemesida-waf/waf-bypass",
    "Morzeux/HttpParamsDataset",
    "fuzzdb-project/fuzzdb",
    "payloadbox/sql-injection-payload-list",
    "payloadbox/xss-payload-list",
    "payloadbox/command-injection-payload-list",
    "ua-parser/uap-core",
    "wooorm/franc",
];

/// Measures.
pub fn run(arguments: &[&str]) -> Result<()> {
    let (mut folder, mut passed) = (None, Vec::<&str>::new());
    for pair in arguments.chunks(2) {
        match *pair {
            ["--corpus", path] => folder = Some(PathBuf::from(path)),
            ["--half" | "--wrong", value] => passed.extend([pair[0], value]),
            _ => bail!("{USAGE}"),
        }
    }
    let folder = folder.map_or_else(fetched, Ok)?;
    let python = python()?;
    let build =
        ["build", "--quiet", "--profile", "tested", "--package", "ringwall-bench", "--bin", "ringwall-accuracy"];
    shell::run(&shell::cargo(), &build)?;
    let requests = crate::root().join("target/waf-requests.jsonl");
    let script = crate::root().join("bench/corpora.py");
    let written = Command::new(python)
        .args([script.as_path(), folder.as_path()])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdout(Stdio::from(File::create(&requests)?))
        .status()
        .context("run bench/corpora.py")?;
    ensure!(written.success(), "bench/corpora.py failed");
    let measured = Command::new(crate::root().join("target/tested/ringwall-accuracy"))
        .args(passed)
        .stdin(Stdio::from(File::open(&requests)?))
        .status()
        .context("run ringwall-accuracy")?;
    ensure!(measured.success(), "ringwall-accuracy failed");
    Ok(())
}

/// All repositories, each without its history, below `target`. What was fetched before stays.
fn fetched() -> Result<PathBuf> {
    let folder = crate::root().join("target/waf-corpora");
    std::fs::create_dir_all(&folder)?;
    for repository in REPOSITORIES {
        let name = Path::new(repository).file_name().context("a repository without a name")?;
        let own = folder.join(name);
        if !own.is_dir() {
            let address = format!("https://github.com/{repository}");
            shell::run("git", &["clone", "--quiet", "--depth", "1", &address, &own.to_string_lossy()])?;
        }
    }
    Ok(folder)
}

/// A Python of its own, with what the corpora are read and invented with.
fn python() -> Result<PathBuf> {
    let folder = crate::root().join("target/waf-python");
    let python = folder.join("bin/python");
    if !python.is_file() {
        shell::run("python3", &["-m", "venv", &folder.to_string_lossy()])?;
    }
    shell::run(&python.to_string_lossy(), &["-m", "pip", "install", "--quiet", "pyyaml", "faker"])?;
    Ok(python)
}

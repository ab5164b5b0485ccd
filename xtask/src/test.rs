//! The tests.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{check, setup, shell};

/// Runs all tests, or one kind of them.
pub fn run(kinds: &[&str]) -> Result<()> {
    match kinds {
        [] => {
            setup::run()?;
            check::run()?;
            unit()?;
            clients(&[])
        }
        ["unit"] => unit(),
        ["clients", rest @ ..] => {
            setup::run()?;
            clients(rest)
        }
        _ => bail!("expected `unit` or `clients`"),
    }
}

/// Everything that cargo runs: unit tests, properties, comparisons of engines, the fabric.
fn unit() -> Result<()> {
    if !is_root() {
        bail!("the tests build networks in namespaces and load a kernel program: run them as root");
    }
    // One run shows every failure: a second one costs as much as the first.
    let mut arguments = vec!["test", "--quiet", "--workspace", "--profile", "tested", "--no-fail-fast"];
    if !has_published_cases() {
        arguments.extend(["--", "--skip", "published_"]);
    }
    shell::run(&shell::cargo(), &arguments)
}

/// Whether the cases of public projects are here. Says so if they are not.
fn has_published_cases() -> bool {
    let data = std::env::var("RINGWALL_TEST_DATA").map_or_else(|_| crate::root().join("../shared/data"), PathBuf::from);
    let is_here = data.is_dir();
    if !is_here {
        println!(
            "NOT RUN: the cases of public projects, because their folder is not here; set RINGWALL_TEST_DATA to run them"
        );
    }
    is_here
}

/// Real clients against a real Ringwall: boto3 and the AWS CLI.
fn clients(arguments: &[&str]) -> Result<()> {
    if !is_root() {
        bail!("the tests build networks in namespaces and load a kernel program: run them as root");
    }
    let build = ["build", "--quiet", "--profile", "tested", "--package", "ringwall", "--package", "ringwall-bench"];
    shell::run(&shell::cargo(), &build)?;
    let program = crate::root().join("target/tested/ringwall").to_string_lossy().into_owned();
    let rules = crate::root().join("target/tested/ringwall-rules").to_string_lossy().into_owned();
    let python = setup::clients_directory().join("bin/python").to_string_lossy().into_owned();
    let mut all = vec!["-m", "pytest", "-q", "-p", "no:cacheprovider", "conformance"];
    if !has_published_cases() {
        all.extend(["-k", "not published"]);
    }
    all.extend(arguments);
    let path = setup::path_with_clients();
    let variables = [
        ("PATH", path.as_str()),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("RINGWALL_PROGRAM", program.as_str()),
        ("RINGWALL_RULES_PROGRAM", rules.as_str()),
    ];
    shell::run_with(&python, &all, &variables)
}

/// Ringwall beside its peers.
pub fn bench(arguments: &[&str]) -> Result<()> {
    if let Some((&"waf", rest)) = arguments.split_first() {
        return bench_waf(rest);
    }
    if !is_root() {
        bail!("the benchmarks build networks in namespaces and load a kernel program: run them as root");
    }
    setup::run()?;
    let build = ["build", "--quiet", "--release", "--package", "ringwall", "--package", "ringwall-bench"];
    shell::run(&shell::cargo(), &build)?;
    let python = setup::clients_directory().join("bin/python").to_string_lossy().into_owned();
    let mut all = vec!["bench/run.py"];
    all.extend(arguments);
    shell::run_with(&python, &all, &[("PATH", &setup::path_with_clients()), ("PYTHONDONTWRITEBYTECODE", "1")])
}

/// Web ACLs beside ModSecurity. This needs neither networks nor privileges.
fn bench_waf(arguments: &[&str]) -> Result<()> {
    setup::run()?;
    shell::run(&shell::cargo(), &["build", "--quiet", "--release", "--package", "ringwall-bench"])?;
    let python = setup::clients_directory().join("bin/python").to_string_lossy().into_owned();
    let mut all = vec!["bench/waf.py"];
    all.extend(arguments);
    shell::run_with(&python, &all, &[("PYTHONDONTWRITEBYTECODE", "1")])
}

/// Compares an engine with the specification.
pub fn compare(arguments: &[&str]) -> Result<()> {
    let mut all =
        vec!["run", "--quiet", "--profile", "tested", "--package", "ringwall-conformance", "--bin", "compare", "--"];
    all.extend(arguments);
    shell::run(&shell::cargo(), &all)
}

/// Whether this runs as root.
pub fn is_root() -> bool {
    shell::output("id", &["-u"]).is_ok_and(|text| text.trim() == "0")
}

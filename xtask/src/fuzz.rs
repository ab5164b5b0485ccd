//! Fuzzing: libFuzzer with the stable compiler, which knows all that it needs but the address sanitizer.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell;

/// How long a target runs if nobody says otherwise.
const SECONDS: u32 = 5;

/// What lets libFuzzer see which code was reached, and what it was compared with. As `cargo fuzz` has it.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What a run is bounded by: an input that takes longer or more memory is a finding.
const BOUNDS: &[&str] = &["-timeout=10", "-rss_limit_mb=1024", "-malloc_limit_mb=64"];

/// Runs one target or all of them, each for some seconds.
pub fn run(arguments: &[&str]) -> Result<()> {
    let (chosen, seconds) = match arguments {
        [] => (None, SECONDS),
        [one] => one.parse().map_or((Some(*one), SECONDS), |seconds| (None, seconds)),
        [target, seconds] => (Some(*target), seconds.parse().context("expected a number of seconds")?),
        _ => bail!("expected a target, a number of seconds, or both"),
    };
    let directory = crate::root().join("fuzz");
    let all = targets(&directory)?;
    let chosen: Vec<&String> = all.iter().filter(|name| chosen.is_none_or(|chosen| chosen == *name)).collect();
    if chosen.is_empty() {
        bail!("there is no such target: there are {}", all.join(", "));
    }
    let binaries = build(&directory, &chosen)?;
    let mut failed = Vec::new();
    for name in chosen {
        match target(&directory, &binaries, name, seconds) {
            Ok(executions) => println!("{name}: {executions} executions in {seconds} s, nothing found"),
            Err(error) => failed.push(format!("{name}: {error:#}")),
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("fuzzing failed\n  {}", failed.join("\n  "))
}

fn targets(directory: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory.join("fuzz_targets"))? {
        names.extend(entry?.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// Builds targets; gives the directory in which they are.
fn build(directory: &Path, names: &[&String]) -> Result<PathBuf> {
    let version = shell::output("rustc", &["--version", "--verbose"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    // apart from other builds, which have other flags
    let output = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| directory.join("target"), |target| PathBuf::from(target).join("fuzz"));
    let (manifest, output_text) = (directory.join("Cargo.toml"), output.to_string_lossy().into_owned());
    // with a target named, build scripts go without the instrumentation
    let mut arguments = vec!["build", "--quiet", "--release", "--target", host];
    let manifest = manifest.to_string_lossy().into_owned();
    arguments.extend(["--manifest-path", &manifest, "--target-dir", &output_text]);
    for name in names {
        arguments.extend(["--bin", name]);
    }
    shell::run_with(&shell::cargo(), &arguments, &[("RUSTFLAGS", INSTRUMENTATION)])?;
    Ok(output.join(host).join("release"))
}

/// Runs a target; gives how many inputs it was given. What it finds is kept among the regressions.
fn target(directory: &Path, binaries: &Path, name: &str, seconds: u32) -> Result<u64> {
    let folder = |kind: &str| directory.join(kind).join(name);
    let (corpus, seeds, regressions) = (folder("corpus"), folder("seeds"), folder("regressions"));
    std::fs::create_dir_all(&corpus)?;
    let found = directory.join("artifacts").join(name);
    std::fs::create_dir_all(&found)?;
    let mut command = Command::new(binaries.join(name));
    command.args(BOUNDS).arg("-print_final_stats=1").arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/", found.display())).args([&corpus, &seeds]);
    if regressions.is_dir() {
        command.arg(&regressions);
    }
    let output = command.output().with_context(|| format!("start the target `{name}`"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let kept = keep(&found, &regressions)?;
        bail!("{}\n{report}", kept.unwrap_or_else(|| format!("failed without an input: {}", output.status)));
    }
    executions(&report).context("it ran nothing")
}

/// Moves what was found to the regressions; says where to.
fn keep(found: &Path, regressions: &Path) -> Result<Option<String>> {
    let mut kept = None;
    for entry in std::fs::read_dir(found)? {
        let entry = entry?;
        std::fs::create_dir_all(regressions)?;
        let place = regressions.join(entry.file_name());
        std::fs::copy(entry.path(), &place)?;
        std::fs::remove_file(entry.path())?;
        kept = Some(format!("found something, kept as {}", place.display()));
    }
    Ok(kept)
}

/// How many inputs libFuzzer says it tried; none if it tried nothing.
fn executions(report: &str) -> Option<u64> {
    let number = report.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
    number.trim().parse().ok().filter(|executions| *executions > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_executions_is_no_run() {
        assert_eq!(executions("Done\nstat::number_of_executed_units: 1234\nstat::peak_rss_mb: 1\n"), Some(1234));
        assert_eq!(executions("stat::number_of_executed_units: 0\n"), None);
        assert_eq!(executions("INFO: nothing was said\n"), None);
    }

    #[test]
    fn what_is_found_is_kept_and_moved_out_of_the_way() {
        let root = std::env::temp_dir().join(format!("ringwall-fuzz-{}", std::process::id()));
        let (found, regressions) = (root.join("found"), root.join("regressions"));
        std::fs::create_dir_all(&found).unwrap();
        assert_eq!(keep(&found, &regressions).unwrap(), None);
        std::fs::write(found.join("crash-1"), b"x").unwrap();
        assert!(keep(&found, &regressions).unwrap().unwrap().ends_with("crash-1"));
        assert_eq!(std::fs::read(regressions.join("crash-1")).unwrap(), b"x");
        assert_eq!(std::fs::read_dir(&found).unwrap().count(), 0);
        std::fs::remove_dir_all(&root).unwrap();
    }
}

//! Who may import whom, as `layers.toml` says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell;

/// Checks every crate.
pub fn run() -> Result<()> {
    let rules: toml::Table =
        fs::read_to_string(crate::root().join("layers.toml"))?.parse().context("read layers.toml")?;
    let metadata: Value = serde_json::from_str(&shell::output(
        &shell::cargo(),
        &["metadata", "--format-version", "1", "--no-deps", "--offline"],
    )?)?;
    let allowed = table(&rules, "layers")?;
    let in_tests = table(&rules, "tests")?;
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for package in metadata["packages"].as_array().context("cargo lists no packages")? {
        let name = package["name"].as_str().unwrap_or_default();
        seen.insert(name.to_owned());
        let Some(own) = allowed.get(name) else {
            wrong.push(format!("{name} has no layer"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"].as_str().unwrap_or_default();
            if !allowed.contains_key(other) {
                continue;
            }
            let is_for_tests = dependency["kind"] == "dev";
            let permitted =
                own.contains(other) || is_for_tests && in_tests.get(name).is_some_and(|set| set.contains(other));
            if !permitted {
                wrong.push(format!("{name} may not import {other}"));
            }
        }
    }
    wrong.extend(
        allowed
            .keys()
            .filter(|name| !seen.contains(*name))
            .map(|name| format!("{name} has a layer and does not exist")),
    );
    wrong.extend(judged(&rules, &allowed, &in_tests)?);
    wrong.extend(impure(&rules)?);
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("layers.toml is not kept:\n  {}", wrong.join("\n  "))
}

fn table(rules: &toml::Table, name: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let table =
        rules.get(name).and_then(toml::Value::as_table).with_context(|| format!("layers.toml has no [{name}]"))?;
    Ok(table.iter().map(|(key, value)| (key.clone(), strings(value))).collect())
}

fn strings(value: &toml::Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

/// The judged must not reach the judge by any way, tests included.
fn judged(
    rules: &toml::Table,
    allowed: &BTreeMap<String, BTreeSet<String>>,
    in_tests: &BTreeMap<String, BTreeSet<String>>,
) -> Result<Vec<String>> {
    let section = rules.get("judged").context("layers.toml has no [judged]")?;
    let judge = section.get("judge").and_then(toml::Value::as_str).context("layers.toml names no judge")?;
    let crates = section.get("crates").map(strings).unwrap_or_default();
    let reaches = |name: &String| {
        let mut open = vec![name.clone()];
        let mut seen = BTreeSet::new();
        while let Some(next) = open.pop() {
            if next == judge {
                return true;
            }
            if seen.insert(next.clone()) {
                open.extend(allowed.get(&next).into_iter().flatten().cloned());
                open.extend(in_tests.get(&next).into_iter().flatten().cloned());
            }
        }
        false
    };
    Ok(crates
        .iter()
        .filter(|name| reaches(name))
        .map(|name| format!("{name} is judged by {judge} and reaches it"))
        .collect())
}

/// Pure crates name nothing that reads a clock, a file or a socket.
fn impure(rules: &toml::Table) -> Result<Vec<String>> {
    let section = rules.get("pure").context("layers.toml has no [pure]")?;
    let never = section.get("never").map(strings).unwrap_or_default();
    let mut wrong = Vec::new();
    for name in section.get("crates").map(strings).unwrap_or_default() {
        for path in crate::tidy::rust_files(&crate::root().join("crates").join(&name).join("src"))? {
            wrong.extend(impure_lines(&path, &never)?);
        }
    }
    Ok(wrong)
}

fn impure_lines(path: &Path, never: &BTreeSet<String>) -> Result<Vec<String>> {
    let text = fs::read_to_string(path)?;
    // what stands behind the tests' own module is the tests' business
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    if text.starts_with("//! A place to try actions") {
        return Ok(Vec::new());
    }
    let found = never.iter().filter(|word| code.contains(word.as_str()));
    Ok(found.map(|word| format!("{} is pure and names {word}", path.display())).collect())
}

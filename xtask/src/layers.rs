//! Who may import whom, as `layers.toml` says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

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
        let mut sources = Vec::new();
        for path in crate::tidy::rust_files(&crate::root().join("crates").join(&name).join("src"))? {
            let text = fs::read_to_string(&path)?;
            sources.push((path, text));
        }
        wrong.extend(impure_lines(&sources, &never));
    }
    Ok(wrong)
}

/// What a crate's sources name that they must not; tests may name it.
fn impure_lines(sources: &[(PathBuf, String)], never: &BTreeSet<String>) -> Vec<String> {
    let of_tests: Vec<PathBuf> = sources.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    let mut wrong = Vec::new();
    for (path, text) in sources {
        // a module's file has its name, and what is below it lies in the directory of that name
        if of_tests.iter().any(|module| path.with_extension("") == *module || path.starts_with(module)) {
            continue;
        }
        // what stands behind the tests' own module is the tests' business
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let found = never.iter().filter(|word| code.contains(word.as_str()));
        wrong.extend(found.map(|word| format!("{} is pure and names {word}", path.display())));
    }
    wrong
}

/// The modules that a file has for tests alone: the paths of their files, without `.rs`.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let is_root = path.file_stem().is_some_and(|stem| ["lib", "main", "mod"].iter().any(|root| stem == *root));
    let directory = if is_root { path.parent().unwrap_or(path).to_owned() } else { path.with_extension("") };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let marked = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]").map(|pair| pair[1]);
    let named = marked.filter_map(|line| {
        let (visibility, name) = line.strip_suffix(';')?.split_once("mod ")?;
        (visibility.is_empty() || visibility.starts_with("pub")).then_some(name)
    });
    named.map(|name| directory.join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn impure(sources: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<_> = sources.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect();
        impure_lines(&sources, &BTreeSet::from(["dice::".to_owned()]))
    }

    #[test]
    fn code_that_throws_dice_is_found_wherever_it_is() {
        let sources =
            [("src/lib.rs", "mod one;\n"), ("src/one.rs", "mod two;\n"), ("src/one/two.rs", "dice::throw();")];
        assert_eq!(impure(&sources), ["src/one/two.rs is pure and names dice::"]);
    }

    #[test]
    fn tests_may_throw_dice_in_the_same_file_in_their_own_and_below() {
        let own = "fn one() {}\n\n#[cfg(test)]\nmod tests {\n    dice::throw();\n}\n";
        let parent = "#[cfg(test)]\npub(crate) mod bench;\nmod one;\n#[cfg(test)]\nmod tests;\n";
        let throw = "dice::throw();";
        let sources = [
            ("src/lib.rs", parent),
            ("src/one.rs", own),
            ("src/bench.rs", throw),
            ("src/bench/deep/mod.rs", throw),
            ("src/tests.rs", throw),
        ];
        assert_eq!(impure(&sources), Vec::<String>::new());
        // a file of the same name elsewhere is another module, and so is one that only begins with the name
        for other in ["src/one/bench.rs", "src/bench_two.rs"] {
            assert_eq!(impure(&[("src/lib.rs", parent), (other, throw)]).len(), 1, "{other}");
        }
    }

    #[test]
    fn a_module_marked_in_a_file_lies_in_the_directory_of_that_name() {
        let sources = [("src/one.rs", "#[cfg(test)]\nmod scene;\n"), ("src/one/scene.rs", "dice::throw();")];
        assert_eq!(impure(&sources), Vec::<String>::new());
    }

    #[test]
    fn code_behind_a_marked_declaration_is_still_looked_at() {
        let text = "#[cfg(test)]\nmod tests;\n\nfn one() { dice::throw() }\n";
        assert_eq!(impure(&[("src/mod.rs", text)]), ["src/mod.rs is pure and names dice::"]);
    }
}

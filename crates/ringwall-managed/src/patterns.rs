//! Sets of patterns: text files with a pattern a line, compiled once for all groups that refer to them.

use std::sync::{Arc, OnceLock};

use ringwall_waf::document::{Arn, RegexSet};
use ringwall_waf::pattern::Pattern;

macro_rules! sets {
    ($($name:literal),* $(,)?) => {
        /// Each set's name and text.
        const SETS: &[(&str, &str)] = &[$(($name, include_str!(concat!("../patterns/", $name, ".txt")))),*];
    };
}

sets![
    "admin-paths",
    "bad-bots",
    "exploitable-paths",
    "file-inclusion",
    "file-inclusion-path",
    "header-injection",
    "java",
    "linux-files",
    "log4j",
    "metadata",
    "other-queries",
    "php",
    "powershell",
    "react",
    "remote-inclusion",
    "restricted-arguments",
    "restricted-extensions",
    "script-fragments",
    "sql-fragments",
    "templates",
    "unix-commands",
    "windows-commands",
    "wordpress-commands",
    "wordpress-paths",
    "xml-entities",
    "zero-bytes",
];

/// What is made of each set: a set of AWS's language for each of its patterns, so that each is searched for only where a text may
/// have it. Rules share them.
static COMPILED: [OnceLock<Vec<Arc<RegexSet>>>; SETS.len()] = [const { OnceLock::new() }; SETS.len()];

/// The names of all sets.
pub fn names() -> impl Iterator<Item = &'static str> {
    SETS.iter().map(|(name, _)| *name)
}

/// The lines of a set that are patterns: those that are not empty and no comments, which begin with `# `.
pub fn lines(name: &str) -> impl Iterator<Item = &'static str> {
    let text = SETS.iter().find(|(own, _)| *own == name).map_or("", |(_, text)| *text);
    text.lines().filter(|line| !line.is_empty() && *line != "#" && !line.starts_with("# "))
}

/// The names under which rules refer to the patterns of a set, one by one.
pub fn members(name: &str) -> impl Iterator<Item = String> {
    (0..lines(name).count()).map(move |at| format!("{name}/{at}"))
}

/// The set of AWS's language for one pattern, by its name.
pub fn member(member: &str) -> Option<Arc<RegexSet>> {
    let (name, at) = member.split_once('/')?;
    let set = SETS.iter().position(|(own, _)| *own == name)?;
    let compiled = COMPILED[set].get_or_init(|| lines(name).zip(members(name)).map(compile).collect());
    compiled.get(at.parse::<usize>().ok()?).cloned()
}

fn compile((line, member): (&str, String)) -> Arc<RegexSet> {
    // A test compiles every line of every set, so that none is left out here.
    Arc::new(RegexSet { arn: arn(&member), patterns: Pattern::new(line).into_iter().collect() })
}

/// What stands for the ARN of a thing that a managed group has for itself.
pub(crate) fn arn(name: &str) -> Arn {
    Arn { text: name.to_owned(), region: String::new(), account: String::new(), is_global: true, name: name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_set_is_a_pattern_that_finds_no_nothing() {
        let (mut count, mut wrong) = (0, Vec::new());
        for name in names() {
            for line in lines(name) {
                match Pattern::new(line) {
                    Err(error) => wrong.push(format!("{name}: `{line}` {error}")),
                    Ok(pattern) if pattern.find(b"").is_some() => wrong.push(format!("{name}: `{line}` finds nothing")),
                    Ok(_) => count += 1,
                }
            }
            assert!(members(name).all(|own| member(&own).is_some_and(|set| set.arn.name == own)), "{name}");
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(count > 100, "{count}");
        assert!(member("log4j/999").is_none() && member("nothing/0").is_none());
    }

    #[test]
    fn every_pattern_needs_something_so_that_most_texts_need_not_be_searched() {
        for name in names() {
            for line in lines(name) {
                let needed = ringwall_search::Needed::by_expression(line);
                assert!(needed.is_ok_and(|own| own != ringwall_search::Needed::Nothing), "{name}: `{line}`");
            }
        }
    }

    #[test]
    fn patterns_are_for_lower_case() {
        for name in names() {
            for line in lines(name) {
                let plain = line.replace(r"\S", "").replace(r"\W", "").replace(r"\D", "").replace(r"\B", "");
                assert!(!plain.bytes().any(|byte| byte.is_ascii_uppercase()), "{name}: `{line}` cannot match");
            }
        }
    }
}

//! Reading what a rule looks at: `ARGS|!ARGS:a|&REQUEST_HEADERS:Host|TX:/^b/`.

use super::Reader;
use crate::collection::{Collection, Kind};
use crate::model::{NamePattern, Selector, Target, TargetName};
use crate::operator::rx;
use crate::refusal::Wrong;

/// Values of a variable that are not looked at.
pub(super) type Excluded = (Collection, Selector);

/// A variable with a sign before it.
struct Part<'a> {
    sign: Option<char>,
    collection: Collection,
    selector: Selector,
    slot: Option<usize>,
    text: &'a str,
}

impl Reader<'_> {
    /// Reads the variables of a rule.
    pub(super) fn targets(&mut self, text: &str) -> Result<Vec<Target>, Wrong> {
        let parts: Result<Vec<Part>, Wrong> = split(text).into_iter().map(|own| self.part(own)).collect();
        let (excluded, included): (Vec<Part>, Vec<Part>) = parts?.into_iter().partition(|own| own.sign == Some('!'));
        let mut targets = Vec::new();
        for part in included {
            let own = |other: &&Part| other.collection == part.collection;
            if excluded.iter().filter(own).any(|other| other.selector == part.selector) {
                continue;
            }
            let exclusions = match part.selector {
                Selector::Named(_) => Vec::new(),
                _ => excluded.iter().filter(own).map(|other| other.selector.clone()).collect(),
            };
            targets.push(Target {
                collection: part.collection,
                is_count: part.sign == Some('&'),
                exclusions,
                name: part.text.to_ascii_uppercase(),
                selector: part.selector,
                slot: part.slot,
            });
        }
        if targets.is_empty() { Err("looks at nothing".into()) } else { Ok(targets) }
    }

    /// Reads the variables that `SecRuleUpdateTargetById` adds, and those that it takes away.
    pub(super) fn target_changes(&mut self, text: &str) -> Result<(Vec<Target>, Vec<Excluded>), Wrong> {
        let parts: Result<Vec<Part>, Wrong> = split(text).into_iter().map(|own| self.part(own)).collect();
        let (excluded, included): (Vec<Part>, Vec<Part>) = parts?.into_iter().partition(|own| own.sign == Some('!'));
        let added = included.into_iter().map(|part| Target {
            collection: part.collection,
            is_count: part.sign == Some('&'),
            exclusions: Vec::new(),
            name: part.text.to_ascii_uppercase(),
            selector: part.selector,
            slot: part.slot,
        });
        Ok((added.collect(), excluded.into_iter().map(|part| (part.collection, part.selector)).collect()))
    }

    fn part<'t>(&mut self, text: &'t str) -> Result<Part<'t>, Wrong> {
        let sign = text.chars().next().filter(|own| matches!(own, '!' | '&'));
        let text = &text[sign.map_or(0, char::len_utf8)..];
        let (name, member) = match text.split_once(':') {
            Some((name, member)) => (name, Some(unquoted(member))),
            None => (text, None),
        };
        let unknown = || format!("`{text}` is no variable");
        let collection = Collection::named(name).ok_or_else(unknown)?;
        self.check_need(collection)?;
        if collection == Collection::Xml {
            return xml(text, member).map(|collection| Part {
                sign,
                collection,
                selector: Selector::All,
                slot: None,
                text,
            });
        }
        let selector = match (collection.kind(), member) {
            (_, None) => Selector::All,
            (Kind::Single, Some(_)) => {
                return Err(format!("`{text}` asks for one of several values of {name}, which has one"));
            }
            (_, Some(member)) => selector(member)?,
        };
        if collection == Collection::Rule && !matches!(&selector, Selector::Named(_)) {
            return Err(format!("`{text}` does not say what of the rule"));
        }
        let slot = match (collection.kind(), &selector) {
            (Kind::Memory, Selector::Named(member)) => Some(self.slots.place(collection, member)),
            _ => None,
        };
        Ok(Part { sign, collection, selector, slot, text })
    }

    /// Refuses a variable that is never there, unless the Core Rule Set asks for it behind a switch that is off.
    pub(super) fn check_need(&self, collection: Collection) -> Result<(), Wrong> {
        match collection.needs() {
            Some(needs) if !self.is_core() => Err(format!("`{}` needs {needs}", collection.name())),
            _ => Ok(()),
        }
    }
}

/// The parts between bars that stand in no expression.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut in_expression, mut is_escaped) = (false, false);
    for (place, own) in text.char_indices() {
        match own {
            _ if std::mem::take(&mut is_escaped) => {}
            '\\' => is_escaped = true,
            '/' if in_expression => in_expression = false,
            '/' if text[..place].ends_with(':') || text[..place].ends_with(":'") => {
                // `XML:/*` is a path and no expression.
                in_expression = !text[start..place].trim_start_matches(['!', '&']).eq_ignore_ascii_case("XML:");
            }
            '|' | ',' if !in_expression => {
                parts.push(text[start..place].trim());
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('\'').and_then(|own| own.strip_suffix('\'')).unwrap_or(text)
}

/// Reads the name of a value, or an expression for names.
fn selector(text: &str) -> Result<Selector, Wrong> {
    match text.strip_prefix('/').and_then(|own| own.strip_suffix('/')) {
        Some(source) => {
            let regex = rx::for_names(source).map_err(|error| format!("the expression `{source}` {error}"))?;
            Ok(Selector::Like(NamePattern { source: source.to_owned(), regex }))
        }
        None if text.contains("%{") => Err(format!("the name `{text}` depends on the request")),
        None => Ok(Selector::Named(text.to_ascii_lowercase())),
    }
}

/// The paths into XML that there are: all text, and all attributes.
fn xml(text: &str, path: Option<&str>) -> Result<Collection, Wrong> {
    match path {
        Some("/*") => Ok(Collection::Xml),
        Some("//@*") => Ok(Collection::XmlAttributes),
        _ => Err(format!("`{text}` is another path than `/*` and `//@*`")),
    }
}

/// Reads a variable as `ctl:ruleRemoveTargetById` names it.
pub(super) fn target_name(text: &str) -> Result<TargetName, Wrong> {
    let (name, member) = match text.split_once(':') {
        Some((name, member)) => (name, Some(member)),
        None => (text, None),
    };
    let collection = Collection::named(name).ok_or_else(|| format!("`{text}` is no variable"))?;
    if collection == Collection::Xml {
        return xml(text, member).map(|collection| TargetName { collection, name: None });
    }
    if member.is_some_and(|own| own.starts_with('/') && own.len() > 1) {
        return Err(format!("`{text}` names a value by an expression, which ModSecurity 3 does not look at either"));
    }
    Ok(TargetName { collection, name: member.map(str::to_ascii_lowercase) })
}

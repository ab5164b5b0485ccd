//! What rules have in common, made ready once: the values that they look at, and what these must have to match.

use ringwall_search::{ByteSet, Item, Needed, Searcher, Transform, Wanted};

use crate::collection::{COUNT, Collection, Kind};
use crate::model::{Link, Rule, Target};
use crate::operator::Operator;
use crate::transformation::Transformation;

/// Values of a variable after the same transformations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) collection: Collection,
    pub(crate) transformations: Vec<Transformation>,
    /// whether each of the steps is looked at, too
    pub(crate) each_step: bool,
}

impl Group {
    /// The bytes without all of which a value stays as it is.
    pub(crate) fn changes(&self) -> ByteSet {
        self.transformations.iter().fold(ByteSet::EMPTY, |set, own| set.union(own.changes()))
    }

    /// Whether the empty value stays as it is.
    pub(crate) fn keeps_empty(&self) -> bool {
        self.transformations.iter().all(|own| own.keeps_empty())
    }
}

/// What is done before a target's values are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// nothing: they are asked
    Ask,
    /// only those are asked that have something
    Item { group: usize, item: Item },
}

/// What is ready.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) groups: Vec<Group>,
    pub(crate) searcher: Searcher,
    /// for each rule where its links begin in `targets`
    links: Vec<usize>,
    /// for each link where its targets begin in `looks`
    targets: Vec<usize>,
    looks: Vec<Look>,
    wanted: [bool; COUNT],
    /// the items that a text may have in lower case and not have as it is: those that need a letter
    pub(crate) lettered: Vec<Item>,
}

impl Plan {
    /// Makes rules ready.
    pub(crate) fn new(rules: &[Rule]) -> Result<Plan, String> {
        let mut wanted = Wanted::new();
        let mut groups: Vec<Group> = Vec::new();
        let (mut links, mut targets, mut looks) = (Vec::new(), Vec::new(), Vec::new());
        let mut is_wanted = [false; COUNT];
        let mut lettered = Vec::new();
        for rule in rules {
            links.push(targets.len());
            for link in &rule.links {
                targets.push(looks.len());
                let item = needed(link).map(|needed| {
                    let has_letters = matches!(&needed, Needed::Byte(bytes) if bytes.meets(ByteSet::LOWER));
                    let item = wanted.add(needed);
                    if has_letters && !lettered.contains(&item) {
                        lettered.push(item);
                    }
                    item
                });
                for target in &link.targets {
                    is_wanted[target.collection as usize] = true;
                    looks.push(match item.filter(|_| is_of_request(target)) {
                        None => Look::Ask,
                        Some(item) => Look::Item { group: group(&mut groups, link, target), item },
                    });
                }
            }
        }
        let searcher = wanted.searcher()?;
        Ok(Plan { groups, searcher, links, targets, looks, wanted: is_wanted, lettered })
    }

    /// What is done before the values of a rule's link's target are asked.
    pub(crate) fn look(&self, rule: usize, link: usize, target: usize) -> Look {
        self.looks[self.targets[self.links[rule] + link] + target]
    }

    /// Whether any rule looks at a variable.
    pub(crate) fn wants(&self, collection: Collection) -> bool {
        self.wanted[collection as usize]
    }
}

fn group(groups: &mut Vec<Group>, link: &Link, target: &Target) -> usize {
    let own = Group {
        collection: target.collection,
        transformations: link.transformations.clone(),
        each_step: link.is_multi_match,
    };
    groups.iter().position(|group| *group == own).unwrap_or_else(|| {
        groups.push(own);
        groups.len() - 1
    })
}

/// A chain without what only makes letters small at its end: strings are searched for in any case, so that what such a text may have is
/// known by the text before, but for [letters](Plan::lettered).
pub(crate) fn searched(chain: &[Transformation]) -> &[Transformation] {
    match chain {
        [before @ .., last] if last.name() == "lowercase" => searched(before),
        _ => chain,
    }
}

/// Whether a target's values are the request's, and looked at themselves.
fn is_of_request(target: &Target) -> bool {
    let is_special = matches!(
        target.collection,
        Collection::MatchedVar
            | Collection::MatchedVarName
            | Collection::MatchedVars
            | Collection::MatchedVarsNames
            | Collection::HighestSeverity
    );
    !target.is_count && !is_special && matches!(target.collection.kind(), Kind::Single | Kind::Many)
}

/// The bytes of words: neither detector finds anything in them alone.
const WORD: ByteSet = ByteSet::LOWER.union(ByteSet::UPPER).union(ByteSet::range(b'0'..=b'9')).union(ByteSet::of(b"_"));

/// What a value must have for a link to match; none if that cannot be said.
fn needed(link: &Link) -> Option<Needed> {
    if link.is_negated {
        return None;
    }
    let strings = |text: &crate::text::Text| {
        let plain = text.plain().filter(|own| !own.is_empty())?;
        Some(Needed::one_of([plain.as_bytes()]))
    };
    match &link.operator {
        Operator::Rx(expression) | Operator::RxGlobal(expression) => Some(expression.needed()),
        Operator::Phrases(phrases) => Some(Needed::one_of(beginnings(phrases.all()))),
        Operator::BeginsWith(text)
        | Operator::Contains(text)
        | Operator::ContainsWord(text)
        | Operator::EndsWith(text)
        | Operator::StringEquals(text) => strings(text),
        Operator::ByteRange(range) => {
            let wrong = (0..=u8::MAX).filter(|byte| !range.allows(*byte));
            Some(Needed::Byte(wrong.fold(ByteSet::EMPTY, ByteSet::with)))
        }
        Operator::DetectSqli => Some(Needed::Byte(WORD.complement())),
        Operator::DetectXss => Some(Needed::Byte(WORD.union(ByteSet::of(b" .,-/\n")).complement())),
        Operator::UrlEncoding => Some(Needed::one_of([b"%".as_slice()])),
        _ => None,
    }
    .filter(is_worth_it)
}

/// Phrases, or where they are many only how they begin, so that all lists together make a small automaton.
fn beginnings(phrases: &[Vec<u8>]) -> impl Iterator<Item = &[u8]> {
    let size: usize = phrases.iter().map(Vec::len).sum();
    let longest = if size > 1000 { 5 } else { usize::MAX };
    phrases.iter().map(move |own| &own[..own.len().min(longest)])
}

/// Whether a good part of all values does not have what is needed: one byte out of many letters is in almost every one.
fn is_worth_it(needed: &Needed) -> bool {
    match needed {
        Needed::Nothing => false,
        Needed::Byte(bytes) => (b'a'..=b'z').filter(|letter| bytes.has(*letter)).count() < 6,
        Needed::OneOf(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use ringwall_detect::{Sensitivity, sqli, xss};

    #[test]
    fn detectors_find_nothing_in_words() {
        const WORDS: &[&str] = &[
            "select",
            "union",
            "or",
            "and",
            "1",
            "true",
            "from",
            "null",
            "sleep",
            "javascript",
            "onload",
            "script",
            "alert",
            "ADw",
            "data",
            "eval",
            "order",
            "by",
            "having",
            "like",
            "0x41",
            "x",
            "_",
            "href",
            "src",
            "style",
            "exec",
        ];
        for seed in 0..200_000 {
            let mut random = fastrand::Rng::with_seed(seed);
            let words = |random: &mut fastrand::Rng, between: &[&str]| -> String {
                (0..random.usize(1..8))
                    .map(|_| [WORDS[random.usize(..WORDS.len())], between[random.usize(..between.len())]].concat())
                    .collect()
            };
            let plain = words(&mut random, &["", "_"]);
            assert_eq!(sqli(plain.as_bytes(), Sensitivity::High), None, "{plain}");
            let prose = words(&mut random, &["", " ", ".", ",", "-", "/", "\n"]);
            assert_eq!(xss(prose.as_bytes()), None, "{prose}");
        }
    }
}

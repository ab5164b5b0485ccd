//! Ids of requirements, and where texts cite them: one by one, or as the first and last of a range.

use std::fmt;

/// The topics that requirements are about. Other capitals with a number behind them, such as names of licences and
/// encodings, are no ids.
const TOPICS: &[&str] = &[
    "ACM", "ALB", "API", "APIGW", "CF", "DNS", "EIP", "ENI", "FL", "GWE", "IAM", "IFE", "IGW", "INST", "JWT", "KMS",
    "LMB", "NAA", "NACL", "NAT", "NLB", "PATH", "PCX", "PL", "RA", "RT", "SG", "TRAIL", "VPC", "WAF",
];

/// The most digits of an id: what has more is something else.
const MOST_DIGITS: usize = 3;

/// The id of a requirement: a topic and a number. The order is that of the reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// the topic
    pub topic: &'static str,
    number: u16,
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.number)
    }
}

impl Id {
    /// The id at the start of a text, and what follows it.
    pub fn at_start(text: &str) -> Option<(Id, &str)> {
        let end = text.find(|letter: char| !letter.is_ascii_uppercase())?;
        let topic = TOPICS.iter().find(|topic| **topic == &text[..end])?;
        let rest = text[end..].strip_prefix('-')?;
        let digits = rest.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(rest.len());
        let is_number = (1..=MOST_DIGITS).contains(&digits) && !rest.starts_with('0');
        let ends = !rest[digits..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
        (is_number && ends)
            .then(|| Some((Id { topic, number: rest[..digits].parse().ok()? }, &rest[digits..])))
            .flatten()
    }
}

/// A place where a requirement is cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// the requirement
    pub id: Id,
    /// the file
    pub file: String,
    /// the line, from 1
    pub line: usize,
}

/// Every citation in the text of a file; each member of a range is one.
pub fn citations(file: &str, text: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = text[at..].find(|letter: char| letter.is_ascii_uppercase()) {
        let start = at + step;
        let begins_word = !text[..start].ends_with(|before: char| before.is_alphanumeric() || "_-".contains(before));
        let id = Id::at_start(&text[start..]).filter(|_| begins_word);
        let Some((id, rest)) = id else {
            at = start + 1;
            continue;
        };
        let line = text[..start].matches('\n').count() + 1;
        let last = end_of_range(&id, rest).unwrap_or(id.number);
        let members = id.number..=last.max(id.number);
        let topic = id.topic;
        found.extend(members.map(|number| Citation { id: Id { topic, number }, file: file.to_owned(), line }));
        at = text.len() - rest.len();
    }
    found
}

/// The last number of the range that the id begins. A comment may go on in the next line between the two.
fn end_of_range(first: &Id, rest: &str) -> Option<u16> {
    let skip =
        |text: &'_ str| text.trim_start_matches(|mark: char| mark.is_whitespace() || "/!*#".contains(mark)).len();
    let from = |length: usize| &rest[rest.len() - length..];
    let behind = from(skip(rest)).strip_prefix("to").filter(|text| text.starts_with(char::is_whitespace))?;
    let (last, _) = Id::at_start(from(skip(behind)))?;
    (last.topic == first.topic).then_some(last.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        citations("x", text).iter().map(|citation| format!("{}@{}", citation.id, citation.line)).collect()
    }

    #[test]
    fn single_ids_and_ranges_are_found_where_they_stand() {
        assert_eq!(found("(SG-2, RT-33).\n \"NACL-4\""), ["SG-2@1", "RT-33@1", "NACL-4@2"]);
        assert_eq!(found("SG-18 to SG-20"), ["SG-18@1", "SG-19@1", "SG-20@1", "SG-20@1"]);
        assert_eq!(found("//! as in SG-1 to\n//! SG-2: so"), ["SG-1@1", "SG-2@1", "SG-2@2"]);
    }

    #[test]
    fn from_one_topic_to_another_is_no_range() {
        assert_eq!(found("SG-1 to RT-3"), ["SG-1@1", "RT-3@1"]);
        assert_eq!(found("SG-3 tocsin SG-5"), ["SG-3@1", "SG-5@1"]);
    }

    #[test]
    fn what_only_looks_like_an_id_is_none() {
        for text in
            ["UTF-8", "GPL-2.0-only", "VPC-00000000000000001", "SG-", "XSG-1", "SG-12x", "US-EAST-1", "A-SG-1", "SG-0"]
        {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}

//! Entries: a line of a list for each requirement, `- **ID** wording [source]`, below the heading of its topic.

use super::citation::Id;

/// A requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// its id
    pub id: Id,
    /// our wording, the sources and what is doubtful about it
    pub text: String,
    /// the heading that it stands below
    heading: String,
}

/// Every entry of a document. Short names of sources become addresses, if the document has a table of them.
pub fn entries(document: &str) -> Vec<Entry> {
    let sources = sources(document);
    let mut heading = String::new();
    let mut entries = Vec::new();
    for line in document.lines() {
        // the first level is the document's own, and below the second there are only parts of a topic
        if let Some(text) = line.strip_prefix("## ").or_else(|| line.strip_prefix("# ")) {
            heading = text.trim().to_owned();
        }
        let Some(rest) = line.strip_prefix("- **") else { continue };
        let Some((id, rest)) = Id::at_start(rest) else { continue };
        let Some(text) = rest.strip_prefix("**") else { continue };
        entries.push(Entry { id, text: with_addresses(text.trim(), &sources), heading: heading.clone() });
    }
    entries
}

/// The document of one topic.
pub fn document(entries: &[&Entry]) -> String {
    let mut text = format!("# {}\n\n", entries.first().map_or("", |entry| &entry.heading));
    text.push_str(
        "Each line: id, our wording, in brackets the page that it was taken from. *(from knowledge)* marks what no page says.\n\
         Written by `cargo xtask requirements --from DIR`; `cargo xtask requirements` lists where each is cited.\n\n",
    );
    for entry in entries {
        text.push_str(&format!("- **{}** {}\n", entry.id, entry.text));
    }
    text
}

/// The rows of the table of sources that stand for whole sites: what a tag begins with, and the address of its pages,
/// with X for the page.
fn sources(document: &str) -> Vec<(String, String)> {
    let rows = document.lines().filter_map(|line| {
        let (tag, address) = line.strip_prefix("| `")?.split_once("/X` | ")?;
        let address = address.strip_suffix(" |")?;
        address.starts_with("https://").then(|| (format!("{tag}/"), address.to_owned()))
    });
    rows.collect()
}

/// Replaces tags such as `waf/limits` in brackets by the addresses that they stand for.
fn with_addresses(text: &str, sources: &[(String, String)]) -> String {
    if sources.is_empty() {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('[') {
        let Some((inside, after)) = behind.split_once(']') else { break };
        let words: Vec<String> = inside.split(' ').map(|word| address(word, sources)).collect();
        out.push_str(&format!("{before}[{}]", words.join(" ")));
        rest = after;
    }
    out + rest
}

fn address(word: &str, sources: &[(String, String)]) -> String {
    let (tag, end) = word.split_at(word.trim_end_matches([';', ',']).len());
    let found = sources.iter().find_map(|(site, address)| Some(address.replace('X', tag.strip_prefix(site.as_str())?)));
    found.map_or_else(|| word.to_owned(), |address| address + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: &str = "# All\n\n| `waf/X` | https://docs.example/waf/X.html |\n\n## Filters (WAF)\n\n### First\n\n\
        - **WAF-1** In order [a-z]. [waf/order; waf/limits] (from knowledge: half)\n- no entry\n";

    #[test]
    fn an_entry_keeps_its_doubts_and_gets_the_addresses_of_its_sources() {
        let read = entries(REFERENCE);
        assert_eq!(read.len(), 1);
        let text = "In order [a-z]. [https://docs.example/waf/order.html; https://docs.example/waf/limits.html] (from knowledge: half)";
        assert_eq!((read[0].text.as_str(), read[0].heading.as_str()), (text, "Filters (WAF)"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let read = entries(REFERENCE);
        assert_eq!(entries(&document(&read.iter().collect::<Vec<_>>())), read);
    }
}

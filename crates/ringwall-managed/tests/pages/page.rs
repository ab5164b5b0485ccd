//! Reading a page: the rules that it tells of, and its requests.
//!
//! The first paragraph under the title has the names of the rules. A block of code is one or several requests, with `---` between
//! them: those under `## Matches` are marked with the rule that they match, those under `## Does not match` with nothing. A request is
//! a line with method and target, headers, and behind an empty line a body. `Host` and `User-Agent` are those of a browser where
//! none is written; `Client` is the address it comes from; `{a*100}` is a hundred times that letter.

use std::net::IpAddr;

use ringwall_managed::Group;
use ringwall_waf::request::{Header, Request};

/// A page.
#[derive(Debug)]
pub struct Page {
    /// its file
    pub name: String,
    /// the rules that it tells of
    pub rules: Vec<String>,
    /// requests that match
    pub matching: Vec<Example>,
    /// requests that do not
    pub harmless: Vec<Example>,
}

/// A request on a page.
#[derive(Debug)]
pub struct Example {
    /// the rule that it matches; empty if none
    pub rule: String,
    /// as it is written
    pub text: String,
}

impl Page {
    /// The pages of a group.
    pub fn all_of(group: &Group) -> Vec<Page> {
        let namespace = group.label_namespace();
        let name = namespace.as_str().trim_end_matches(':').rsplit(':').next().expect("a name").to_owned();
        let folder = format!("{}/pages/{name}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        let pages = paths.iter().map(|path| {
            let file = path.file_name().unwrap().to_string_lossy();
            Page::read(format!("{name}/{file}"), &std::fs::read_to_string(path).unwrap())
        });
        pages.collect()
    }

    fn read(name: String, text: &str) -> Page {
        let rules = text.split("\n\n").nth(1).unwrap_or_default().split('`').skip(1).step_by(2);
        let mut page =
            Page { name, rules: rules.map(str::to_owned).collect(), matching: Vec::new(), harmless: Vec::new() };
        let (mut section, mut block) = ("", None::<(String, String)>);
        for line in text.lines() {
            match (line.strip_prefix("```"), &mut block) {
                (Some(rule), None) => block = Some((rule.trim().to_owned(), String::new())),
                (Some(_), Some(_)) => {
                    let (rule, requests) = block.take().expect("a block");
                    let examples =
                        requests.split("---\n").map(|own| Example { rule: rule.clone(), text: own.to_owned() });
                    match section {
                        "Matches" => page.matching.extend(examples),
                        "Does not match" if rule.is_empty() => page.harmless.extend(examples),
                        _ => panic!("{}: a block of `{rule}` under `{section}`", page.name),
                    }
                }
                (None, Some((_, text))) => *text += &format!("{line}\n"),
                (None, None) => section = line.strip_prefix("## ").unwrap_or(section),
            }
        }
        page
    }
}

impl Example {
    /// The request.
    pub fn request<T>(&self, then: impl FnOnce(&Request) -> T) -> T {
        let text = expanded(&self.text);
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let (method, target) = lines.next().and_then(|line| line.split_once(' ')).expect("a method and a target");
        let mut headers: Vec<(&str, &str)> = lines.map(|line| line.split_once(':').expect("a header")).collect();
        let client = headers.iter().position(|(name, _)| *name == "Client").map(|at| headers.remove(at).1.trim());
        let client: IpAddr = client.unwrap_or("203.0.113.9").parse().expect("an address");
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        for (name, usual) in [("Host", "www.example.com"), ("User-Agent", agent)] {
            if !headers.iter().any(|(own, _)| *own == name) {
                headers.push((name, usual));
            }
        }
        // A header without a value is one that is not sent.
        let sent = headers.iter().filter(|(_, value)| !value.trim().is_empty());
        let headers: Vec<Header> =
            sent.map(|(name, value)| Header { name: name.as_bytes(), value: value.trim().as_bytes() }).collect();
        let body = body.trim_end_matches('\n').as_bytes();
        let mut request = Request::new(client, method.as_bytes(), target.as_bytes());
        request.headers = &headers;
        request.body = body;
        request.body_size = body.len() as u64;
        then(&request)
    }
}

/// With `{a*100}` written out.
fn expanded(text: &str) -> String {
    let mut rest = text;
    let mut whole = String::new();
    while let Some(at) = rest.find('{') {
        let repeated = rest[at..].split_once('}').and_then(|(inside, behind)| {
            let (letter, count) = inside[1..].split_once('*')?;
            let is_one = letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_lowercase());
            Some((letter.repeat(count.parse().ok().filter(|_| is_one)?), behind))
        });
        whole += &rest[..at];
        match repeated {
            Some((letters, behind)) => {
                whole += &letters;
                rest = behind;
            }
            None => {
                whole.push('{');
                rest = &rest[at + 1..];
            }
        }
    }
    whole + rest
}

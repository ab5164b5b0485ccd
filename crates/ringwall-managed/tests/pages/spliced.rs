//! Requests that nobody wrote: pieces of those on the pages, put together at random.

use fastrand::Rng;

use super::page::{Example, Page};

/// A request of pieces of all pages: a target, a header and a body, each cut and put together of two.
pub fn spliced(pages: &[Page], random: &mut Rng) -> Example {
    let texts: Vec<&str> =
        pages.iter().flat_map(|page| page.matching.iter().chain(&page.harmless)).map(|own| own.text.as_str()).collect();
    let any = |random: &mut Rng| texts[random.usize(..texts.len())];
    let one = |text: &str| {
        text.lines().next().and_then(|line| line.split_once(' ')).map_or("/", |(_, target)| target).to_owned()
    };
    let body = |text: &str| text.split_once("\n\n").map_or("", |(_, body)| body).to_owned();
    let (left, right) = (any(random), any(random));
    let target = joined(&one(left), &one(right), random).replace([' ', '\n'], "+");
    let header = joined(&one(any(random)), &body(any(random)), random).replace('\n', " ");
    let kinds =
        ["application/json", "application/x-www-form-urlencoded", "text/xml", "multipart/form-data; boundary=b", "x"];
    let kind = kinds[random.usize(..kinds.len())];
    let content = joined(&body(any(random)), &body(any(random)), random);
    Example {
        rule: String::new(),
        text: format!("POST {target}\nX-Any: {header}\nContent-Type: {kind}\nCookie: a={header}\n\n{content}"),
    }
}

/// The beginning of one text and the end of another, or all of one and nothing of the other.
fn joined(left: &str, right: &str, random: &mut Rng) -> String {
    if random.bool() {
        return left.to_owned();
    }
    let cut = |text: &str, random: &mut Rng| {
        let at = random.usize(..=text.len());
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    };
    let (from, to) = (cut(left, random), cut(right, random));
    format!("{}{}", &left[..from], &right[to..])
}

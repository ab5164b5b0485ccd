//! Bytes to tags, attributes and comments, as a browser reads HTML.
//!
//! The states are those of the HTML standard's tokeniser, with what older browsers did on top where it leads to more tags, not to
//! fewer: any control byte separates attributes, and a NUL within a name is not there.

use std::ops::Range;

/// A part of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A tag's name, behind `<`.
    Open(Range<usize>),
    /// The end of a tag: `>`, or the input's.
    Close,
    /// An attribute of the tag.
    Attribute(Attribute),
    /// `</name …>`; its attributes mean nothing.
    EndTag,
    /// A comment's body: `<!--…-->`.
    Comment(Range<usize>),
    /// The body of `<!…>` and `<?…>`, which are comments to HTML and more to others.
    Declaration(Range<usize>),
}

/// An attribute, by where its name and its value are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub name: Range<usize>,
    /// Without its quotes; nothing if there is no `=`.
    pub value: Option<Range<usize>>,
}

/// The parts of an input that begins outside of a tag.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'a> {
    input: &'a [u8],
    at: usize,
    end: usize,
    in_tag: bool,
}

impl<'a> Parts<'a> {
    /// The parts of that range of the input.
    pub(crate) fn new(input: &'a [u8], range: Range<usize>) -> Parts<'a> {
        Parts { input, at: range.start, end: range.end, in_tag: false }
    }

    fn rest(&self) -> &'a [u8] {
        &self.input[self.at..self.end]
    }

    /// Goes on to where this holds of a byte, or to the end.
    fn until(&mut self, is: impl Fn(u8) -> bool) -> Range<usize> {
        let start = self.at;
        self.at += self.rest().iter().position(|byte| is(*byte)).unwrap_or(self.rest().len());
        start..self.at
    }

    fn outside(&mut self) -> Option<Part> {
        loop {
            self.until(|byte| byte == b'<');
            if self.at >= self.end {
                return None;
            }
            self.at += 1;
            match self.rest() {
                [first, ..] if first.is_ascii_alphabetic() => {
                    self.in_tag = true;
                    return Some(Part::Open(self.until(|byte| ends_name(byte) && byte != 0)));
                }
                [b'/', second, ..] if second.is_ascii_alphabetic() => {
                    self.until(|byte| byte == b'>');
                    return Some(Part::EndTag);
                }
                [b'!', b'-', b'-', ..] => {
                    self.at += 3;
                    return Some(Part::Comment(self.comment()));
                }
                [b'!' | b'?' | b'%', ..] => {
                    self.at += 1;
                    let body = self.until(|byte| byte == b'>');
                    return Some(Part::Declaration(body));
                }
                _ => {}
            }
        }
    }

    /// The body of a comment. `<!-->` and `<!--->` are whole comments.
    fn comment(&mut self) -> Range<usize> {
        let start = self.at;
        if let [b'>', ..] | [b'-', b'>', ..] = self.rest() {
            return start..start;
        }
        loop {
            self.until(|byte| byte == b'-');
            match self.rest() {
                [] => return start..self.end,
                [b'-', b'-', b'>', ..] | [b'-', b'-', b'!', b'>', ..] => {
                    let end = self.at;
                    self.at += 3;
                    return start..end;
                }
                _ => self.at += 1,
            }
        }
    }

    fn inside(&mut self) -> Part {
        self.until(|byte| byte > b' ' && byte != b'/');
        if matches!(self.rest(), [] | [b'>', ..]) {
            self.in_tag = false;
            return Part::Close;
        }
        Part::Attribute(self.attribute())
    }

    fn attribute(&mut self) -> Attribute {
        let start = self.at;
        // An equals sign in the first place belongs to the name.
        self.at += 1;
        self.until(|byte| ends_name(byte) && byte != 0 || byte == b'=');
        let name = start..self.at;
        let behind = self.at;
        self.until(|byte| byte > b' ');
        if !matches!(self.rest(), [b'=', ..]) {
            self.at = behind;
            return Attribute { name, value: None };
        }
        self.at += 1;
        Attribute { name, value: Some(self.value()) }
    }

    /// A value behind its `=`.
    fn value(&mut self) -> Range<usize> {
        self.until(|byte| byte > b' ');
        match self.rest() {
            [quote @ (b'"' | b'\''), ..] => {
                self.at += 1;
                let value = self.until(|byte| byte == *quote);
                self.at = (self.at + 1).min(self.end);
                value
            }
            _ => self.until(|byte| byte <= b' ' || byte == b'>'),
        }
    }
}

impl Iterator for Parts<'_> {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        if self.in_tag { Some(self.inside()) } else { self.outside() }
    }
}

/// An attribute that begins here, outside of any tag that the input itself opens. No more than 256 bytes of it are looked at.
pub(crate) fn attribute_at(input: &[u8], at: usize) -> Attribute {
    Parts { input, at, end: input.len().min(at + 256), in_tag: true }.attribute()
}

fn ends_name(byte: u8) -> bool {
    byte <= b' ' || byte == b'/' || byte == b'>'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts as text: tags, attributes and values, comments and declarations.
    fn read(input: &str) -> Vec<String> {
        let text = |range: Range<usize>| input[range].to_owned();
        let part = |part| match part {
            Part::Open(name) => vec![format!("<{}", text(name))],
            Part::Close => vec![">".to_owned()],
            Part::EndTag => vec!["</>".to_owned()],
            Part::Comment(body) | Part::Declaration(body) => vec![format!("!{}", text(body).trim_end())],
            Part::Attribute(Attribute { name, value }) => {
                std::iter::once(text(name)).chain(value.map(|value| format!("={}", text(value)))).collect()
            }
        };
        Parts::new(input.as_bytes(), 0..input.len()).flat_map(part).collect()
    }

    #[test]
    fn tags_and_attributes_are_read_in_all_their_spellings() {
        for input in ["<a b='c'>", "<a b=\"c\">", "<a b=c>", "<a\tb\n=\r c >", "<a/b=c >", "x<a b='c'>", "<a b='c'/>"] {
            assert_eq!(read(input), ["<a", "b", "=c", ">"], "{input}");
        }
        assert_eq!(read("<a b='c'd>"), ["<a", "b", "=c", "d", ">"], "nothing between them");
        assert_eq!(read("<a =b=c"), ["<a", "=b", "=c", ">"], "an equals sign begins a name");
        assert_eq!(read("<a b=c/>"), ["<a", "b", "=c/", ">"], "a slash belongs to a value without quotes");
        assert_eq!(read("<a b=\"c>d"), ["<a", "b", "=c>d", ">"], "a quote without its end");
        assert_eq!(read("<a b=>c"), ["<a", "b", "=", ">"]);
    }

    #[test]
    fn what_is_no_tag_is_text() {
        for input in ["", "<", "< a", "<1", "a<", "<=b", "a > b"] {
            assert_eq!(read(input), Vec::<String>::new(), "{input}");
        }
    }

    #[test]
    fn comments_end_where_browsers_end_them() {
        assert_eq!(read("<!--a--><b>"), ["!a", "<b", ">"]);
        assert_eq!(read("<!--a--!><b>"), ["!a", "<b", ">"]);
        assert_eq!(read("<!--><b>"), ["!", "<b", ">"]);
        assert_eq!(read("<!---><b>"), ["!", "<b", ">"]);
        assert_eq!(read("<!--a-b--c"), ["!a-b--c"]);
        assert_eq!(read("<!a><?b><%c></d e='>'>"), ["!a", "!b", "!c", "</>"]);
    }

    /// What a case of libinjection's expects, in the words of [`read`]: tags, attributes, values, comments.
    fn expected(lines: &str) -> Vec<String> {
        let told = |line: &str| {
            let mut fields = line.splitn(3, ',');
            let (kind, text) = (fields.next()?, fields.nth(1).unwrap_or_default());
            match kind {
                "TAG_NAME_OPEN" => Some(format!("<{text}")),
                "ATTR_NAME" => Some(text.to_owned()),
                "ATTR_VALUE" => Some(format!("={text}")),
                "TAG_COMMENT" | "DOCTYPE" => Some(format!("!{}", text.trim_end())),
                _ => None,
            }
        };
        lines.lines().filter_map(told).collect()
    }

    /// The public cases that are read otherwise, and why.
    const OTHERWISE: &[(&str, &str)] = &[
        ("test-html5-031", "an end tag with a blank before its end is an end tag"),
        ("test-html5-049", "CDATA is a comment outside of SVG and MathML"),
        ("test-html5-050", "the same"),
        ("test-html5-051", "the same"),
        ("test-html5-052", "the same"),
        (
            "test-html5-061",
            "`<%` ends at the first `>`; what an old browser saw behind it is looked for within the value",
        ),
        ("test-html5-064", "a backtick is no quote"),
        ("test-html5-066", "`</ ` is a comment whose body is of no interest; the tag behind it is found"),
    ];

    #[test]
    fn published_cases_of_html_are_read_alike() {
        let root = std::env::var_os("RINGWALL_TEST_DATA").map(std::path::PathBuf::from);
        let beside = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        let folder = root.unwrap_or_else(beside).join("libinjection");
        assert!(
            folder.is_dir(),
            "the test data is absent: `{}` is no folder; set RINGWALL_TEST_DATA",
            folder.display()
        );
        let (mut alike, mut otherwise) = (0, Vec::new());
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if !name.starts_with("test-html5-") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let (_, case) = text.split_once("--INPUT--\n").unwrap();
            let (input, lines) = case.split_once("--EXPECTED--").unwrap();
            let own: Vec<String> =
                read(input.trim_end_matches('\n')).into_iter().filter(|part| part != ">" && part != "</>").collect();
            if own == expected(lines) {
                alike += 1;
            } else {
                println!("{name}: {own:?} instead of {:?}", expected(lines));
                otherwise.push(name);
            }
        }
        otherwise.sort();
        println!("libinjection's HTML: {alike} of {} read alike", alike + otherwise.len());
        assert_eq!(otherwise, OTHERWISE.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}

//! Lines as they are meant: a backslash at the end of one continues it, and a comment is none.

/// A directive's text, and the line in which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// the number of its first line
    pub number: usize,
    /// the text without the backslashes that continue it
    pub text: String,
}

/// The lines of a file that are neither empty nor a comment.
pub fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut open: Option<Line> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        let (own, goes_on) = match line.strip_suffix('\\') {
            Some(own) => (own, true),
            None => (line, false),
        };
        match &mut open {
            Some(begun) => begun.text.push_str(own.trim_start()),
            None if own.trim_start().starts_with('#') || line.trim().is_empty() => continue,
            None => open = Some(Line { number: number + 1, text: own.trim_start().to_owned() }),
        }
        if !goes_on {
            found.extend(open.take());
        }
    }
    found.extend(open);
    found.retain(|line| !line.text.trim().is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_continues_and_comments_are_left_out() {
        let text = "# a\\\nSecRule A \\\n   \"b,\\\n  c\"\n\n  # d\nSecMarker E\\";
        let found: Vec<(usize, String)> = lines(text).into_iter().map(|line| (line.number, line.text)).collect();
        assert_eq!(found, [(2, "SecRule A \"b,c\"".to_owned()), (7, "SecMarker E".to_owned())]);
    }
}

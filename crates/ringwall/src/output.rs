//! Output that is a pleasure in a terminal and plain in a pipe.

use std::io::{IsTerminal, Write};

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// for people
    Text,
    /// for programs
    Json,
}

/// Colours, where they help.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    colours: bool,
}

impl Style {
    /// The style for standard output: colours in a terminal, unless `NO_COLOR` is set.
    pub fn of_stdout() -> Style {
        Style {
            colours: std::io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// What went well.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What did not.
    pub fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// What matters less.
    pub fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// What matters more.
    pub fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }
}

/// Writes a line to standard output; false if nobody reads any more.
pub fn line(text: &str) -> bool {
    writeln!(std::io::stdout(), "{text}").is_ok()
}

/// Tells how things stand on standard error, where it is in nobody's way.
pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Columns with two blanks between them; colours do not count as width.
pub fn table(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| visible(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().enumerate().map(|(column, cell)| {
                let last = column + 1 == row.len();
                let padding = if last { 0 } else { widths[column] - visible(cell) + 2 };
                format!("{cell}{}", " ".repeat(padding))
            });
            cells.collect::<String>()
        })
        .collect()
}

/// How many characters of a text are seen.
fn visible(text: &str) -> usize {
    let mut count = 0;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\x1b' {
            characters.by_ref().find(|end| *end == 'm');
        } else {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_their_colours() {
        let style = Style { colours: true };
        let rows = table(&[vec!["a".into(), "b".into()], vec![style.good("long"), "c".into()]]);
        assert_eq!(rows, ["a     b", "\x1b[32mlong\x1b[0m  c"]);
    }
}

//! What the demo shows: colours and a line that moves in a terminal, plain lines in a pipe.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

/// Standard output.
pub struct Screen {
    colours: bool,
    is_terminal: bool,
    /// whether the last line is one that will be written over
    moving: Mutex<bool>,
}

impl Screen {
    /// Colours in a terminal, unless `NO_COLOR` is set.
    pub fn new() -> Screen {
        let is_terminal = std::io::stdout().is_terminal();
        let colours = is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Screen { colours, is_terminal, moving: Mutex::new(false) }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colours && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// What went well.
    pub fn good(&self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What did not.
    pub fn bad(&self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// What was refused, and rightly so.
    pub fn refused(&self, text: &str) -> String {
        self.paint("33", text)
    }

    /// What matters more.
    pub fn strong(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What matters less.
    pub fn faint(&self, text: &str) -> String {
        self.paint("2", text)
    }

    /// A line. That nobody reads any more is no reason to stop: what was built has to be taken down.
    pub fn line(&self, text: &str) {
        let mut moving = self.lock();
        let clear = if std::mem::take(&mut *moving) { "\r\x1b[K" } else { "" };
        let _ = writeln!(std::io::stdout(), "{clear}{text}");
    }

    /// A line between blank ones, before what belongs together.
    pub fn heading(&self, text: &str, more: &str) {
        let more = if more.is_empty() { String::new() } else { format!("  {}", self.faint(more)) };
        self.line("");
        self.line(&format!("{}{more}", self.strong(text)));
    }

    /// What is being done, written over by whatever comes next. In a pipe, nothing.
    pub fn progress(&self, text: &str) {
        if !self.is_terminal {
            return;
        }
        let mut moving = self.lock();
        let short: String = text.chars().take(78).collect();
        let mut out = std::io::stdout();
        let _ = write!(out, "\r\x1b[K  {}", self.faint(&short));
        let _ = out.flush();
        *moving = true;
    }

    /// Columns with two blanks between them, below their faint heads.
    pub fn table(&self, heads: &[&str], rows: &[Vec<String>]) {
        let heads: Vec<String> = heads.iter().map(|head| self.faint(head)).collect();
        let all: Vec<&Vec<String>> = std::iter::once(&heads).chain(rows).collect();
        let width = |column: usize| all.iter().filter_map(|row| row.get(column)).map(|cell| seen(cell)).max();
        let widths: Vec<usize> = (0..heads.len()).map(|column| width(column).unwrap_or(0)).collect();
        for row in all {
            let mut text = String::from("  ");
            for (cell, width) in row.iter().zip(&widths) {
                text.push_str(&format!("{cell}{}  ", " ".repeat(width - seen(cell))));
            }
            self.line(text.trim_end());
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, bool> {
        self.moving.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// How many characters of a text are seen: colours are not.
fn seen(text: &str) -> usize {
    let mut in_colour = false;
    let is_seen = |character: &char| match (in_colour, *character) {
        (false, '\x1b') => {
            in_colour = true;
            false
        }
        (false, _) => true,
        (true, other) => {
            in_colour = other != 'm';
            false
        }
    };
    text.chars().filter(is_seen).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_have_no_width() {
        assert_eq!(seen("\x1b[1;31mno\x1b[0m way"), 6);
        assert_eq!(seen("plain"), 5);
    }
}

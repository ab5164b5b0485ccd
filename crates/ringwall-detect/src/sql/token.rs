//! The parts that a database reads SQL as.

use super::word::Word;

/// A part of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes; not part of it.
    pub end: usize,
    /// Whether a comment stands between it and the part before.
    pub after_comment: bool,
    /// Whether it follows the part before without a blank or a comment.
    pub touches: bool,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number: decimal, hexadecimal, binary, with exponent.
    Number,
    /// A string with its end.
    Text,
    /// A string that goes on where the input ends: the application's own quote closes it.
    OpenText,
    /// The bytes up to the quote that closes the application's string, with that quote.
    Breakout,
    /// A word that means nothing to SQL, or a quoted identifier.
    Name,
    /// A word that means something to SQL.
    Word(Word),
    /// A variable: `@a`, `@@version`, `:a`, `$1`.
    Variable,
    /// `=`, `<`, `<=>`, `!~`, `@>` and others that compare.
    Compare,
    /// `+`, `-`, `/`, `|` and others that compute.
    Compute,
    /// `*`, which computes or stands for every column.
    Star,
    /// `||`, which joins strings or is OR.
    Concat,
    /// `&&`.
    Both,
    /// `!` and `~`.
    Unary,
    /// `(` and `{`.
    Open,
    /// `)` and `}`.
    Close,
    /// `,`.
    Comma,
    /// `.`.
    Dot,
    /// `;`.
    Semicolon,
    /// `::`, a cast.
    Cast,
    /// A comment that hides the rest of the statement.
    Rest(Hidden),
    /// The end of the input.
    End,
    /// What is in no SQL.
    Other,
}

/// What a comment at the end hides of the input itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// Nothing that is a word: it was written to hide what the application appends.
    Nothing,
    /// Words: it might be prose that looks like a comment.
    Words,
    /// Words behind a `#`, which are prose more often than not.
    Prose,
}

impl Token {
    /// Whether nothing of the input follows that a database would read.
    pub(crate) fn ends(self) -> bool {
        matches!(self.kind, Kind::End | Kind::Rest(_))
    }

    /// Whether it is this word.
    pub(crate) fn is(self, word: Word) -> bool {
        self.kind == Kind::Word(word)
    }
}

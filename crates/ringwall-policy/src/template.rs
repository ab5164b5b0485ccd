//! Texts with wildcards and policy variables, and what they match (IAM-36, IAM-37).

use crate::{Keys, Malformed};

/// A text of a policy. What is special in it depends on where it stands and on the policy's version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Character(char),
    /// `?`
    AnyOne,
    /// `*`
    AnyMany,
    /// `${key}` or `${key, 'default'}`
    Variable {
        key: String,
        default: Option<String>,
    },
}

/// A variable stands for a key that the request does not have, or that has several values: the statement does not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoValue {
    pub(crate) key: String,
}

/// What is special in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Special {
    /// `*` and `?`
    pub(crate) wildcards: bool,
    /// `${…}`
    pub(crate) variables: bool,
}

impl Template {
    pub(crate) fn parse(text: &str, special: Special) -> Result<Template, Malformed> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if special.variables && rest.starts_with("${") {
                let (inner, behind) = rest[2..].split_once('}').ok_or_else(|| wrong_variable(rest))?;
                pieces.push(variable(inner).ok_or_else(|| wrong_variable(&rest[..inner.len() + 3]))?);
                rest = behind;
                continue;
            }
            pieces.push(match character {
                '*' if special.wildcards => Piece::AnyMany,
                '?' if special.wildcards => Piece::AnyOne,
                other => Piece::Character(other),
            });
            rest = &rest[character.len_utf8()..];
        }
        Ok(Template(pieces))
    }

    /// The keys of its variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Variable { key, .. } => Some(key.as_str()),
            _ => None,
        })
    }

    /// The template with the values of its variables, which are no wildcards whatever they hold.
    pub(crate) fn fill(&self, keys: &Keys) -> Result<Pattern, NoValue> {
        let mut pattern = Vec::with_capacity(self.0.len());
        for piece in &self.0 {
            match piece {
                Piece::Character(character) => pattern.push(Token::Character(*character)),
                Piece::AnyOne => pattern.push(Token::AnyOne),
                Piece::AnyMany => pattern.push(Token::AnyMany),
                Piece::Variable { key, default } => {
                    let value = match (keys.get(key), default) {
                        (Some([value]), _) => value,
                        (None | Some([]), Some(default)) => default,
                        _ => return Err(NoValue { key: key.clone() }),
                    };
                    pattern.extend(value.chars().map(Token::Character));
                }
            }
        }
        Ok(Pattern(pattern))
    }
}

fn wrong_variable(text: &str) -> Malformed {
    Malformed::unexpected("a policy variable such as `${aws:username}` or `${aws:username, 'default'}`", text)
}

/// What stands between `${` and `}`.
fn variable(inner: &str) -> Option<Piece> {
    if let "*" | "?" | "$" = inner {
        return inner.chars().next().map(Piece::Character);
    }
    let (key, default) = match inner.split_once(',') {
        None => (inner, None),
        Some((key, default)) => {
            let default = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
            (key.trim(), Some(default.to_owned()))
        }
    };
    let is_key = |character: char| character.is_ascii_alphanumeric() || "_:/-.=+@".contains(character);
    let well_formed = !key.is_empty() && key.contains(':') && key.chars().all(is_key);
    well_formed.then(|| Piece::Variable { key: key.to_owned(), default })
}

/// A template without variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Token>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Character(char),
    AnyOne,
    AnyMany,
}

impl Pattern {
    /// Whether the whole text is of the pattern. Takes at most as many steps as the lengths of both multiplied.
    pub(crate) fn matches(&self, text: &str, same: fn(char, char) -> bool) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut token) = (0, 0);
        // Where the last `*` stood, and how far it has reached. An earlier one need never reach further.
        let mut star: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.0.get(token) {
                Some(Token::AnyMany) => {
                    star = Some((token, at));
                    token += 1;
                }
                Some(Token::AnyOne) => (at, token) = (at + 1, token + 1),
                Some(Token::Character(character)) if same(*character, text[at]) => (at, token) = (at + 1, token + 1),
                _ => {
                    let Some((position, reach)) = star else { return false };
                    star = Some((position, reach + 1));
                    (at, token) = (reach + 1, position + 1);
                }
            }
        }
        self.0[token..].iter().all(|token| *token == Token::AnyMany)
    }
}

/// Characters are the same only if they are equal.
pub(crate) fn exactly(one: char, other: char) -> bool {
    one == other
}

/// Letters are the same in capitals and in small.
pub(crate) fn ignoring_case(one: char, other: char) -> bool {
    one == other || one.to_lowercase().eq(other.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Special = Special { wildcards: true, variables: true };

    fn matches(template: &str, text: &str) -> bool {
        let keys = Keys::default().with("aws:username", "*a").with("aws:TagKeys", "x").with("aws:TagKeys", "y");
        let filled = Template::parse(template, ALL).unwrap().fill(&keys);
        filled.is_ok_and(|pattern| pattern.matches(text, exactly))
    }

    /// The same by the definition: too simple to be wrong, and too slow.
    fn by_definition(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((&'*', rest)), _) => (0..=text.len()).any(|skipped| by_definition(rest, &text[skipped..])),
            (Some((&'?', pattern)), Some((_, text))) => by_definition(pattern, text),
            (Some((one, pattern)), Some((other, text))) => one == other && by_definition(pattern, text),
            _ => false,
        }
    }

    #[test]
    fn wildcards_match_as_they_are_defined() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut matched = 0;
        for _ in 0..20_000 {
            let mut some = |alphabet: &[char], most: usize| -> Vec<char> {
                (0..random.usize(0..most)).map(|_| alphabet[random.usize(0..alphabet.len())]).collect()
            };
            let (pattern, text) = (some(&['a', 'b', '*', '?', '*'], 8), some(&['a', 'b'], 10));
            let expected = by_definition(&pattern, &text);
            let (pattern, text) = (String::from_iter(pattern), String::from_iter(text));
            assert_eq!(matches(&pattern, &text), expected, "{pattern} {text}");
            matched += usize::from(expected);
        }
        assert!((2_000..18_000).contains(&matched), "{matched}");
    }

    #[test]
    fn variables_are_filled_in_and_their_values_are_no_wildcards() {
        assert!(matches("home/${aws:username}/*", "home/*a/file"));
        assert!(matches("home/${AWS:UserName}", "home/*a"));
        assert!(!matches("home/${aws:username}/*", "home/bca/file"));
        assert!(matches("${aws:other, 'none'}?", "none!"));
        assert!(matches("${*}${?}${$}{a}", "*?${a}"));
        assert!(!matches("${*}", "x"));
        assert!(!matches("${aws:other}", ""));
        assert!(!matches("${aws:TagKeys}", "x"));
        assert!(!matches("${aws:TagKeys, 'x'}", "x"));
    }

    #[test]
    fn what_is_no_variable_is_refused() {
        for text in ["${", "${}", "${aws:username", "${username}", "${aws:username, x}", "${aws:user name}", "${**}"] {
            assert!(Template::parse(text, ALL).is_err(), "{text}");
            let old = Special { variables: false, ..ALL };
            assert!(Template::parse(text, old).is_ok(), "{text}");
        }
    }
}

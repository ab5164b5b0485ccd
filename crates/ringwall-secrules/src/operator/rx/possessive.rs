//! Repeated bytes of a class that are not given back, `[^;]*+`, where what follows could begin with such a byte itself.
//!
//! What follows is made to begin with something else, which says the same: `\s*+[^;]+` is `\s*[^;\s][^;]*`.

use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind, Repetition};
use ringwall_search::dialect::{Dialect, translate};

/// Writes an expression without such marks; nothing if it has others, or captures.
pub(super) fn rewritten(source: &[u8]) -> Option<String> {
    // What captures is what is marked, as nothing else does.
    let marked = marked(std::str::from_utf8(source).ok()?)?;
    let translated = translate(marked.as_bytes(), Dialect::SEC_LANG).ok()?;
    let mut parser = regex_syntax::ParserBuilder::new();
    let parser = parser.unicode(false).utf8(false).multi_line(true).dot_matches_new_line(true);
    Some(without_marks(&parser.build().parse(&translated).ok()?)?.to_string())
}

/// The expression with a group around each part that gives nothing back, instead of its mark.
fn marked(source: &str) -> Option<String> {
    let mut output = String::with_capacity(source.len() + 16);
    let mut rest = source;
    let mut atom = 0;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => 1 + rest[1..].chars().next()?.len_utf8(),
            '[' => class_length(rest)?,
            '(' if !rest.starts_with("(?") => return None,
            '*' | '+' if rest[1..].starts_with('+') => {
                output.insert(atom, '(');
                output.push(first);
                output.push(')');
                rest = &rest[2..];
                continue;
            }
            other => other.len_utf8(),
        };
        if !matches!(first, '*' | '+' | '?' | '{') {
            atom = output.len();
        }
        output.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    Some(output)
}

/// How long a class is that a text begins with.
fn class_length(text: &str) -> Option<usize> {
    let inside = text[1..].strip_prefix('^').unwrap_or(&text[1..]);
    let begin = text.len() - inside.len();
    let mut is_escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if std::mem::take(&mut is_escaped) => {}
            b'\\' => is_escaped = true,
            b']' if at > 0 => return Some(begin + at + 1),
            _ => {}
        }
    }
    None
}

fn without_marks(part: &Hir) -> Option<Hir> {
    Some(match part.kind() {
        HirKind::Capture(marked) => (*marked.sub).clone(),
        HirKind::Repetition(own) => {
            Hir::repetition(Repetition { sub: Box::new(without_marks(&own.sub)?), ..own.clone() })
        }
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(without_marks).collect::<Option<_>>()?),
        HirKind::Concat(parts) => {
            let Some(mark) = parts.iter().position(|own| matches!(own.kind(), HirKind::Capture(_))) else {
                return Some(Hir::concat(parts.iter().map(without_marks).collect::<Option<_>>()?));
            };
            let class = repeated_class(&parts[mark])?;
            let mut whole: Vec<Hir> = parts[..=mark].iter().map(without_marks).collect::<Option<_>>()?;
            let behind = without_marks(&Hir::concat(parts[mark + 1..].to_vec()))?;
            whole.push(not_beginning(&class, &behind)?);
            Hir::concat(whole)
        }
        _ => part.clone(),
    })
}

/// The class whose bytes are repeated in a marked part.
fn repeated_class(part: &Hir) -> Option<ClassBytes> {
    let HirKind::Capture(marked) = part.kind() else { return None };
    let HirKind::Repetition(own) = marked.sub.kind() else { return None };
    match own.sub.kind() {
        HirKind::Class(Class::Bytes(class)) => Some(class.clone()),
        _ => None,
    }
}

/// What matches as a part does, but begins with no byte of a class; where the part may be empty, it may still be.
fn not_beginning(class: &ClassBytes, part: &Hir) -> Option<Hir> {
    let has = |byte: u8| class.iter().any(|range| (range.start()..=range.end()).contains(&byte));
    Some(match part.kind() {
        HirKind::Literal(own) if own.0.first().is_some_and(|byte| has(*byte)) => Hir::fail(),
        HirKind::Class(Class::Bytes(own)) => {
            let mut own = own.clone();
            own.difference(class);
            Hir::class(Class::Bytes(own))
        }
        HirKind::Capture(_) | HirKind::Class(Class::Unicode(_)) => return None,
        HirKind::Alternation(parts) => {
            Hir::alternation(parts.iter().map(|own| not_beginning(class, own)).collect::<Option<_>>()?)
        }
        HirKind::Repetition(own) => {
            let most = own.max.map(|most| most.saturating_sub(1));
            let rest = Repetition { min: own.min.saturating_sub(1), max: most, ..own.clone() };
            let once = Hir::concat(vec![not_beginning(class, &own.sub)?, Hir::repetition(rest)]);
            if own.min > 0 { once } else { Hir::alternation(vec![once, Hir::empty()]) }
        }
        HirKind::Concat(parts) => {
            let (first, rest) = parts.split_first()?;
            let begun = Hir::concat([vec![not_beginning(class, first)?], rest.to_vec()].concat());
            match first.properties().minimum_len() {
                // Where the first part is empty, the rest must not begin so, either.
                Some(0) => Hir::alternation(vec![
                    Hir::concat([vec![filled(&not_beginning(class, first)?)?], rest.to_vec()].concat()),
                    Hir::concat(vec![empty(first)?, not_beginning(class, &Hir::concat(rest.to_vec()))?]),
                ]),
                _ => begun,
            }
        }
        HirKind::Literal(_) | HirKind::Empty | HirKind::Look(_) => part.clone(),
    })
}

/// What a part matches that is not empty.
fn filled(part: &Hir) -> Option<Hir> {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(Hir::fail()),
        HirKind::Alternation(parts) => Some(Hir::alternation(parts.iter().map(filled).collect::<Option<_>>()?)),
        _ if part.properties().minimum_len().is_some_and(|least| least > 0) => Some(part.clone()),
        HirKind::Repetition(own) if own.min == 0 && own.sub.properties().minimum_len()? > 0 => {
            Some(Hir::repetition(Repetition { min: 1, ..own.clone() }))
        }
        _ if part.properties().minimum_len().is_none() => Some(Hir::fail()),
        _ => None,
    }
}

/// What a part that may be empty asks where it is.
fn empty(part: &Hir) -> Option<Hir> {
    match part.kind() {
        HirKind::Look(_) => Some(part.clone()),
        HirKind::Repetition(own) if own.min == 0 => Some(Hir::empty()),
        HirKind::Alternation(parts) if parts.iter().any(|own| matches!(own.kind(), HirKind::Empty)) => {
            Some(Hir::empty())
        }
        HirKind::Empty => Some(Hir::empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Expression;

    #[test]
    fn what_repeats_is_not_given_back() {
        let expression = Expression::read(br"^a=\s*+[^;]+(?:;\s*+(?:[^=;]+=b|;?))*$").unwrap();
        for (text, expected) in
            [("a= b", true), ("a= ", false), ("a=b; c=b", true), ("a=b; =b", false), ("a=b; ", true), ("a=b;;", true)]
        {
            assert_eq!(expression.find(text.as_bytes(), false).is_some(), expected, "{text}");
        }
        let expression = Expression::read(br"^[^\w\s=(]++\s*?[(@']*?\s*?\w").unwrap();
        for (text, expected) in [("@'a", true), ("'@(@a", true), ("@ (a", true), ("@(=a", false), ("(a", false)] {
            assert_eq!(expression.find(text.as_bytes(), false).is_some(), expected, "{text}");
        }
    }
}

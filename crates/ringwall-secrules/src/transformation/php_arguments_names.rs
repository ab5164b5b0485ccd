//! `phpArgsNames`: the name that PHP gives an argument.

use std::borrow::Cow;

/// The name: spaces before it go, blanks and dots before the first `[` that is closed become `_`, as does a `[` that is not; what
/// stands between its brackets stays, and what stands behind them goes.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let name = &input[input.iter().take_while(|byte| **byte == b' ').count()..];
    if name.first() == Some(&b'[') {
        return opened_at_once(name);
    }
    let bracket = name.iter().position(|byte| *byte == b'[').unwrap_or(name.len());
    let mut output: Vec<u8> = name[..bracket].iter().map(|byte| plain(*byte)).collect();
    if bracket == name.len() {
        return Cow::Owned(output);
    }
    match name[bracket..].contains(&b']') {
        true => output.extend(indices(&name[bracket..])),
        false => {
            output.push(b'_');
            output.extend_from_slice(&name[bracket + 1..]);
        }
    }
    Cow::Owned(output)
}

fn opened_at_once(name: &[u8]) -> Cow<'_, [u8]> {
    Cow::Borrowed(&name[..0])
}

fn plain(byte: u8) -> u8 {
    if matches!(byte, b' ' | b'.') { b'_' } else { byte }
}

/// The indices in brackets at the beginning of a text, as far as one follows the other.
fn indices(mut text: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    while let Some(inside) = text.strip_prefix(b"[") {
        let Some(end) = inside.iter().position(|byte| *byte == b']') else { break };
        let index = if inside[..end].iter().all(|byte| *byte == b' ') { &[] } else { &inside[..end] };
        output.push(b'[');
        output.extend_from_slice(index);
        output.push(b']');
        text = &inside[end + 1..];
    }
    output
}

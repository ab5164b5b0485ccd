//! What holds for all transformations, whatever the text is.

use super::Transformation;
use ringwall_search::{ByteSet, Made, Transform};

fn text(random: &mut fastrand::Rng) -> Vec<u8> {
    const PIECES: &[&[u8]] =
        &[b"%41", b"\\x41", b"&#65;", b"&lt", b"/*", b"*/", b"../", b"<!--", b"--", b" ", b"\xc2\xa0", b"a[", b"0x41"];
    let mut text = Vec::new();
    for _ in 0..random.usize(0..12) {
        match random.u8(0..3) {
            0 => text.push(random.u8(..)),
            1 => text.push(random.u8(b' '..b'z')),
            _ => text.extend_from_slice(PIECES[random.usize(..PIECES.len())]),
        }
    }
    text
}

#[test]
fn a_text_without_certain_bytes_stays_as_it_is() {
    let mut same = 0;
    for seed in 0..20_000 {
        let text = text(&mut fastrand::Rng::with_seed(seed));
        for own in Transformation::all() {
            let may_change =
                if text.is_empty() { !own.keeps_empty() } else { own.changes().meets(ByteSet::in_text(&text)) };
            if !may_change {
                assert_eq!(*own.make(&text), text, "seed {seed}: {own:?}");
                same += 1;
            }
        }
    }
    assert!(same > 50_000, "{same}");
}

#[test]
fn what_is_written_is_what_is_made() {
    for seed in 0..10_000 {
        let text = text(&mut fastrand::Rng::with_seed(seed));
        for own in Transformation::all() {
            let mut output = Vec::new();
            let made = match own.apply(&text, &mut output) {
                Made::Same => text.clone(),
                Made::Part(range) => text[range].to_vec(),
                Made::Written => output,
            };
            assert_eq!(made, own.make(&text).into_owned(), "seed {seed}: {own:?}");
            assert!(made.len() <= 4 * text.len() + 32, "seed {seed}: {own:?}");
        }
    }
}

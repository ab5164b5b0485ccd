//! What holds for all transformations, whatever the text is.

use ringwall_search::{ByteSet, Made, Texts, Transform};

use super::{ALL, Apply, Chain, Transformation};

/// What a function makes of a text.
pub(crate) fn made(apply: Apply, input: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    match apply(input, &mut output) {
        Made::Same => input.to_vec(),
        Made::Part(range) => input[range].to_vec(),
        Made::Written => output,
    }
}

/// Text of pieces that transformations look for, and of anything.
fn text(random: &mut fastrand::Rng) -> Vec<u8> {
    const PIECES: &[&[u8]] = &[
        b"%", b"%u", b"%41", b"\\", b"\\x", b"\\u00", b"&#", b"&lt", b"0x", b"/*", b"*/", b"../", b" ", b"ff01", b"\0",
    ];
    let mut text = Vec::new();
    for _ in 0..random.usize(0..24) {
        match random.bool() {
            true => text.extend_from_slice(PIECES[random.usize(..PIECES.len())]),
            false => text.push(random.u8(..)),
        }
    }
    text
}

#[test]
fn whatever_the_text_is_the_result_is_bounded() {
    for seed in 0..4_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let text = text(&mut random);
        for own in Transformation::all() {
            let most = (3 * text.len()).max(32);
            assert!(Transformation::apply(own, &text).len() <= most, "seed {seed}: {own:?}");
        }
        let chain = Chain::new((0..10).map(|_| Transformation(random.u8(..ALL.len() as u8))));
        assert!(chain.apply(&text).len() <= (4 * text.len()).max(64), "seed {seed}: {chain:?}");
    }
}

#[test]
fn a_chain_is_one_after_the_other() {
    for seed in 0..2_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let text = text(&mut random);
        let all: Vec<Transformation> = (0..4).map(|_| Transformation(random.u8(..ALL.len() as u8))).collect();
        let by_hand = all.iter().fold(text.clone(), |text, own| Transformation::apply(*own, &text).into_owned());
        assert_eq!(Chain::new(all.clone()).apply(&text), by_hand, "seed {seed}: {all:?}");
    }
}

#[test]
fn a_text_without_what_would_change_stays() {
    let mut stayed = 0;
    for seed in 0..20_000 {
        let text = text(&mut fastrand::Rng::with_seed(seed));
        let text = &text[..text.len().min(seed as usize % 9)];
        for own in Transformation::all() {
            let may_change =
                if text.is_empty() { !own.keeps_empty() } else { own.changes().meets(ByteSet::in_text(text)) };
            if !may_change {
                stayed += 1;
                assert_eq!(*Transformation::apply(own, text), *text, "seed {seed}: {own:?}");
            }
        }
    }
    assert!(stayed > 100_000, "{stayed}");
}

#[test]
fn among_texts_a_chain_makes_the_same() {
    for seed in 0..4_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let text = text(&mut random);
        let mut texts = Texts::new();
        let given = texts.add(&text);
        for _ in 0..4 {
            let chain = Chain::new((0..random.usize(0..5)).map(|_| Transformation(random.u8(..ALL.len() as u8))));
            let made = texts.transformed(given, chain.steps());
            assert_eq!(texts.bytes(made), &*chain.apply(&text), "seed {seed}: {chain:?}");
        }
    }
}

#[test]
fn what_is_in_its_form_already_stays() {
    let settled = [
        "LOWERCASE",
        "UPPERCASE",
        "COMPRESS_WHITE_SPACE",
        "REMOVE_WHITESPACE",
        "REMOVE_NULLS",
        "REPLACE_NULLS",
        "TRIM",
        "TRIM_LEFT",
        "TRIM_RIGHT",
        "NORMALIZE_PATH",
        "NORMALIZE_PATH_WIN",
    ];
    for seed in 0..2_000 {
        let text = text(&mut fastrand::Rng::with_seed(seed));
        for own in settled.map(|name| Transformation::named(name).unwrap()) {
            let once = Transformation::apply(own, &text).into_owned();
            assert_eq!(Transformation::apply(own, &once), once, "seed {seed}: {own:?}");
        }
    }
}

#[test]
fn none_costs_nothing_and_others_ten() {
    let chain = Chain::new(["NONE", "LOWERCASE", "TRIM"].map(|name| Transformation::named(name).unwrap()));
    assert_eq!((chain.capacity(), chain.len()), (20, 2), "WAF-27");
    assert_eq!(ALL.len(), 31, "as many as AWS has");
}

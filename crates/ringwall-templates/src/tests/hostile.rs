//! Sources that are made to break a reader.

use std::time::Instant;

use super::{document, refusal};

#[test]
fn no_text_breaks_a_reader() {
    let seeds = [
        ("a.yaml", include_str!("data/everything.yaml")),
        ("a.tf", include_str!("data/everything.hcl")),
        ("a.json", include_str!("data/everything.plan.json")),
    ];
    let (mut read, mut refused) = (0, 0);
    for seed in 0..90 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (name, text) = seeds[seed as usize % 3];
        let lines: Vec<&str> = text.split_inclusive(['\n', '{', ',']).collect();
        let mut lines: Vec<&str> = lines.into_iter().filter(|_| random.u32(..400) > 0).collect();
        let (one, other) = (random.usize(..lines.len()), random.usize(..lines.len()));
        lines.swap(one, other);
        let broken = lines.concat();
        if document(name, &broken).is_ok() {
            read += 1
        } else {
            refused += 1
        }
        refusal(name, &broken);
    }
    assert!(refused > 20, "{read} read, {refused} refused");
}

#[test]
fn what_would_go_on_for_ever_is_refused_in_time() {
    let begin = Instant::now();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(50_000), close.repeat(50_000));
    for (name, text) in [
        ("a.yaml", format!("Resources: {}", deep("[", "]"))),
        ("a.yaml", format!("Resources: {}", "{a: ".repeat(50_000))),
        ("a.yaml", format!("Resources:\n{}", "- ".repeat(50_000))),
        ("a.tf", format!("locals {{\n a = {}\n}}", deep("[", "]"))),
        ("a.tf", format!("locals {{\n a = {}1\n}}", "!".repeat(50_000))),
        ("a.tf", format!("locals {{\n a = {}1{}\n}}", "(".repeat(50_000), ")".repeat(50_000))),
        ("a.tf", format!("locals {{\n a = {}1\n}}", "1 + ".repeat(50_000))),
        ("a.tf", format!("locals {{\n a = {}1\n}}", "x ? y : ".repeat(50_000))),
        ("a.tf", "a {\n".repeat(50_000)),
        ("a.tf", format!("locals {{\n a = \"{}\"\n}}", "${\"".repeat(20_000))),
        ("a.json", deep("[", "]")),
        ("a.json", format!("{{\"Resources\": {}", "{\"a\":".repeat(50_000))),
    ] {
        let refused = refusal(name, &text);
        assert_ne!(refused, "nothing is refused", "{name} {}", &text[..40]);
    }
    // Each of those is made of two of the one before.
    let doubled: String =
        (1..60).map(|at| format!("  C{at}: !And [!Condition C{0}, !Condition C{0}]\n", at - 1)).collect();
    let text = format!(
        "Conditions:\n  C0: !Equals [a, a]\n{doubled}Resources:\n  A:\n    Type: AWS::WAFv2::WebACL\n    Condition: C59\n    Properties: {{}}\n"
    );
    assert!(refusal("a.yaml", &text).contains("leads to itself, or lies too deep"), "{}", refusal("a.yaml", &text));
    let doubled: String = (1..60).map(|at| format!("  l{at} = \"${{local.l{0}}}${{local.l{0}}}\"\n", at - 1)).collect();
    let text = format!("locals {{\n  l0 = \"xxxxxxxx\"\n{doubled}}}\n");
    assert!(refusal("a.tf", &text).ends_with("becomes too long"), "{}", refusal("a.tf", &text));
    assert!(begin.elapsed().as_secs() < 60, "{:?}", begin.elapsed());
}

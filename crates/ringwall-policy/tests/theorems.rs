//! What holds of all policies and requests.

use fastrand::Rng;
use ringwall_policy::{Caller, Judgement, Keys, Kind, Policy, Request, UNKNOWN_RESOURCE};

fn one_of<'o>(random: &mut Rng, options: &[&'o str]) -> &'o str {
    options[random.usize(0..options.len())]
}

fn statement(random: &mut Rng) -> String {
    let effect = one_of(random, &["Allow", "Allow", "Deny"]);
    let principal = one_of(
        random,
        &[
            r#""Principal": "*""#,
            r#""Principal": {"AWS": "123456789012"}"#,
            r#""NotPrincipal": {"AWS": "123456789012"}"#,
        ],
    );
    let action =
        one_of(random, &[r#""Action": "*""#, r#""Action": ["s3:Get*", "s3:List*"]"#, r#""NotAction": "s3:GetObject""#]);
    let resource = one_of(
        random,
        &[
            r#""Resource": "*""#,
            r#""Resource": "arn:aws:s3:::logs/*""#,
            r#""Resource": "arn:aws:s3:::logs/${aws:username}/*""#,
            r#""NotResource": "arn:aws:s3:::logs/a/*""#,
        ],
    );
    let condition = one_of(
        random,
        &[
            "{}",
            r#"{"StringEquals": {"aws:SourceVpce": "vpce-1"}}"#,
            r#"{"StringNotEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}}"#,
            r#"{"IpAddressIfExists": {"aws:VpcSourceIp": "10.0.0.0/8"}}"#,
            r#"{"ForAllValues:StringLike": {"aws:TagKeys": "a*"}, "Bool": {"aws:SecureTransport": "true"}}"#,
            r#"{"Null": {"aws:username": "true"}}"#,
        ],
    );
    format!(r#"{{"Effect": "{effect}", {principal}, {action}, {resource}, "Condition": {condition}}}"#)
}

fn policy(statements: &[String]) -> Policy {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(", "));
    Policy::parse(&text, Kind::Resource).unwrap_or_else(|wrong| panic!("{wrong}: {text}"))
}

fn keys(random: &mut Rng) -> Keys {
    let mut keys = Keys::default();
    for (name, values) in [
        ("aws:SourceVpce", ["vpce-1", "vpce-3"]),
        ("aws:VpcSourceIp", ["10.0.0.1", "192.0.2.1"]),
        ("aws:TagKeys", ["ab", "b"]),
        ("aws:SecureTransport", ["true", "false"]),
        ("aws:username", ["a", "ann"]),
    ] {
        if random.bool() {
            keys.add(name, one_of(random, &values));
        }
    }
    keys
}

/// Calls a check with random statements and requests, and the judgement of all statements together.
fn for_all(check: impl Fn(&[String], &Request<'_>, Judgement)) {
    let mut random = Rng::with_seed(1);
    let (mut denied, mut allowed, mut silent) = (0, 0, 0);
    for _ in 0..4_000 {
        let statements: Vec<String> = (0..random.usize(1..5)).map(|_| statement(&mut random)).collect();
        let account = one_of(&mut random, &["123456789012", "210987654321"]).to_owned();
        let caller = if random.bool() { Caller::Anonymous } else { Caller::Account { account, arns: Vec::new() } };
        let keys = keys(&mut random);
        let action = one_of(&mut random, &["s3:GetObject", "s3:PutObject"]);
        let resource = one_of(&mut random, &["arn:aws:s3:::logs/a/b", "arn:aws:s3:::logs/c", "*", UNKNOWN_RESOURCE]);
        let request = Request { caller: &caller, action, resource, keys: &keys };
        let judgement = policy(&statements).judge(&request);
        *match judgement {
            Judgement::Denied(_) => &mut denied,
            Judgement::Allowed(_) => &mut allowed,
            Judgement::Silent => &mut silent,
        } += 1;
        check(&statements, &request, judgement);
    }
    assert!(denied.min(allowed).min(silent) > 300, "{denied} {allowed} {silent}");
}

fn kind(judgement: Judgement) -> u8 {
    match judgement {
        Judgement::Silent => 0,
        Judgement::Allowed(_) => 1,
        Judgement::Denied(_) => 2,
    }
}

#[test]
fn the_order_of_statements_means_nothing() {
    for_all(|statements, request, judgement| {
        let mut turned = statements.to_vec();
        turned.reverse();
        assert_eq!(kind(policy(&turned).judge(request)), kind(judgement), "{statements:?}");
    });
}

#[test]
fn another_statement_never_takes_a_deny_back() {
    for_all(|statements, request, judgement| {
        for more in [0, 1, 2].map(|seed| statement(&mut Rng::with_seed(seed))) {
            let with = policy(&[statements, &[more]].concat()).judge(request);
            assert!(kind(with) >= kind(judgement), "{statements:?}");
        }
    });
}

#[test]
fn a_policy_says_what_the_strongest_of_its_statements_says_alone() {
    for_all(|statements, request, judgement| {
        let alone = statements.iter().map(|statement| kind(policy(std::slice::from_ref(statement)).judge(request)));
        assert_eq!(alone.max(), Some(kind(judgement)), "{statements:?}");
    });
}

#[test]
fn not_to_know_the_resource_permits_nothing_that_some_resource_is_denied() {
    for_all(|statements, request, _| {
        let policy = policy(statements);
        let unknown = policy.judge(&Request { resource: UNKNOWN_RESOURCE, ..request.clone() });
        if unknown.is_allowed() {
            for resource in ["arn:aws:s3:::logs/a/b", "arn:aws:s3:::logs/c", "arn:aws:s3:::other", "*"] {
                let known = policy.judge(&Request { resource, ..request.clone() });
                assert!(known.is_allowed(), "{resource} {statements:?}");
            }
        }
    });
}

#[test]
fn whatever_a_document_is_it_is_read_or_refused() {
    let mut random = Rng::with_seed(2);
    let (mut read, mut refused) = (0, 0);
    let keys = keys(&mut random);
    for _ in 0..30_000 {
        let mut text =
            format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statement(&mut random)).into_bytes();
        for _ in 0..random.usize(0..3) {
            let at = random.usize(0..text.len());
            match random.u8(0..3) {
                0 => text[at] = random.u8(0x20..0x7f),
                1 => drop(text.remove(at)),
                _ => text.insert(at, [b'"', b'{', b'[', b'$', b'}', b'*', b':', 0xc3][random.usize(0..8)]),
            }
        }
        match Policy::parse(&String::from_utf8_lossy(&text), Kind::Resource) {
            Err(wrong) => {
                assert!(!wrong.to_string().is_empty());
                refused += 1;
            }
            Ok(policy) => {
                let (caller, resource) = (Caller::Anonymous, "arn:aws:s3:::logs/a/b");
                policy.judge(&Request { caller: &caller, action: "s3:GetObject", resource, keys: &keys });
                read += 1;
            }
        }
    }
    assert!(read > 3_000 && refused > 3_000, "{read} {refused}");
}

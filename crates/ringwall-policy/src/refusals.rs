//! What is no policy, and the place that is named.

use crate::{Kind, Policy, Reason};

fn refused(text: &str) -> String {
    match Policy::parse(text, Kind::Endpoint) {
        Ok(policy) => panic!("accepted: {policy:?}"),
        Err(wrong) => wrong.to_string(),
    }
}

/// What is said of a policy with one statement, of which one element is replaced.
fn with(element: &str) -> String {
    let name = element.split('"').nth(1).unwrap();
    let plain = [r#""Effect": "Allow""#, r#""Principal": "*""#, r#""Action": "*""#, r#""Resource": "*""#];
    let others: Vec<&str> = plain.into_iter().filter(|other| other.split('"').nth(1) != Some(name)).collect();
    refused(&format!(r#"{{"Statement": [{{{}, {element}}}]}}"#, others.join(", ")))
}

#[test]
fn documents_that_are_none() {
    for (text, expected) in [
        ("", "syntax error at line 1, column 0: EOF while parsing a value"),
        ("[]", "`a list` is not an object"),
        ("{}", "`Statement` is missing"),
        (r#"{"Statement": []}"#, "Statement: there is nothing in it"),
        (r#"{"Statement": "x"}"#, "Statement: `x` is not an object"),
        (r#"{"Statement": {}, "Statement": {}}"#, "`Statement` is given more than once"),
        (r#"{"statement": {}}"#, "there is no element `statement`"),
        (r#"{"Version": "2012-10-18", "Statement": {}}"#, "Version: `2012-10-18` is not `2008-10-17` or `2012-10-17`"),
        (r#"{"Version": 2012, "Statement": {}}"#, "Version: `2012` is not a string"),
        (r#"{"Id": {}, "Statement": {}}"#, "Id: `an object` is not a string"),
        (r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*"}}"#, "Statement: `Resource` is missing"),
        (
            r#"{"Statement": [{"Effect": "Allow", "Resource": "*", "Action": "*"}]}"#,
            "Statement[0]: `Principal` is missing",
        ),
    ] {
        assert_eq!(refused(text), expected, "{text}");
    }
}

#[test]
fn elements_that_are_none() {
    for (element, expected) in [
        (r#""Effect": "allow""#, "Statement[0].Effect: `allow` is not `Allow` or `Deny`"),
        (r#""Sid": "a/b""#, "Statement[0].Sid: `a/b` is not a name of letters and digits"),
        (r#""Actions": "*""#, "Statement[0]: there is no element `Actions`"),
        (r#""NotAction": "s3:*""#, "Statement[0]: `NotAction` is given more than once"),
        (r#""Action": []"#, "Statement[0].Action: there is nothing in it"),
        (
            r#""Action": ["s3:*", "GetObject"]"#,
            "Statement[0].Action[1]: `GetObject` is not `*` or an action such as `s3:GetObject`",
        ),
        (
            r#""Resource": "arn:aws:s3""#,
            "Statement[0].Resource: `arn:aws:s3` is not an ARN of six parts with colons between them, or `*`",
        ),
        (r#""Principal": {"Aws": "*"}"#, "Statement[0].Principal: there is no element `Aws`"),
        (r#""Principal": {}"#, "Statement[0].Principal: there is nothing in it"),
        (
            r#""Principal": {"AWS": ["1", "arn:aws:iam::123456789012:role/*"]}"#,
            "Statement[0].Principal.AWS[0]: `1` is not `*`, an account, or the ARN of a user, role or session without wildcards",
        ),
        (r#""Condition": {"StringEqual": {}}"#, "Statement[0].Condition: there is no condition operator `StringEqual`"),
        (
            r#""Condition": {"Bool": {"aws:SecureTransport": ["true", "yes"]}}"#,
            "Statement[0].Condition.Bool.aws:SecureTransport[1]: `yes` is not `true` or `false`",
        ),
        (
            r#""Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}"#,
            "Statement[0].Condition.IpAddress.aws:SourceIp: `10.0.0.0/33` is not a CIDR block or an address",
        ),
        (
            r#""Condition": {"Bool": {"aws:A": "true", "AWS:a": "true"}}"#,
            "Statement[0].Condition.Bool: `AWS:a` is given more than once",
        ),
        (
            r#""Condition": {"NumericEquals": {"s3:max-keys": "NaN"}}"#,
            "Statement[0].Condition.NumericEquals.s3:max-keys: `NaN` is not a number",
        ),
        (
            r#""Condition": {"StringEquals": {"SourceVpce": "x"}}"#,
            "Statement[0].Condition.StringEquals.SourceVpce: `SourceVpce` is not a condition key such as `aws:SourceVpce`",
        ),
    ] {
        assert_eq!(with(element), expected, "{element}");
    }
}

#[test]
fn names_of_statements_are_unique() {
    let statement = |sid: &str| {
        format!(r#"{{"Sid": "{sid}", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#)
    };
    let policy = |one: &str, other: &str| {
        Policy::parse(&format!(r#"{{"Statement": [{}, {}]}}"#, statement(one), statement(other)), Kind::Endpoint)
    };
    assert!(policy("A", "B").is_ok() && policy("", "").is_ok());
    assert_eq!(policy("A", "A").unwrap_err().to_string(), "Statement: the statement id `A` is not unique");
}

#[test]
fn each_kind_has_its_own_principals() {
    let policy = |principal: &str, kind: Kind| {
        Policy::parse(
            &format!(r#"{{"Statement": {{{principal}"Effect": "Allow", "Action": "*", "Resource": "*"}}}}"#),
            kind,
        )
        .map(drop)
        .map_err(|wrong| wrong.to_string())
    };
    let (everybody, account) = (r#""Principal": "*", "#, r#""Principal": {"AWS": "123456789012"}, "#);
    for kind in [Kind::Resource, Kind::Endpoint, Kind::GatewayEndpoint] {
        assert_eq!(policy(everybody, kind), Ok(()));
        assert!(policy("", kind).is_err(), "IAM-27");
    }
    assert_eq!(policy(account, Kind::Endpoint), Ok(()));
    assert_eq!(
        policy(account, Kind::GatewayEndpoint).unwrap_err(),
        "Statement.Principal: `another principal` is not `*`; limit callers by a condition on aws:PrincipalArn",
        "GWE-14"
    );
    assert_eq!(policy("", Kind::Identity), Ok(()));
    assert!(policy(everybody, Kind::Identity).is_err(), "IAM-27");
}

#[test]
fn a_policy_has_a_most_length_in_characters() {
    let policy = |length: usize, letter: char| {
        let start = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}, "Id": ""#;
        let filler = String::from_iter(std::iter::repeat_n(letter, length - start.len() - 2));
        Policy::parse(&format!("{start}{filler}\"}}"), Kind::Endpoint)
    };
    assert!(policy(20_480, 'a').is_ok() && policy(20_480, 'é').is_ok(), "GWE-12");
    assert_eq!(policy(20_481, 'a').unwrap_err().reason, Reason::TooLong { most: 20_480 });
}

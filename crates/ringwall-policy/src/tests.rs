//! Whole policies: what is read, what is refused and where, and what is said to requests.

use super::*;

const ENDPOINT: &str = "vpce-0a1b2c3d4e5f60718";

fn user() -> Caller {
    Caller::Account { account: "123456789012".into(), arns: vec!["arn:aws:iam::123456789012:user/ann".into()] }
}

fn keys() -> Keys {
    Keys::default()
        .with("aws:SourceVpce", ENDPOINT)
        .with("aws:VpcSourceIp", "10.0.1.7")
        .with("aws:SecureTransport", "true")
        .with("aws:CurrentTime", "2026-01-31T12:00:00Z")
        .with("aws:username", "ann")
        .with("s3:max-keys", "10")
        .with("aws:TagKeys", "team")
        .with("aws:TagKeys", "cost")
}

fn parse(statement: &str) -> Result<Policy, Malformed> {
    Policy::parse(&format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#), Kind::Resource)
}

fn judge(statement: &str, keys: &Keys) -> Judgement {
    let request = Request { caller: &user(), action: "s3:GetObject", resource: "arn:aws:s3:::logs/a/b", keys };
    parse(statement).unwrap_or_else(|wrong| panic!("{wrong}: {statement}")).judge(&request)
}

/// Whether a statement with this condition is about the request.
fn holds(condition: &str) -> bool {
    let statement =
        format!(r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {condition}}}"#);
    judge(&statement, &keys()).is_allowed()
}

#[test]
fn the_policy_of_an_endpoint_without_one_permits_everything() {
    let keys = Keys::default();
    for caller in [user(), Caller::Anonymous, Caller::Service("delivery.logs.amazonaws.com".into())] {
        let request = Request { caller: &caller, action: "s3:PutObject", resource: "arn:aws:s3:::logs/a", keys: &keys };
        assert_eq!(Policy::full_access().judge(&request), Judgement::Allowed(0), "GWE-12");
    }
    assert!(Policy::full_access().is_public());
}

#[test]
fn a_deny_goes_before_an_allow_and_silence_is_neither() {
    let allow = r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": "arn:aws:s3:::logs/*"}"#;
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::logs/a/*"}"#;
    let other = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::logs/b/*"}"#;
    let keys = keys();
    assert_eq!(judge(allow, &keys), Judgement::Allowed(0));
    assert_eq!(judge(&format!("[{other}, {allow}]"), &keys), Judgement::Allowed(1));
    assert_eq!(judge(&format!("[{allow}, {deny}]"), &keys), Judgement::Denied(1), "IAM-21");
    assert_eq!(judge(&format!("[{deny}, {allow}]"), &keys), Judgement::Denied(0));
    assert_eq!(judge(other, &keys), Judgement::Silent);
}

#[test]
fn the_opposite_of_an_element_names_everything_else() {
    let about = |action: &str, resource: &str, principal: &str| {
        judge(&format!(r#"{{"Effect": "Allow", {principal}, {action}, {resource}}}"#), &keys()).is_allowed()
    };
    let (action, resource, principal) = (r#""Action": "*""#, r#""Resource": "*""#, r#""Principal": "*""#);
    assert!(about(r#""NotAction": ["s3:PutObject", "s3:List*"]"#, resource, principal), "IAM-29");
    assert!(!about(r#""NotAction": "s3:get*""#, resource, principal));
    assert!(about(action, r#""NotResource": "arn:aws:s3:::logs/b/*""#, principal));
    assert!(!about(action, r#""NotResource": ["arn:aws:s3:::x", "arn:aws:s3:::logs/*"]"#, principal));
    assert!(about(action, resource, r#""NotPrincipal": {"AWS": "210987654321"}"#));
    assert!(!about(action, resource, r#""NotPrincipal": {"AWS": "123456789012"}"#));
}

#[test]
fn principals_name_callers() {
    let names = |principal: &str, caller: &Caller| {
        let statement = format!(r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "*", "Resource": "*"}}"#);
        let keys = Keys::default();
        let request = Request { caller, action: "s3:GetObject", resource: "*", keys: &keys };
        parse(&statement).unwrap_or_else(|wrong| panic!("{wrong}")).judge(&request).is_allowed()
    };
    let service = Caller::Service("delivery.logs.amazonaws.com".into());
    for principal in [r#""*""#, r#"{"AWS": "*"}"#] {
        assert!([user(), Caller::Anonymous, service.clone()].iter().all(|caller| names(principal, caller)));
    }
    for principal in [
        r#"{"AWS": "123456789012"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:root"}"#,
        r#"{"Service": "x.amazonaws.com", "AWS": ["210987654321", "arn:aws:iam::123456789012:user/ann"]}"#,
    ] {
        assert!(names(principal, &user()), "IAM-30: {principal}");
        assert!(!names(principal, &Caller::Anonymous) && !names(principal, &service));
    }
    for principal in [r#"{"AWS": "210987654321"}"#, r#"{"AWS": "arn:aws:iam::123456789012:user/Ann"}"#] {
        assert!(!names(principal, &user()), "{principal}");
    }
    assert!(names(r#"{"Service": "delivery.logs.amazonaws.com"}"#, &service));
    assert!(!names(r#"{"Federated": "accounts.google.com", "CanonicalUser": "79a5"}"#, &user()));
}

#[test]
fn every_operator_has_both_sides() {
    for (operator, key, yes, no) in [
        ("StringEquals", "aws:username", r#"["bob", "ann"]"#, r#""Ann""#),
        ("StringNotEquals", "aws:username", r#""Ann""#, r#"["bob", "ann"]"#),
        ("StringEqualsIgnoreCase", "aws:username", r#""ANN""#, r#""an""#),
        ("StringNotEqualsIgnoreCase", "aws:username", r#""an""#, r#""ANN""#),
        ("StringLike", "aws:SourceVpce", r#""vpce-?a*""#, r#""vpce-a*""#),
        ("StringNotLike", "aws:SourceVpce", r#""vpce-a*""#, r#""vpce-*""#),
        ("StringEquals", "aws:username", r#""${aws:username}""#, r#""a*""#),
        ("NumericEquals", "s3:max-keys", "[9, 10]", r#""10.5""#),
        ("NumericNotEquals", "s3:max-keys", "9", "1e1"),
        ("NumericLessThan", "s3:max-keys", "11", "10"),
        ("NumericLessThanEquals", "s3:max-keys", "10", "9"),
        ("NumericGreaterThan", "s3:max-keys", r#""9.99""#, "10"),
        ("NumericGreaterThanEquals", "s3:max-keys", "10", "11"),
        ("DateEquals", "aws:CurrentTime", r#""2026-01-31T13:00:00+01:00""#, r#""2026-01-31""#),
        ("DateNotEquals", "aws:CurrentTime", r#""2026-01-31""#, r#""2026-01-31T12:00:00Z""#),
        ("DateLessThan", "aws:CurrentTime", r#""2026-02-01""#, "1769860800"),
        ("DateLessThanEquals", "aws:CurrentTime", "1769860800", "1769860799"),
        ("DateGreaterThan", "aws:CurrentTime", "1769860799", "1769860800"),
        ("DateGreaterThanEquals", "aws:CurrentTime", r#""2026-01-31""#, r#""2026-02-01""#),
        ("Bool", "aws:SecureTransport", "true", r#""false""#),
        ("BinaryEquals", "s3:max-keys", r#""QUJD""#, r#""QUJE""#),
        ("IpAddress", "aws:VpcSourceIp", r#"["192.0.2.0/24", "10.0.0.0/16"]"#, r#""10.0.1.8""#),
        ("NotIpAddress", "aws:VpcSourceIp", r#"["10.0.1.8", "fd00::/8"]"#, r#"["fd00::/8", "10.0.1.7/32"]"#),
        ("ArnEquals", "aws:PrincipalArn", r#""arn:aws:iam::*:user/a*""#, r#""arn:aws:iam:*:user/a*:x""#),
        ("ArnLike", "aws:PrincipalArn", r#""arn:aws:iam::1:user/${aws:username}""#, r#""arn:aws:iam::2:*""#),
        ("ArnNotEquals", "aws:PrincipalArn", r#""arn:aws:iam::2:*""#, r#""*""#),
        ("ArnNotLike", "aws:PrincipalArn", r#""arn:aws:iam::2:*""#, r#""arn:aws:iam::1:*""#),
        ("Null", "aws:username", "false", "true"),
        ("Null", "aws:userid", "true", "false"),
    ] {
        let keys = if operator == "BinaryEquals" { Keys::default().with(key, "QUJD") } else { keys() };
        let keys = keys.with("aws:PrincipalArn", "arn:aws:iam::1:user/ann");
        for (values, expected) in [(yes, true), (no, false)] {
            let statement = format!(
                r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
                     "Condition": {{"{operator}": {{"{key}": {values}}}}}}}"#
            );
            assert_eq!(judge(&statement, &keys).is_allowed(), expected, "IAM-32, IAM-34: {operator} {values}");
        }
    }
}

#[test]
fn a_key_that_is_not_there_fulfils_negations_and_if_exists() {
    for (operator, values, expected) in [
        ("StringEquals", r#""x""#, false),
        ("StringNotEquals", r#""x""#, true),
        ("StringEqualsIfExists", r#""x""#, true),
        ("NotIpAddress", r#""10.0.0.0/8""#, true),
        ("IpAddress", r#""0.0.0.0/0""#, false),
        ("Bool", "false", false),
        ("BoolIfExists", "false", true),
        ("NumericLessThan", "1", false),
        ("ForAllValues:StringEquals", r#""x""#, true),
        ("ForAnyValue:StringEquals", r#""x""#, false),
        ("ForAnyValue:StringNotEquals", r#""x""#, false),
    ] {
        // IAM-38: through an endpoint there is no aws:SourceIp.
        let condition = format!(r#"{{"{operator}": {{"aws:SourceIp": {values}}}}}"#);
        assert_eq!(holds(&condition), expected, "IAM-33, IAM-35: {condition}");
    }
    assert!(!holds(r#"{"StringEqualsIfExists": {"aws:username": "bob"}}"#), "it does exist");
}

#[test]
fn quantifiers_ask_all_values_or_any() {
    for (operator, values, expected) in [
        ("ForAllValues:StringEquals", r#"["team", "cost", "x"]"#, true),
        ("ForAllValues:StringEquals", r#"["team", "x"]"#, false),
        ("ForAnyValue:StringEquals", r#"["team", "x"]"#, true),
        ("ForAnyValue:StringEquals", r#""x""#, false),
        ("ForAnyValue:StringNotEquals", r#""team""#, true),
        ("ForAllValues:StringNotEquals", r#""team""#, false),
        ("StringEquals", r#""cost""#, true),
        ("StringNotEquals", r#""cost""#, false),
    ] {
        let condition = format!(r#"{{"{operator}": {{"aws:TagKeys": {values}}}}}"#);
        assert_eq!(holds(&condition), expected, "IAM-35: {condition}");
    }
}

#[test]
fn a_value_of_another_type_fits_nothing() {
    for (operator, values, expected) in [
        ("NumericLessThan", "5", false),
        ("NumericGreaterThan", "5", false),
        ("NumericNotEquals", "5", true),
        ("DateLessThan", r#""2030-01-01""#, false),
        ("Bool", "true", false),
        ("IpAddress", r#""0.0.0.0/0""#, false),
        ("NotIpAddress", r#""0.0.0.0/0""#, true),
        ("ArnLike", r#""arn:*:*:*:*:*""#, false),
    ] {
        let condition = format!(r#"{{"{operator}": {{"aws:username": {values}}}}}"#);
        assert_eq!(holds(&condition), expected, "{condition}");
    }
}

#[test]
fn all_conditions_have_to_hold() {
    let both = |user: &str| {
        holds(&format!(
            r#"{{"StringEquals": {{"aws:SourceVpce": "{ENDPOINT}", "aws:username": "{user}"}}, "Bool": {{"aws:SecureTransport": "true"}}}}"#
        ))
    };
    assert!(both("ann") && !both("bob"), "IAM-34");
    assert!(!holds(r#"{"StringEquals": {"aws:username": "ann"}, "Bool": {"aws:SecureTransport": "false"}}"#));
    assert!(holds("{}"));
}

#[test]
fn a_variable_without_a_value_keeps_even_a_deny_from_matching() {
    let deny = |variable: &str| {
        judge(
            &format!(
                r#"{{"Effect": "Deny", "Principal": "*", "Action": "*", "NotResource": "arn:aws:s3:::logs/{variable}/*"}}"#
            ),
            &keys(),
        )
    };
    assert_eq!(deny("${aws:username}"), Judgement::Denied(0));
    assert_eq!(deny("${aws:userid}"), Judgement::Silent, "IAM-37");
    assert_eq!(deny("${aws:userid, 'x'}"), Judgement::Denied(0));
    assert!(!holds(r#"{"StringNotEquals": {"aws:username": "${aws:userid}"}}"#));
}

#[test]
fn the_old_version_has_no_variables() {
    let judged = |version: &str, resource: &str| {
        let text = format!(
            r#"{{{version}"Statement": {{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::${{aws:username}}"}}}}"#
        );
        let policy = Policy::parse(&text, Kind::Resource).unwrap();
        policy.judge(&Request { caller: &user(), action: "s3:ListBucket", resource, keys: &keys() }).is_allowed()
    };
    assert!(judged(r#""Version": "2012-10-17", "#, "arn:aws:s3:::ann"));
    assert!(!judged(r#""Version": "2012-10-17", "#, "arn:aws:s3:::${aws:username}"));
    for old in ["", r#""Version": "2008-10-17", "#] {
        assert!(!judged(old, "arn:aws:s3:::ann"), "IAM-31");
        assert!(judged(old, "arn:aws:s3:::${aws:username}"));
    }
}

#[test]
fn every_statement_says_why_it_does_not_match() {
    let policy = parse(
        r#"[{"Sid": "A", "Effect": "Deny", "Principal": {"AWS": "210987654321"}, "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::x"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
             "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"}}},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::${aws:userid}"},
            {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]"#,
    )
    .unwrap();
    let request = Request { caller: &user(), action: "s3:GetObject", resource: "arn:aws:s3:::logs/a", keys: &keys() };
    let explained = policy.explain(&request);
    let words: Vec<String> =
        explained.iter().map(|one| one.mismatch.as_ref().map(ToString::to_string).unwrap_or_default()).collect();
    assert_eq!(
        words,
        [
            "its principals do not name the caller",
            "its actions do not name this one",
            "its resources do not name this one",
            "its condition StringNotEquals on aws:SourceVpce does not hold: the request has vpce-0a1b2c3d4e5f60718",
            "the request has no single value for its variable ${aws:userid}",
            "",
        ]
    );
    assert_eq!((explained[0].sid.as_deref(), explained[5].number), (Some("A"), 5));
    assert_eq!(policy.judge(&request), Judgement::Allowed(5));
}

#[test]
fn a_resource_that_is_not_known_is_taken_for_the_worst() {
    let judged = |statements: &str| {
        let keys = keys();
        let request = Request { caller: &user(), action: "s3:GetObject", resource: UNKNOWN_RESOURCE, keys: &keys };
        parse(statements).unwrap().judge(&request)
    };
    let allow = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::x/*"}"#;
    let some = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::*"}"#;
    let others = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "NotResource": "arn:aws:s3:::x"}"#;
    assert_eq!(judged(allow), Judgement::Allowed(0));
    assert_eq!(judged(&format!("[{allow}, {deny}]")), Judgement::Denied(1));
    assert_eq!((judged(some), judged(others)), (Judgement::Silent, Judgement::Silent));
}

#[test]
fn keys_that_nobody_gives_are_found_wherever_they_stand() {
    let ungiven = |resource: &str, condition: &str| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "{resource}", "Condition": {condition}}}"#
        );
        parse(&statement).unwrap().ungiven_key(&["s3:prefix"]).map(str::to_owned)
    };
    assert_eq!(
        ungiven("*", r#"{"StringEquals": {"AWS:sourcevpce": "x", "aws:PrincipalTag/a": "b", "S3:Prefix": "c"}}"#),
        None
    );
    let found = ungiven("*", r#"{"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "x"}}"#);
    assert_eq!(found.as_deref(), Some("dynamodb:LeadingKeys"));
    assert_eq!(ungiven("arn:aws:s3:::${aws:Other}", "{}").as_deref(), Some("aws:Other"));
    let found = ungiven("*", r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1:user/${saml:sub}"}}"#);
    assert_eq!(found.as_deref(), Some("saml:sub"));
}

#[test]
fn only_a_policy_without_limits_permits_everything() {
    assert!(Policy::full_access().permits_everything());
    let allow = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#;
    for limited in [
        deny.to_owned(),
        format!("[{allow}, {deny}]"),
        allow.replace(r#""Action": "*""#, r#""Action": "s3:*""#),
        allow.replace(r#""Resource": "*""#, r#""NotResource": "*""#),
        allow.replace(r#""Principal": "*""#, r#""Principal": {"AWS": "123456789012"}"#),
        allow.replace('}', r#", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}"#),
    ] {
        assert!(!parse(&limited).unwrap().permits_everything(), "{limited}");
    }
}

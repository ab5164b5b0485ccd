//! Requests whose signatures hold, and their neighbours whose signatures do not.

use super::*;
use crate::Timestamp;

const CREDENTIALS: Credentials<'_> = Credentials { access_key_id: "AKIDEXAMPLE", secret_access_key: "secret" };
const NOON: Timestamp = Timestamp::from_seconds(1_769_860_800);

type Headers = Vec<(&'static str, Vec<u8>)>;

fn headers(pairs: &[(&'static str, &str)]) -> Headers {
    pairs.iter().map(|(name, value)| (*name, value.as_bytes().to_vec())).collect()
}

/// Hands a request over as a server would see it.
fn with_request<T>(query: &str, headers: &Headers, body: &[u8], then: impl FnOnce(Request<'_>) -> T) -> T {
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_slice())).collect();
    then(Request { method: "POST", path: "/", query, headers: &headers, body })
}

fn signed(extra: &[(&'static str, &str)], service: &str) -> Headers {
    let mut all = headers(&[("Host", "ec2.local"), ("X-Amz-Date", "20260131T120000Z")]);
    all.extend(headers(extra));
    let authorization =
        with_request("a=b", &all, b"body", |request| sign(request, CREDENTIALS, "eu-central-1", service, NOON))
            .unwrap();
    all.push(("Authorization", authorization.into_bytes()));
    all
}

fn verify(query: &str, headers: &Headers, body: &[u8], secret: &str, now: Timestamp) -> Result<(), SignatureError> {
    with_request(query, headers, body, |request| Claim::read(&request)?.verify(&request, secret, now))
}

fn claim(headers: &Headers) -> Result<Claim, SignatureError> {
    with_request("a=b", headers, b"body", |request| Claim::read(&request))
}

#[test]
fn a_request_of_our_own_is_accepted_and_says_who_signed_it() {
    let headers = signed(&[("X-Amz-Security-Token", "token")], "ec2");
    assert_eq!(verify("a=b", &headers, b"body", "secret", NOON), Ok(()));
    let claim = claim(&headers).unwrap();
    assert_eq!(
        (claim.access_key_id.as_str(), claim.date.as_str(), claim.region.as_str(), claim.service.as_str()),
        ("AKIDEXAMPLE", "20260131", "eu-central-1", "ec2")
    );
    assert_eq!((claim.signed_at, claim.session_token.as_deref()), (NOON, Some("token")));
}

#[test]
fn another_secret_query_body_or_method_does_not_match() {
    let headers = signed(&[], "ec2");
    assert_eq!(verify("a=b", &headers, b"body", "other", NOON), Err(SignatureError::Mismatch));
    assert_eq!(verify("a=c", &headers, b"body", "secret", NOON), Err(SignatureError::Mismatch));
    assert_eq!(verify("a=b&c", &headers, b"body", "secret", NOON), Err(SignatureError::Mismatch));
    assert_eq!(verify("a=b", &headers, b"bodi", "secret", NOON), Err(SignatureError::Mismatch));
    let got = with_request("a=b", &headers, b"body", |request| {
        let request = Request { method: "GET", ..request };
        Claim::read(&request)?.verify(&request, "secret", NOON)
    });
    assert_eq!(got, Err(SignatureError::Mismatch));
}

#[test]
fn clocks_may_differ_by_a_quarter_of_an_hour() {
    let headers = signed(&[], "ec2");
    for (seconds, expected) in
        [(900, Ok(())), (-900, Ok(())), (901, Err(SignatureError::Expired)), (-901, Err(SignatureError::Expired))]
    {
        assert_eq!(verify("a=b", &headers, b"body", "secret", NOON.plus_seconds(seconds)), expected, "{seconds}");
    }
}

#[test]
fn a_stated_hash_is_the_bodys_own_or_none() {
    let own = payload_hash(b"body");
    let headers = signed(&[("x-amz-content-sha256", &own)], "ec2");
    assert_eq!(verify("a=b", &headers, b"body", "secret", NOON), Ok(()));
    assert_eq!(verify("a=b", &headers, b"other", "secret", NOON), Err(SignatureError::PayloadMismatch));
    let headers = signed(&[("x-amz-content-sha256", &payload_hash(b"other"))], "ec2");
    assert_eq!(verify("a=b", &headers, b"body", "secret", NOON), Err(SignatureError::PayloadMismatch));
    let headers = signed(&[("x-amz-content-sha256", UNSIGNED_PAYLOAD)], "s3");
    assert_eq!(verify("a=b", &headers, b"other", "secret", NOON), Ok(()));
    let mut twice = headers;
    twice.push(("X-Amz-Content-Sha256", own.into_bytes()));
    assert_eq!(verify("a=b", &twice, b"body", "secret", NOON), Err(SignatureError::PayloadMismatch));
}

#[test]
fn a_head_is_verified_before_its_body_has_come() {
    let verify = |headers: &Headers, query: &str| {
        with_request(query, headers, b"", |request| Claim::read(&request)?.verify_head(&request, "secret", NOON))
    };
    for stated in [payload_hash(b"later").as_str(), UNSIGNED_PAYLOAD, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"] {
        let headers = signed(&[("x-amz-content-sha256", stated)], "s3");
        assert_eq!(verify(&headers, "a=b"), Ok(()), "{stated}");
        assert_eq!(verify(&headers, "a=c"), Err(SignatureError::Mismatch));
        let mut other = headers.clone();
        other[2].1 = payload_hash(b"other").into_bytes();
        assert_eq!(verify(&other, "a=b"), Err(SignatureError::Mismatch));
    }
    assert_eq!(verify(&signed(&[], "s3"), "a=b"), Err(SignatureError::PayloadMismatch));
}

#[test]
fn headers_that_speak_to_aws_must_be_signed_but_the_token_need_not() {
    let mut headers = signed(&[], "waf");
    headers.push(("x-amz-security-token", b"token".to_vec()));
    headers.push(("user-agent", b"any".to_vec()));
    assert_eq!(verify("a=b", &headers, b"body", "secret", NOON), Ok(()));
    headers.push(("X-Amz-Target", b"AWSWAF_20190729.DeleteWebACL".to_vec()));
    assert_eq!(verify("a=b", &headers, b"body", "secret", NOON).unwrap_err().code(), "IncompleteSignature");
}

#[test]
fn a_signed_header_must_be_there_and_unchanged() {
    let extra = [("x-amz-target", "AWSWAF_20190729.ListWebACLs"), ("x-amz-target", "again")];
    let headers = signed(&extra, "waf");
    let without = |name: &str| headers.iter().filter(|(other, _)| *other != name).cloned().collect::<Headers>();
    assert_eq!(verify("a=b", &headers, b"body", "secret", NOON), Ok(()));
    assert_eq!(verify("a=b", &without("Host"), b"body", "secret", NOON).unwrap_err().code(), "IncompleteSignature");
    let mut swapped = headers.clone();
    swapped.swap(2, 3);
    assert_eq!(verify("a=b", &swapped, b"body", "secret", NOON), Err(SignatureError::Mismatch));
    let mut binary = headers;
    binary[2].1 = vec![0xff];
    assert_eq!(verify("a=b", &binary, b"body", "secret", NOON), Err(SignatureError::Mismatch));
}

#[test]
fn the_time_may_come_in_the_date_header() {
    let whole = signed(&[], "ec2");
    for date in ["20260131T120000Z", "Sat, 31 Jan 2026 12:00:00 GMT"] {
        let mut headers: Headers = whole.iter().filter(|(name, _)| *name != "X-Amz-Date").cloned().collect();
        headers.push(("Date", date.as_bytes().to_vec()));
        assert_eq!(claim(&headers).unwrap().signed_at, NOON, "{date}");
    }
}

#[test]
fn a_request_without_a_signature_has_none() {
    assert_eq!(claim(&headers(&[("host", "a")])), Err(SignatureError::Missing));
    assert_eq!(SignatureError::Missing.code(), "MissingAuthenticationToken");
}

#[test]
fn what_is_not_whole_is_incomplete() {
    let good = String::from_utf8(signed(&[], "ec2").pop().unwrap().1).unwrap();
    let with = |authorization: &str| {
        claim(&headers(&[("host", "a"), ("x-amz-date", "20260131T120000Z"), ("authorization", authorization)]))
    };
    assert!(with(&good).is_ok());
    for (from, to) in [
        ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256"),
        ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Signature=1,"),
        ("Credential=", "Credentials="),
        ("Credential=AKIDEXAMPLE", "Credential="),
        ("/aws4_request", ""),
        ("/aws4_request", "/aws5_request"),
        ("/ec2/", "//"),
        ("SignedHeaders=host;x-amz-date, ", ""),
        ("host;x-amz-date", "x-amz-date"),
        ("host;x-amz-date", "x-amz-date;host"),
        ("host;x-amz-date", "Host;x-amz-date"),
        ("host;x-amz-date", "host;host"),
        ("Signature=", "Signature"),
        ("Signature=", "Signature=0"),
        ("Signature=", "Signature=é"),
    ] {
        assert!(good.contains(from));
        let refused = with(&good.replacen(from, to, 1)).unwrap_err();
        assert_eq!(refused.code(), "IncompleteSignature", "{from} {to}");
    }
    assert_eq!(with(&good.replace("20260131/", "20260130/")), Err(SignatureError::Mismatch));
    assert_eq!(with(&good[..good.len() - 1]).unwrap_err().code(), "IncompleteSignature");
}

#[test]
fn a_request_is_signed_in_one_place_and_at_one_time() {
    let good = signed(&[], "ec2");
    let mut twice = good.clone();
    twice.push(good.last().unwrap().clone());
    assert_eq!(claim(&twice).unwrap_err().code(), "IncompleteSignature");
    let both = with_request("X-Amz-Signature=1", &good, b"", |request| Claim::read(&request));
    assert_eq!(both.unwrap_err().code(), "IncompleteSignature");
    let mut times = good.clone();
    times.push(("x-amz-date", b"20260131T120000Z".to_vec()));
    assert_eq!(claim(&times).unwrap_err().code(), "IncompleteSignature");
}

/// A presigned request: its query string, and the headers that go with it.
fn presigned(expires: &str) -> (String, Headers) {
    let headers = headers(&[("host", "ec2.local")]);
    let unsigned = format!(
        "Action=DescribeVpcs&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260131%2Feu-central-1%2Fec2\
         %2Faws4_request&X-Amz-Date=20260131T120000Z&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host"
    );
    let scope = Scope { date: "20260131", region: "eu-central-1", service: "ec2" };
    let canonical = with_request(&unsigned, &headers, b"", |request| {
        canonical_request(request, &["host"], &payload_hash(b""), PathStyle::Normalised)
    });
    let signature = signature("secret", scope, &string_to_sign(NOON, scope, &canonical));
    (format!("{unsigned}&X-Amz-Signature={signature}"), headers)
}

#[test]
fn a_presigned_request_is_good_for_as_long_as_it_says() {
    let (query, headers) = presigned("3600");
    for (seconds, expected) in
        [(0, Ok(())), (3600, Ok(())), (3601, Err(SignatureError::Expired)), (-901, Err(SignatureError::Expired))]
    {
        assert_eq!(verify(&query, &headers, b"", "secret", NOON.plus_seconds(seconds)), expected, "{seconds}");
    }
    for expires in ["0", "604801", "-1", "", "1h"] {
        let (query, headers) = presigned(expires);
        assert_eq!(
            verify(&query, &headers, b"", "secret", NOON).unwrap_err().code(),
            "IncompleteSignature",
            "{expires}"
        );
    }
}

#[test]
fn a_presigned_request_may_have_its_token_added_afterwards_and_nothing_else() {
    let (query, headers) = presigned("60");
    let with_token = format!("{query}&X-Amz-Security-Token=a%2Bb");
    assert_eq!(verify(&with_token, &headers, b"", "secret", NOON), Ok(()));
    let token = with_request(&with_token, &headers, b"", |request| Claim::read(&request)).unwrap().session_token;
    assert_eq!(token.as_deref(), Some("a+b"));
    assert_eq!(verify(&format!("{query}&DryRun=true"), &headers, b"", "secret", NOON), Err(SignatureError::Mismatch));
    assert_eq!(verify(&query, &headers, b"x", "secret", NOON), Err(SignatureError::Mismatch));
    for part in
        ["X-Amz-Date", "X-Amz-Expires", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Signature"]
    {
        let without = query.replace(part, "Other");
        assert_eq!(
            verify(&without, &headers, b"", "secret", NOON).unwrap_err().code(),
            "IncompleteSignature",
            "{part}"
        );
        let twice = format!("{query}&{part}=1");
        assert_eq!(verify(&twice, &headers, b"", "secret", NOON).unwrap_err().code(), "IncompleteSignature", "{part}");
    }
}

#[test]
fn signing_asks_for_what_verifying_will() {
    let signed =
        |headers: &Headers| with_request("", headers, b"", |request| sign(request, CREDENTIALS, "r", "s", NOON));
    assert!(signed(&headers(&[("host", "a"), ("x-amz-date", "20260131T120000Z")])).is_ok());
    assert!(signed(&headers(&[("x-amz-date", "20260131T120000Z")])).is_err());
    assert!(signed(&headers(&[("host", "a")])).is_err());
    assert!(signed(&headers(&[("host", "a"), ("x-amz-date", "20260131T120001Z")])).is_err());
}

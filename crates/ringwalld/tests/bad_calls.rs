//! Calls that are wrong in a way that AWS has words for: its code, its status and its shape, and nothing changed.

mod door;

use std::time::{Duration, Instant};

use door::{Call, Door};

const DESCRIBE: &str = "Action=DescribeVpcs&Version=2016-11-15";

/// Makes the call, and checks how it is refused and that nothing has changed.
#[track_caller]
fn refused(door: &Door, call: &Call<'_>, status: u16, code: &str) {
    let before = door.revision();
    let answer = door.call(call);
    assert_eq!(answer.refusal(), (status, code.to_owned()), "{answer:?}");
    assert_eq!(door.revision(), before, "a refused call has changed something");
}

#[test]
fn a_good_call_is_answered() {
    let door = Door::open();
    let answer = door.call(&Call { body: DESCRIBE, ..Call::default() });
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("<isDefault>true</isDefault>"), "{answer:?}");
    let answer = door.call(&Call { method: "GET", query: DESCRIBE, ..Call::default() });
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn who_calls_must_be_proved() {
    let door = Door::open();
    let call = |change: fn(&mut Call<'static>)| {
        let mut call = Call { body: DESCRIBE, ..Call::default() };
        change(&mut call);
        call
    };
    refused(&door, &call(|call| call.secret = "wrong"), 401, "AuthFailure");
    refused(&door, &call(|call| call.key = "AKIANOBODY"), 401, "AuthFailure");
    refused(&door, &call(|call| call.age = 16 * 60), 400, "RequestExpired");
    refused(&door, &call(|call| call.age = -16 * 60), 400, "RequestExpired");
    refused(&door, &call(|call| call.age = 10_000_000_000), 400, "RequestExpired");
    refused(&door, &call(|call| call.region = "everywhere"), 403, "SignatureDoesNotMatch");
    refused(&door, &call(|call| call.region = "us-east-+1"), 403, "SignatureDoesNotMatch");
    refused(&door, &call(|call| call.headers = &[("x-amz-security-token", "t")]), 401, "AuthFailure");
    refused(&door, &call(|call| call.headers = &[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]), 401, "AuthFailure");
    refused(&door, &call(|call| call.headers = &[("x-amz-content-sha256", "0")]), 401, "AuthFailure");
    let elsewhere = door.call(&call(|call| call.service = "s3"));
    assert_eq!(elsewhere.status, 400, "{elsewhere:?}");
    assert!(elsewhere.body.contains("<Error><Code>UnsupportedOperation</Code>"), "in S3's own words: {elsewhere:?}");
}

#[test]
fn signatures_that_are_none_are_refused() {
    let door = Door::open();
    let send = |headers: &str, query: &str| {
        let length = DESCRIBE.len();
        let text =
            format!("POST /{query} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {length}\r\n\r\n{DESCRIBE}");
        door.send(text.as_bytes()).refusal()
    };
    let refusal = |code: &str| (403, code.to_owned());
    assert_eq!(send("", ""), refusal("MissingAuthenticationToken"));
    for authorization in [
        "Basic dGVzdDp0ZXN0",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=a/20260131/r/ec2/aws4_request, Signature=0",
    ] {
        let header = format!("authorization: {authorization}\r\n");
        assert_eq!(send(&header, ""), refusal("IncompleteSignature"), "{authorization}");
    }
    assert_eq!(send("", "?X-Amz-Algorithm=AWS4-HMAC-SHA256"), refusal("IncompleteSignature"));
    assert_eq!(send("", "?X-Amz-Signature=%zz"), refusal("IncompleteSignature"));
    // a byte of the body that the signature does not know
    let mut bytes = Call { body: DESCRIBE, ..Call::default() }.bytes();
    *bytes.last_mut().unwrap() = b'6';
    assert_eq!(door.send(&bytes).refusal(), (401, "AuthFailure".to_owned()));
    // no `host` on the wire, though it was signed
    let bytes = String::from_utf8(Call { body: DESCRIBE, ..Call::default() }.bytes()).unwrap();
    let answer = door.send(bytes.replace("host: localhost\r\n", "").as_bytes());
    assert_eq!(answer.refusal(), (401, "IncompleteSignature".to_owned()));
}

#[test]
fn what_is_called_must_exist() {
    let door = Door::open();
    let with = |body: &'static str| Call { body, ..Call::default() };
    refused(&door, &with(""), 400, "MissingAction");
    refused(&door, &with("Version=2016-11-15"), 400, "MissingAction");
    refused(&door, &with("Action=&Version=2016-11-15"), 400, "InvalidAction");
    refused(&door, &with("Action=describevpcs&Version=2016-11-15"), 400, "InvalidAction");
    refused(&door, &with("Action=%00%1B%3Cx%3E%26%EF%BF%BF&Version=2016-11-15"), 400, "InvalidAction");
    refused(&door, &with("Action=CreateVpnGateway&Version=2016-11-15"), 400, "UnsupportedOperation");
    refused(&door, &with("Action=DescribeVpcs&Version=2010-01-01"), 400, "NoSuchVersion");
    refused(&door, &with("Action=DescribeVpcs"), 400, "MissingParameter");
    refused(&door, &with("Action=DescribeVpcs&Version=2016-11-15&DryRun=perhaps"), 400, "InvalidParameterValue");
    refused(&door, &with("Action=DescribeVpcs&Version=2016-11-15&Colour=red"), 400, "UnknownParameter");
}

#[test]
fn forms_that_are_none_are_refused() {
    let door = Door::open();
    for body in
        ["Action=DescribeVpcs&Action=DeleteVpc", "Action=%", "Action=%4", "Action=%zz", "Action=%FF", "%C3=1&Action=x"]
    {
        refused(&door, &Call { body, ..Call::default() }, 400, "MalformedQueryString");
        refused(&door, &Call { method: "GET", query: body, ..Call::default() }, 400, "MalformedQueryString");
    }
    let many = "a&".repeat(70_000);
    refused(&door, &Call { body: &many, ..Call::default() }, 400, "MalformedQueryString");
}

#[test]
fn parameters_that_fit_no_action_are_refused() {
    let door = Door::open();
    let create = "Action=CreateVpc&Version=2016-11-15";
    for (parameters, code) in [
        ("", "MissingParameter"),
        ("CidrBlock=10.0.0.0", "InvalidParameterValue"),
        ("CidrBlock.1=10.0.0.0/16", "InvalidParameterValue"),
        ("CidrBlock=10.0.0.0/16&TagSpecification.0.ResourceType=vpc", "MalformedQueryString"),
        ("CidrBlock=10.0.0.0/16&TagSpecification.99999999999.ResourceType=vpc", "MalformedQueryString"),
        ("CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=maybe", "InvalidParameterValue"),
        ("CidrBlock=10.0.0.0/16&a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q=1", "MalformedQueryString"),
    ] {
        let body = format!("{create}&{parameters}");
        refused(&door, &Call { body: &body, ..Call::default() }, 400, code);
    }
}

#[test]
fn the_body_is_what_counts_and_not_what_it_is_called() {
    let door = Door::open();
    for content_type in ["application/json", "text/xml", "multipart/form-data; boundary=x", "", "\u{e9}"] {
        let answer = door.call(&Call { body: DESCRIBE, headers: &[("content-type", content_type)], ..Call::default() });
        assert_eq!(answer.status, 200, "{content_type}: {answer:?}");
    }
    let json = Call {
        body: r#"{"Action":"DescribeVpcs"}"#,
        headers: &[("content-type", "application/json")],
        ..Call::default()
    };
    refused(&door, &json, 400, "MissingAction");
}

#[test]
fn other_services_refuse_in_words_of_their_own() {
    let door = Door::open();
    let answer =
        door.call(&Call { service: "sts", body: "Action=GetCallerIdentity", secret: "wrong", ..Call::default() });
    assert_eq!((answer.status, answer.header("content-type")), (403, Some("text/xml")), "{answer:?}");
    let document = roxmltree::Document::parse(&answer.body).unwrap();
    let names: Vec<&str> =
        document.descendants().filter(|node| node.is_element()).map(|node| node.tag_name().name()).collect();
    assert_eq!(names, ["ErrorResponse", "Error", "Type", "Code", "Message", "RequestId"]);
    assert!(answer.body.contains("<Type>Sender</Type><Code>SignatureDoesNotMatch</Code>"), "{answer:?}");

    for (target, body, code) in [
        ("CloudTrail_20131101.Nothing", "{}", "InvalidAction"),
        ("", "{}", "InvalidAction"),
        ("CloudTrail_20131101.LookupEvents", "{", "SerializationException"),
    ] {
        let headers = [("x-amz-target", target)];
        let answer = door.call(&Call { service: "cloudtrail", body, headers: &headers, ..Call::default() });
        assert_eq!((answer.status, answer.header("content-type")), (400, Some("application/x-amz-json-1.1")));
        let document: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(document["__type"], code, "{answer:?}");
    }
}

/// A call that adds so many rules to the default group of the default VPC.
fn authorize(count: u32) -> String {
    let mut body =
        "Action=AuthorizeSecurityGroupIngress&Version=2016-11-15&GroupName=default&IpPermissions.1.IpProtocol=tcp\
        &IpPermissions.1.FromPort=1&IpPermissions.1.ToPort=2"
            .to_owned();
    for number in 1..=count {
        let [_, b, c, d] = number.to_be_bytes();
        body.push_str(&format!("&IpPermissions.1.IpRanges.{number}.CidrIp=10.{b}.{c}.{d}/32"));
    }
    body
}

#[test]
fn more_rules_than_anybody_may_have_are_refused_quickly_and_whole() {
    let door = Door::open();
    assert_eq!(door.call(&Call { body: DESCRIBE, ..Call::default() }).status, 200);
    for (count, status, code) in [
        (61, 400, "RulesPerSecurityGroupLimitExceeded"),
        (10_000, 400, "RulesPerSecurityGroupLimitExceeded"),
        (10_001, 400, "MalformedQueryString"),
        (100_000, 413, "RequestEntityTooLarge"),
    ] {
        let body = authorize(count);
        let started = Instant::now();
        refused(&door, &Call { body: &body, ..Call::default() }, status, code);
        assert!(started.elapsed() < Duration::from_secs(5), "{count} rules took {:?}", started.elapsed());
    }
    let rules = "Action=DescribeSecurityGroupRules&Version=2016-11-15";
    let answer = door.call(&Call { body: rules, ..Call::default() });
    assert_eq!(
        answer.body.matches("<securityGroupRuleId>").count(),
        2,
        "those that a default group begins with: {answer:?}"
    );
}

#[test]
fn parameters_in_another_place_are_refused() {
    let door = Door::open();
    let good = || Call { body: DESCRIBE, ..Call::default() };
    refused(&door, &Call { query: "VpcId.1=vpc-1", ..good() }, 400, "MalformedQueryString");
    refused(
        &door,
        &Call { method: "GET", query: DESCRIBE, body: DESCRIBE, ..Call::default() },
        400,
        "MalformedQueryString",
    );
    refused(&door, &Call { path: "/elsewhere", ..good() }, 404, "InvalidAction");
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        refused(&door, &Call { method, ..good() }, 405, "InvalidAction");
    }
}

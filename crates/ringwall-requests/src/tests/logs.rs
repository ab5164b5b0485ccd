//! Lines of logs, in every format.

use super::{defaults, origin, shown};
use crate::format::NAMES;
use crate::{Broken, Format, LineFormat, Recorded};

fn read(format: &str, line: &str) -> Result<Recorded, Broken> {
    let Some(Format::Lines(format)) = Format::named(format) else { panic!("{format} is no log") };
    format.read(line.as_bytes(), origin(), defaults())
}

const COMBINED: &str = r#"198.51.100.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /a?b=\"c HTTP/1.1" 200 2326 "https://example.com/" "curl/8.5.0""#;
const BALANCER: &str = r#"https 2018-07-02T22:23:05.186641Z app/my/50 198.51.100.7:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "POST https://www.example.com:443/a?b=c HTTP/2.0" "curl/7.46.0" ECDHE TLSv1.2 arn:x "Root=1-58337281" "www.example.com" "arn:y" 1 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-""#;
const CLOUDFRONT: &str = "2019-12-04\t21:02:31\tLAX1\t392\t198.51.100.7\tGET\td1.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0%2520(Windows)\ta=b%20c\tsid=1%3b%20x=2\tHit\tSOX4\texample.com\thttps\t23\t0.001\t203.0.113.1\tTLSv1.2\tECDHE\tHit\tHTTP/2.0\t-\t-";
const RECORD: &str = r#"{"timestamp":1576280412771,"formatVersion":1,"webaclId":"arn","action":"BLOCK","httpRequest":{"clientIp":"198.51.100.7","country":"AU","headers":[{"name":"User-Agent","value":"curl/7.61.1"}],"uri":"/a","args":"x=%27","httpVersion":"HTTP/1.1","httpMethod":"GET","requestId":"rid"},"ja3Fingerprint":"ada70206e40642a3e4461f35503241d5","requestBodySize":70000}"#;

#[test]
fn every_format_is_read() {
    for (format, line, expected, time, scheme, version) in [
        (
            "combined",
            COMBINED,
            "GET /a?b=\"c [Referer: https://example.com/, User-Agent: curl/8.5.0]",
            971_211_336_000,
            "http",
            "HTTP/1.1",
        ),
        (
            "alb",
            BALANCER,
            "POST /a?b=c [Host: www.example.com, User-Agent: curl/7.46.0]",
            1_530_570_168_364,
            "https",
            "HTTP/2.0",
        ),
        (
            "cloudfront",
            CLOUDFRONT,
            "GET /index.html?a=b%20c [Host: example.com, User-Agent: Mozilla/5.0 (Windows), Cookie: sid=1; x=2, X-Forwarded-For: 203.0.113.1]",
            1_575_493_351_000,
            "https",
            "HTTP/2.0",
        ),
        ("waf-log", RECORD, "GET /a?x=%27 [User-Agent: curl/7.61.1]", 1_576_280_412_771, "http", "HTTP/1.1"),
    ] {
        let request = read(format, line).unwrap_or_else(|broken| panic!("{format}: {broken}"));
        assert_eq!(shown(&request), expected, "{format}");
        assert_eq!((request.time, request.scheme, request.version.as_str()), (time, scheme, version), "{format}");
        assert_eq!(request.client.to_string(), "198.51.100.7", "{format}");
        assert_eq!(Format::detect("x.log", line.as_bytes()), Format::named(format).filter(|_| format != "cloudfront"));
    }
    let record = read("waf-log", RECORD).unwrap();
    assert_eq!(record.ja3.as_deref(), Some("ada70206e40642a3e4461f35503241d5"));
    assert_eq!(record.body_size, 70_000, "longer than anything that is inspected");
    let small = RECORD.replace("70000", "700");
    assert_eq!(read("waf-log", &small).unwrap().body_size, 0, "a body that was not written down is none");
}

#[test]
fn access_logs_have_several_forms() {
    let read = |line: &str| read("combined", line).map(|own| shown(&own));
    let common = r#"2001:db8::1 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.0" 200 -"#;
    assert_eq!(read(common).unwrap(), "GET / []");
    let of_host = format!("www.example.com:443 {COMBINED}");
    assert!(
        read(&of_host).unwrap().ends_with("curl/8.5.0, Host: www.example.com:443]")
            || read(&of_host).unwrap().contains("Host: www.example.com:443")
    );
    let blanks = r#"198.51.100.7 - a b [10/Oct/2000:13:55:36 +0000] "GET /a b HTTP/1.1" 200 1 "-" "-""#;
    assert_eq!(read(blanks).unwrap(), "GET /a b []", "a blank in a name, and one in the target");
    let bytes = r#"198.51.100.7 - - [10/Oct/2000:13:55:36 +0000] "GET /\xe2\x80\x8b HTTP/1.1" 200 1"#;
    assert_eq!(read(bytes).unwrap(), "GET /\u{200b} []");
}

#[test]
fn a_distributions_file_says_what_its_lines_hold() {
    let Some(Format::Lines(format)) = Format::detect("log", b"#Version: 1.0\n#Fields: date time\n") else {
        panic!("a log")
    };
    assert!(format.is_remark(b"#Version: 1.0") && format.is_remark(b"") && !format.is_remark(b"2019"));
    let format = format.directive(b"#Fields: date time c-ip cs-method cs-uri-stem").expect("fields");
    let line = b"2019-12-04\t21:02:31\t2001:db8::7\tPUT\t/a";
    assert_eq!(shown(&format.read(line, origin(), defaults()).unwrap()), "PUT /a []");
    assert_eq!(format.directive(b"#Version: 1.0"), None);
    assert_eq!(LineFormat::Combined.directive(b"#Fields: date"), None);
    assert!(!LineFormat::Combined.is_remark(b"#Fields: date"));
}

#[test]
fn what_is_broken_is_said_with_its_reason() {
    for (format, line, expected) in [
        ("combined", "", "is empty"),
        ("combined", "hello", "does not begin with the address of a client"),
        ("combined", "198.51.100.7 - -", "has no time in brackets behind the address"),
        (
            "combined",
            "198.51.100.7 - - [yesterday] \"GET / HTTP/1.1\"",
            "has no time as in [10/Oct/2000:13:55:36 -0700]",
        ),
        (
            "combined",
            r#"198.51.100.7 - - [10/Oct/2000:13:55:36 +0000] "\x16\x03\x01" 400 0"#,
            "has no request, but \"\\u{16}\\u{3}\\u{1}\"",
        ),
        ("combined", r#"198.51.100.7 - - [10/Oct/2000:13:55:36 +0000] "GET /"#, "has no request in quotation marks"),
        ("alb", "https 2018-07-02T22:23:00Z app", "has fewer than the 14 fields up to the user agent"),
        ("alb", &BALANCER.replace(":2817", ""), "has no address and port of a client in its fourth field"),
        ("cloudfront", "2019-12-04\t21:02:31", "has no field `cs-uri-stem`"),
        ("cloudfront", &CLOUDFRONT.replace("198.51.100.7", "somebody"), "has no address of a client in `c-ip`"),
        ("cloudfront", &CLOUDFRONT.replace("2019-12-04", "-"), "has no time in `date` and `time`"),
    ] {
        assert_eq!(read(format, line).unwrap_err().to_string(), expected, "{format}: {line}");
    }
    assert!(read("waf-log", "{}").unwrap_err().to_string().starts_with("is no log record: missing field"));
}

#[test]
fn formats_are_told_by_name_and_beginning() {
    for (name, head, expected) in [
        ("a.har", "anything", "har"),
        ("a.HTTP", "anything", "http"),
        ("a", "{\"log\": {", "har"),
        ("a", "\u{feff}\n{\n\"log\": {", "har"),
        ("a", "GET / HTTP/1.1\r\nHost: a\r\n", "http"),
        ("a", "### one\nGET /", "http"),
        ("a", "# client: 192.0.2.1\nGET /", "http"),
        ("a", "#Version: 1.0\n", "cloudfront"),
    ] {
        assert_eq!(Format::detect(name, head.as_bytes()), Format::named(expected), "{name} {head}");
    }
    for head in ["", "hello", "<xml>", "\x00\x01"] {
        assert_eq!(Format::detect("a.txt", head.as_bytes()), None, "{head:?}");
    }
    assert!(NAMES.iter().all(|name| Format::named(name).is_some()) && Format::named("pcap").is_none());
}

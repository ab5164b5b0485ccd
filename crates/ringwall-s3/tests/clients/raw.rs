//! Requests that no client would send.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{SystemTime, UNIX_EPOCH};

use ringwall_wire::Timestamp;
use ringwall_wire::sigv4::{Credentials, Request, payload_hash, sign};

use crate::support::{open, run};

/// What a request is, and what of it is changed after it was signed.
struct Raw<'r> {
    method: &'r str,
    path: &'r str,
    signed: &'r [u8],
    sent: &'r [u8],
    length: usize,
    unsigned: &'r str,
    service: &'r str,
}

const PLAIN: Raw<'_> =
    Raw { method: "PUT", path: "/logs", signed: b"", sent: b"", length: 0, unsigned: "", service: "s3" };

/// Sends a request and says the status and the code of the answer.
fn send(address: SocketAddr, raw: &Raw<'_>) -> (u16, String) {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let now = Timestamp::from_millis(i64::try_from(millis).unwrap());
    let (host, date, hash) = (address.to_string(), now.basic(), payload_hash(raw.signed));
    let headers: [(&str, &[u8]); 3] =
        [("host", host.as_bytes()), ("x-amz-date", date.as_bytes()), ("x-amz-content-sha256", hash.as_bytes())];
    let (path, query) = raw.path.split_once('?').unwrap_or((raw.path, ""));
    let request = Request { method: raw.method, path, query, headers: &headers, body: raw.signed };
    let credentials = Credentials { access_key_id: "test", secret_access_key: "test" };
    let authorization = sign(request, credentials, "us-east-1", raw.service, now).unwrap();
    let head = format!(
        "{} {} HTTP/1.1\r\nhost: {host}\r\nx-amz-date: {date}\r\nx-amz-content-sha256: {hash}\r\nauthorization: {authorization}\r\n\
         content-length: {}\r\nconnection: close\r\n{}\r\n",
        raw.method, raw.path, raw.length, raw.unsigned
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(raw.sent).unwrap();
    if raw.sent.len() < raw.length {
        stream.shutdown(Shutdown::Write).unwrap();
    }
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let code = answer.split("<Code>").nth(1).and_then(|rest| rest.split("</Code>").next()).unwrap_or_default();
    (status, code.to_owned())
}

#[test]
fn what_is_not_as_it_was_signed_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let running = run(open(folder.path()));
    let send = |raw: Raw<'_>| send(running.address, &raw);
    assert_eq!(send(PLAIN).0, 200);
    let put = Raw { path: "/logs/a", signed: b"text", sent: b"text", length: 4, ..PLAIN };
    assert_eq!(send(Raw { ..put }).0, 200);
    let b = Raw { path: "/logs/b", ..put };
    for (raw, expected) in [
        (Raw { sent: b"tExt", ..b }, (400, "XAmzContentSHA256Mismatch")),
        (Raw { sent: b"te", ..b }, (0, "")),
        (Raw { unsigned: "x-amz-meta-a: 1\r\n", ..b }, (400, "AuthorizationHeaderMalformed")),
        (Raw { unsigned: "x-amz-date: 20260131T120000Z\r\n", ..b }, (400, "AuthorizationHeaderMalformed")),
        (Raw { unsigned: "authorization: AWS test:x\r\n", ..b }, (400, "AuthorizationHeaderMalformed")),
        (Raw { service: "ec2", ..b }, (400, "AuthorizationHeaderMalformed")),
        (Raw { service: "sts", ..b }, (400, "AuthorizationHeaderMalformed")),
        (Raw { path: "/logs/b?Signature=x&AWSAccessKeyId=test", ..b }, (400, "InvalidRequest")),
        (Raw { path: "/logs/%ff", ..b }, (400, "InvalidURI")),
        (
            Raw { method: "POST", path: "/logs", unsigned: "content-type: multipart/form-data; boundary=x\r\n", ..b },
            (501, "NotImplemented"),
        ),
    ] {
        let (path, unsigned) = (raw.path, raw.unsigned);
        let got = send(raw);
        // A body that broke off may be answered or not; the client is gone.
        if expected.0 != 0 {
            assert_eq!((got.0, got.1.as_str()), expected, "{path} {unsigned}");
        }
        let (status, _) = send(Raw { method: "HEAD", path: "/logs/b", ..PLAIN });
        assert_eq!(status, 404, "{path} {unsigned}");
    }
    let blobs = std::fs::read_dir(folder.path().join("blobs")).unwrap();
    let count: usize = blobs.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum();
    assert_eq!(count, 1, "only what was accepted is kept");
}

#[test]
fn a_key_leads_nowhere_but_into_its_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let running = run(open(folder.path()));
    let send = |raw: Raw<'_>| send(running.address, &raw);
    assert_eq!(send(PLAIN).0, 200);
    let names = |folder: &std::path::Path| {
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = (names(folder.path()), names(folder.path().parent().unwrap()).len());
    for path in
        ["/logs/../../x", "/logs/..%2f..%2fx", "/logs/%2e%2e/%2e%2e/index.redb", "/logs//etc/passwd", "/logs/a%00b"]
    {
        assert_eq!(send(Raw { path, ..PLAIN }).0, 200, "{path}");
        assert_eq!(send(Raw { method: "HEAD", path, ..PLAIN }).0, 200, "{path}");
    }
    assert_eq!(names(folder.path()), before.0);
}

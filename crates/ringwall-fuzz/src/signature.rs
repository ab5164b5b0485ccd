//! Signatures: whatever a request says, it has an answer; and what we sign ourselves holds, and holds for nothing else.

use ringwall_wire::Timestamp;
use ringwall_wire::sigv4::{Claim, Credentials, MOST_SKEW, Request, sign};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const NOW: Timestamp = Timestamp::from_seconds(1_769_860_800);

/// Reads a request: a line each for method, path and query string, one for each header, an empty one, and the body.
pub fn signature(data: &[u8]) -> bool {
    let Some(message) = Message::read(data) else { return false };
    let claim = message.with(|request| {
        let claim = Claim::read(&request);
        if let Ok(claim) = &claim {
            let _ = claim.verify(&request, SECRET, NOW);
            let _ = claim.verify(&request, SECRET, claim.signed_at);
        }
        claim.is_ok()
    });
    signed(message) || claim
}

struct Message {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Message {
    fn read(data: &[u8]) -> Option<Message> {
        let mut rest = data;
        let mut line = || {
            let end = rest.iter().position(|&byte| byte == b'\n')?;
            let line = &rest[..end];
            rest = &rest[end + 1..];
            Some(line)
        };
        let mut text = || std::str::from_utf8(line()?).ok().map(str::to_owned);
        let (method, path, query) = (text()?, text()?, text()?);
        let mut headers = Vec::new();
        while let Some(header) = line().filter(|line| !line.is_empty()) {
            let colon = header.iter().position(|&byte| byte == b':')?;
            let (name, value) = (std::str::from_utf8(&header[..colon]).ok()?, &header[colon + 1..]);
            // the HTTP server hands on no other names
            if name.is_empty()
                || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.!#$'*+^`|~&%".contains(&byte))
            {
                return None;
            }
            headers.push((name.to_owned(), value.to_vec()));
        }
        Some(Message { method, path, query, headers, body: rest.to_vec() })
    }

    fn with<T>(&self, then: impl FnOnce(Request<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        then(Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: &self.body,
        })
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }

    fn holds(&self, now: Timestamp) -> bool {
        self.with(|request| Claim::read(&request).is_ok_and(|claim| claim.verify(&request, SECRET, now).is_ok()))
    }
}

/// Signs a request that nobody has signed; its signature holds for a while, for its body and its method.
fn signed(mut message: Message) -> bool {
    let own = ["authorization", "host", "x-amz-date", "x-amz-content-sha256"];
    if own.iter().any(|name| message.has(name)) || message.query.contains("X-Amz-") {
        return false;
    }
    message.headers.push(("Host".to_owned(), b"localhost".to_vec()));
    message.headers.push(("X-Amz-Date".to_owned(), NOW.basic().into_bytes()));
    let credentials = Credentials { access_key_id: "AKIDEXAMPLE", secret_access_key: SECRET };
    let header = message.with(|request| sign(request, credentials, "eu-central-1", "ec2", NOW));
    let header = header.expect("a request with a host and a date can be signed");
    message.headers.push(("Authorization".to_owned(), header.into_bytes()));
    assert!(message.holds(NOW), "what was signed does not hold");
    assert!(!message.holds(NOW.plus_seconds(MOST_SKEW + 1)), "what was signed holds too long");
    message.body.push(b'x');
    assert!(!message.holds(NOW), "what was signed holds for another body");
    message.body.pop();
    message.method.push('X');
    assert!(!message.holds(NOW), "what was signed holds for another method");
    true
}

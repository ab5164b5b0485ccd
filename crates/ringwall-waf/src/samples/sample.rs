//! One sampled request.

use std::net::IpAddr;

use crate::action::token::TokenState;
use crate::environment::{Environment, Millis};
use crate::protection::Protections;
use crate::request::Request;
use crate::verdict::{Decision, Matched, Verdict};

/// How many bytes of a request are kept: of its path with its query, and of its headers.
pub const LONGEST: usize = 4096;

/// How many labels are kept (WAF-24).
const MOST_LABELS: usize = 100;

/// A request, and what a rule did with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// when it came
    pub time: Millis,
    /// who sent it
    pub client: IpAddr,
    /// its country, if that is known
    pub country: Option<String>,
    /// its path and query
    pub uri: String,
    /// its method
    pub method: String,
    /// `HTTP/1.1` or the like
    pub version: &'static str,
    /// its headers, as many as there is room for
    pub headers: Vec<(String, String)>,
    /// what was done: AWS's word
    pub action: &'static str,
    /// what the rule would have done if the reference to its group did not say otherwise
    pub overridden: Option<&'static str>,
    /// the group's rule, where the rule refers to a group
    pub rule_within_group: Option<String>,
    /// the headers that it went on with
    pub inserted: Vec<(String, String)>,
    /// the status that it was answered with, where the document says so
    pub response_code: Option<u16>,
    /// its labels
    pub labels: Vec<String>,
    /// what its token was worth, where the rule asked for one
    pub token: Option<TokenState>,
}

impl Sample {
    /// The sample of a request that a rule matched, or that the default action decided.
    /// What the web ACL protects is kept as it may be shown.
    pub(super) fn new(
        shown: &Protections,
        request: &Request,
        environment: &Environment,
        verdict: &Verdict,
        matched: Option<&Matched>,
        within: Option<&str>,
    ) -> Sample {
        let client = request.client.to_canonical();
        let place = environment.geography.and_then(|geography| geography.place(client));
        let (inserted, response_code) = match &verdict.decision {
            Decision::Allow(headers) => {
                (headers.iter().map(|own| (own.name.clone(), own.value.clone())).collect(), None)
            }
            Decision::Block(response) => (Vec::new(), response.as_ref().map(|own| own.code)),
            Decision::Captcha(page) | Decision::Challenge(page) => (Vec::new(), Some(page.code)),
        };
        let mut room = LONGEST;
        Sample {
            time: environment.now,
            client,
            country: place.map(|place| place.country),
            uri: uri(shown, request, &mut room),
            method: text(&request.method[..request.method.len().min(32)]),
            version: version(request.version),
            headers: headers(shown, request, &mut room),
            action: matched.map_or(verdict.action(), |own| own.action),
            overridden: matched.and_then(|own| own.overridden),
            rule_within_group: within.map(str::to_owned),
            inserted,
            response_code,
            labels: verdict.labels.iter().take(MOST_LABELS).map(str::to_owned).collect(),
            token: matched.and_then(|own| own.token),
        }
    }
}

fn uri(shown: &Protections, request: &Request, room: &mut usize) -> String {
    let query = request.query.map(|query| shown.query(query));
    let query = query.iter().flat_map(|query| [b"?".as_slice(), query]);
    let mut uri = Vec::new();
    for part in std::iter::once(request.path).chain(query) {
        let part = &part[..part.len().min(*room)];
        uri.extend_from_slice(part);
        *room -= part.len();
    }
    text(&uri)
}

fn headers(shown: &Protections, request: &Request, room: &mut usize) -> Vec<(String, String)> {
    let mut kept = Vec::new();
    for header in request.headers {
        let value = shown.header(header.name, header.value);
        let Some(left) = room.checked_sub(header.name.len() + value.len()) else { continue };
        *room = left;
        kept.push((text(header.name), text(&value)));
    }
    kept
}

fn version(version: &str) -> &'static str {
    ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3.0", "HTTP/3"]
        .into_iter()
        .find(|own| *own == version)
        .unwrap_or("HTTP/1.1")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

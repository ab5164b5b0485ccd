//! Requests and surroundings for tests.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::OnceLock;

use crate::action::token::TokenKey;
use crate::document::{Bundle, Context};
use crate::environment::{Abilities, Detector, Environment, Geography, Place, Sensitivity};
use crate::field::View;
use crate::inspection::Inspection;
use crate::label::Namespace;
use crate::rate::LocalCounters;
use crate::request::{Fingerprints, Header, Request, Resource};

/// A set with 192.0.2.64/26.
pub(crate) const IP_SET: &str = "arn:aws:wafv2:us-east-1:111122223333:regional/ipset/test/0-0";
/// A set with `^curl` and `bot$`.
pub(crate) const REGEX_SET: &str = "arn:aws:wafv2:us-east-1:111122223333:regional/regexpatternset/test/0-0";

/// Everything can be enforced.
pub(crate) const ALL: Abilities = Abilities { countries: true, networks: true, detection: true, tokens: true };

/// A request that was sent, and what is known beside it.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    client: IpAddr,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    ja3: Option<String>,
    labels: Vec<String>,
    pub now: u64,
}

impl Sent {
    pub fn get(target: &str) -> Sent {
        Sent {
            client: "203.0.113.9".parse().unwrap(),
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            ja3: None,
            labels: Vec::new(),
            now: 1_700_000_000_000,
        }
    }

    pub fn from(self, client: &str) -> Sent {
        Sent { client: client.parse().unwrap(), ..self }
    }

    pub fn method(self, method: &str) -> Sent {
        Sent { method: method.to_owned(), ..self }
    }

    pub fn target(self, target: &str) -> Sent {
        Sent { target: target.to_owned(), ..self }
    }

    /// With one more header line.
    pub fn header(mut self, name: &str, value: &str) -> Sent {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(self, body: &str) -> Sent {
        Sent { body: body.as_bytes().to_vec(), ..self }
    }

    pub fn ja3(self, ja3: &str) -> Sent {
        Sent { ja3: Some(ja3.to_owned()), ..self }
    }

    /// With a label that an earlier rule wrote.
    pub fn labelled(mut self, label: &str) -> Sent {
        self.labels.push(label.to_owned());
        self
    }

    /// With the request itself.
    pub fn request<T>(&self, then: impl FnOnce(&Request) -> T) -> T {
        let headers: Vec<Header> = self
            .headers
            .iter()
            .map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() })
            .collect();
        let mut request = Request::new(self.client, self.method.as_bytes(), self.target.as_bytes());
        request.headers = &headers;
        request.body = &self.body;
        request.body_size = self.body.len() as u64;
        request.fingerprints = Fingerprints { ja3: self.ja3.as_deref(), ja4: None };
        then(&request)
    }

    /// With the request as a load balancer sees it.
    pub fn view<T>(&self, then: impl FnOnce(&View) -> T) -> T {
        self.request(|request| then(&View { request, resource: Resource::LoadBalancer, body_limit: 8192 }))
    }

    /// With the state of an inspection.
    pub fn inspect<T>(&self, then: impl FnOnce(&mut Inspection) -> T) -> T {
        self.inspect_with(&LocalCounters::default(), then)
    }

    /// With the state of an inspection that counts there.
    pub fn inspect_with<T>(&self, counters: &LocalCounters, then: impl FnOnce(&mut Inspection) -> T) -> T {
        self.view(|view| {
            let mut inspection = Inspection::new(*view, environment(counters, self.now));
            self.labels.iter().for_each(|label| inspection.labels.add(label.as_str()));
            then(&mut inspection)
        })
    }
}

/// The surroundings of the tests, with those counters.
pub(crate) fn environment(counters: &LocalCounters, now: u64) -> Environment<'_> {
    static KEY: OnceLock<TokenKey> = OnceLock::new();
    let key = KEY.get_or_init(|| TokenKey::new([7; 32]));
    Environment { geography: Some(&Documentation), detector: &Words, counters, token_key: Some(key), now }
}

/// The documentation's addresses are in Germany, in Oregon, and nowhere.
pub(crate) struct Documentation;

impl Geography for Documentation {
    fn place(&self, address: IpAddr) -> Option<Place> {
        let (country, region) = match address.to_string() {
            own if own.starts_with("192.0.2.") => ("DE", None),
            own if own.starts_with("198.51.100.") => ("US", Some("OR".to_owned())),
            _ => return None,
        };
        Some(Place { country: country.to_owned(), region })
    }

    fn network(&self, address: IpAddr) -> Option<u32> {
        self.place(address).map(|place| if place.country == "DE" { 64_500 } else { 64_501 })
    }
}

/// What is called an attack is one.
pub(crate) struct Words;

impl Words {
    fn find(input: &[u8], word: &str) -> Option<Range<usize>> {
        let start = input.windows(word.len()).position(|own| own == word.as_bytes())?;
        Some(start..start + word.len())
    }
}

impl Detector for Words {
    fn sqli(&self, input: &[u8], sensitivity: Sensitivity) -> Option<Range<usize>> {
        let maybe = || (sensitivity == Sensitivity::High).then(|| Words::find(input, "maybe")).flatten();
        Words::find(input, "sqli").or_else(maybe)
    }

    fn xss(&self, input: &[u8]) -> Option<Range<usize>> {
        Words::find(input, "xss")
    }
}

/// The sets of the tests.
pub(crate) fn bundle() -> Bundle {
    let mut bundle = Bundle::new();
    let set = format!(
        r#"{{"IPSet": {{"Name": "test", "Id": "0-0", "ARN": "{IP_SET}", "IPAddressVersion": "IPV4",
            "Addresses": ["192.0.2.64/26"]}}, "LockToken": "x"}}"#
    );
    bundle.add_ip_set(set.as_bytes()).unwrap();
    let set = format!(
        r#"{{"Name": "test", "Id": "0-0", "ARN": "{REGEX_SET}",
            "RegularExpressionList": [{{"RegexString": "^curl"}}, {{"RegexString": "bot$"}}]}}"#
    );
    bundle.add_regex_set(set.as_bytes()).unwrap();
    bundle
}

/// A context in which everything can be enforced, for the web ACL `test`.
pub(crate) fn with_context<T>(then: impl FnOnce(&mut Context) -> T) -> T {
    let bundle = bundle();
    let namespace = Namespace::of_web_acl("111122223333", "test");
    let owner = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/test/0-0";
    then(&mut Context::new(&bundle, ALL, namespace, owner))
}

//! The requests that are inspected.

use ringwall_waf::request::{Header, Request};

/// A request as it was sent.
pub struct Sent {
    /// what the report calls it
    pub name: &'static str,
    /// whether it is to be blocked
    pub is_attack: bool,
    /// the method
    pub method: &'static str,
    /// path and query
    pub target: &'static str,
    /// names and values
    pub headers: Vec<(&'static str, String)>,
    /// the body
    pub body: Vec<u8>,
}

impl Sent {
    /// With the request as web ACLs take it.
    pub fn with<T>(&self, then: impl FnOnce(&Request) -> T) -> T {
        let mut headers = [Header { name: b"", value: b"" }; 16];
        for (place, (name, value)) in headers.iter_mut().zip(&self.headers) {
            *place = Header { name: name.as_bytes(), value: value.as_bytes() };
        }
        let client = std::net::IpAddr::from([192, 0, 2, 7]);
        let mut request = Request::new(client, self.method.as_bytes(), self.target.as_bytes());
        request.headers = &headers[..self.headers.len().min(16)];
        request.body = &self.body;
        request.body_size = self.body.len() as u64;
        then(&request)
    }
}

/// All of them.
pub fn requests() -> Vec<Sent> {
    vec![
        sent("benign GET", "GET", "/shop/products?page=2&sort=price&q=red+shoes", "", String::new()),
        sent("2 KB of JSON", "POST", "/api/orders", JSON, json()),
        Sent { is_attack: true, ..sent("2 KB form with an injection", "POST", "/account", FORM, form(true)) },
        sent("2 KB form", "POST", "/account", FORM, form(false)),
        sent("64 KB form of text", "POST", "/articles", FORM, article()),
        sent("form of 950 fields", "POST", "/survey", FORM, survey()),
    ]
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

fn sent(name: &'static str, method: &'static str, target: &'static str, kind: &str, body: String) -> Sent {
    let mut headers = vec![
        ("Host", "shop.example.com".to_owned()),
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0".to_owned()),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8".to_owned()),
        ("Accept-Language", "en-US,en;q=0.5".to_owned()),
        ("Accept-Encoding", "gzip, deflate".to_owned()),
        ("Cookie", "session=4f1c2ab09d; theme=dark; visited=12".to_owned()),
    ];
    if !body.is_empty() {
        headers.push(("Content-Type", kind.to_owned()));
        headers.push(("Content-Length", body.len().to_string()));
    }
    Sent { name, is_attack: false, method, target, headers, body: body.into_bytes() }
}

fn json() -> String {
    let item = |at: u32| {
        format!(
            r#"{{"id": {at}, "name": "Garden chair {at}", "price": {}.50, "colour": "dark green", "count": 2}}"#,
            at * 7
        )
    };
    let items: Vec<String> = (100..125).map(item).collect();
    format!(r#"{{"customer": "Ada Byron", "note": "please ring twice", "items": [{}]}}"#, items.join(", "))
}

fn form(is_attack: bool) -> String {
    let text = "We+moved+last+week+and+would+like+the+parcel+to+arrive+at+the+new+address+in+the+old+town.+";
    let mut fields = vec!["name=Ada+Byron".to_owned(), "street=Mill+Lane+7".to_owned(), "town=Old+Harbour".to_owned()];
    fields.extend((0..8).map(|at| format!("remark{at}={}", text.repeat(2))));
    fields.push(if is_attack { "id=1%27+UNION+SELECT+password+FROM+users--+".to_owned() } else { "id=1".to_owned() });
    fields.join("&")
}

fn article() -> String {
    let sentence = "The+mill+by+the+river+was+built+of+grey+stone%2C+and+its+wheel+has+turned+since+then.+";
    let mut text = String::from("title=The+mill&text=");
    while text.len() + sentence.len() < 64 << 10 {
        text += sentence;
    }
    text
}

fn survey() -> String {
    let fields: Vec<String> = (0..950).map(|at| format!("answer{at}=rather+yes+{}", at % 7)).collect();
    fields.join("&")
}

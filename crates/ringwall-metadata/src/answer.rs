//! Requests and answers.

use ringwall_model::id::InstanceId;
use ringwall_model::services::{InstanceServices, VpcServices};

use crate::token::{LONGEST, TokenKey};
use crate::tree::{self, Node};

/// The instance that asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'d> {
    /// its id
    pub id: InstanceId,
    /// what is known about it
    pub instance: &'d InstanceServices,
    /// what is known about its VPC
    pub vpc: &'d VpcServices,
}

/// A request, as far as it matters.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'r> {
    /// its method
    pub method: &'r str,
    /// its path, without a query
    pub path: &'r str,
    /// the header `X-aws-ec2-metadata-token`
    pub token: Option<&'r str>,
    /// the header `X-aws-ec2-metadata-token-ttl-seconds`
    pub seconds: Option<&'r str>,
    /// whether there is a header `X-Forwarded-For`: somebody asks for somebody else
    pub is_forwarded: bool,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// its status
    pub status: u16,
    /// what its body is
    pub content_type: &'static str,
    /// its body
    pub body: Vec<u8>,
    /// for how many seconds the token still holds, which a header tells
    pub seconds: Option<u64>,
    /// how many hops its packets may live, if that is limited
    pub hop_limit: Option<u8>,
}

/// Where tokens are to be had.
const TOKEN: &str = "/latest/api/token";

/// The versions of the tree that clients ask for. All of them are the newest one here.
const VERSIONS: &[&str] = &[
    "1.0",
    "2007-01-19",
    "2007-03-01",
    "2007-08-29",
    "2007-10-10",
    "2007-12-15",
    "2008-02-01",
    "2008-09-01",
    "2009-04-04",
    "2011-01-01",
    "2011-05-01",
    "2012-01-12",
    "2014-02-25",
    "2014-11-05",
    "2015-10-20",
    "2016-04-19",
    "2016-06-30",
    "2016-09-02",
    "2018-03-28",
    "2018-08-17",
    "2018-09-24",
    "2019-10-01",
    "2020-10-27",
    "2021-01-03",
    "2021-03-23",
    "2021-07-15",
    "2022-09-24",
    "2024-04-11",
    "latest",
];

/// Answers a request of an instance. `account` is whose it is, `now` in seconds since 1970.
pub fn respond(request: &Request<'_>, asker: &Asker<'_>, account: &str, key: &TokenKey, now: u64) -> Answer {
    let options = &asker.instance.options;
    if !options.endpoint {
        return Answer::problem(403);
    }
    match request.method {
        "PUT" => put(request, asker, key, now),
        "GET" | "HEAD" => {
            let left = match request.token {
                Some(token) => match key.check(asker.id, token, now) {
                    Some(left) => Some(left),
                    None => return Answer::problem(401),
                },
                None if options.tokens_required => return Answer::problem(401),
                None => None,
            };
            Answer { seconds: left, ..get(request.path, asker, account) }
        }
        _ => Answer::problem(405),
    }
}

/// Gives out a token. Whoever stands between an instance and its metadata and hands requests on for others tends to say for
/// whom, or cannot be reached by packets that live no longer than to the instance.
fn put(request: &Request<'_>, asker: &Asker<'_>, key: &TokenKey, now: u64) -> Answer {
    if request.path != TOKEN || request.is_forwarded {
        return Answer::problem(403);
    }
    let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = request.seconds.filter(is_number).and_then(|text| text.parse::<u32>().ok());
    match seconds.filter(|seconds| (1..=LONGEST).contains(seconds)) {
        Some(seconds) => Answer {
            seconds: Some(seconds.into()),
            hop_limit: Some(asker.instance.options.hop_limit),
            ..Answer::text(key.issue(asker.id, now.saturating_add(seconds.into())))
        },
        None => Answer::problem(400),
    }
}

fn get(path: &str, asker: &Asker<'_>, account: &str) -> Answer {
    let Some(rest) = path.strip_prefix('/') else { return Answer::problem(400) };
    if rest.is_empty() {
        return Answer::text(VERSIONS.join("\n"));
    }
    let (version, rest) = rest.split_once('/').unwrap_or((rest, ""));
    if !VERSIONS.contains(&version) {
        return Answer::problem(404);
    }
    match tree::find(rest, asker, account) {
        Some(Node::Leaf(body)) => Answer { body, ..Answer::text(String::new()) },
        Some(Node::Data(body)) => {
            Answer { body, content_type: "application/octet-stream", ..Answer::text(String::new()) }
        }
        Some(Node::Branch(children)) => Answer::text(tree::list(&children)),
        None => Answer::problem(404),
    }
}

impl Answer {
    fn text(body: String) -> Answer {
        let content_type = "text/plain";
        Answer { status: 200, content_type, body: body.into_bytes(), seconds: None, hop_limit: None }
    }

    /// An answer that says what is wrong, in the words of AWS's.
    pub fn problem(status: u16) -> Answer {
        let title = match status {
            400 => "400 - Bad Request",
            401 => "401 - Unauthorized",
            403 => "403 - Forbidden",
            405 => "405 - Method Not Allowed",
            _ => "404 - Not Found",
        };
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n\
            <!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"\n\
            \t\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n\
            <html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n \
            <head>\n  <title>{title}</title>\n </head>\n <body>\n  <h1>{title}</h1>\n </body>\n</html>\n"
        );
        Answer { status, content_type: "text/html", ..Answer::text(body) }
    }
}

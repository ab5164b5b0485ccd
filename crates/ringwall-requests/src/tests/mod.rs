//! Requests from files and logs, and what becomes of them in sum.

mod files;
mod hostile;
mod logs;
mod sums;

use std::sync::Arc;

use crate::{Defaults, Origin, Recorded};

fn defaults() -> Defaults {
    Defaults { client: "192.0.2.1".parse().unwrap(), now: 5 }
}

fn origin() -> Origin {
    Origin { file: Arc::from("log"), line: 1, name: None }
}

/// Method, target, headers and body as one text.
fn shown(request: &Recorded) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers: Vec<String> =
        request.headers.iter().map(|(name, value)| format!("{}: {}", text(name), text(value))).collect();
    let head = format!("{} {} [{}]", text(&request.method), text(&request.target), headers.join(", "));
    if request.body.is_empty() { head } else { format!("{head} {}", text(&request.body)) }
}

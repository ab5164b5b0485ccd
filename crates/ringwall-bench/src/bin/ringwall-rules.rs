//! The Core Rule Set, asked of requests on standard input, one a line in JSON; the answers are lines, too.
//!
//! Bytes are written as characters of the same number. A request with `repeat` is asked that often, and the time of one is
//! told, in nanoseconds.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use ringwall_secrules::core_rules::{Folder, Settings};
use ringwall_secrules::outcome::Outcome;
use ringwall_secrules::{Response, RuleSet, Scratch};
use ringwall_waf::request::{Header, Request};
use serde_json::{Value, json};

const USAGE: &str = "\
expected SETTINGS [FOLDER], where
  SETTINGS   JSON with any of `level`, `executing`, `threshold`, `before`, `after`
  FOLDER     where a release of the Core Rule Set is; without it, the system's package is taken";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = run(&arguments) {
        eprintln!("ringwall-rules: {error}");
        std::process::exit(1);
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let (settings, folder) = match arguments {
        [settings] => (settings, None),
        [settings, folder] => (settings, Some(folder)),
        _ => return Err(USAGE.into()),
    };
    let set = read(&serde_json::from_str(settings)?, folder.map(String::as_str))?;
    for note in set.notes() {
        eprintln!("{note}");
    }
    let mut scratch = Scratch::new();
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = ask(&set, &serde_json::from_str(&line?)?, &mut scratch)?;
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

fn read(settings: &Value, folder: Option<&str>) -> Result<RuleSet, Box<dyn Error>> {
    let number = |name: &str, default: u64| settings[name].as_u64().unwrap_or(default);
    let text = |name: &str| settings[name].as_str().unwrap_or_default();
    let level = number("level", 1) as u8;
    let settings = Settings {
        paranoia_level: level,
        executing_paranoia_level: number("executing", level.into()) as u8,
        inbound_threshold: number("threshold", 5) as u32,
        before: text("before"),
        after: text("after"),
    };
    let mut files = BTreeMap::new();
    let own = match folder {
        None => {
            add(&mut files, Path::new("/etc/modsecurity/crs"))?;
            add(&mut files, Path::new("/usr/share/modsecurity-crs/rules"))?;
            Folder::of_debian()
        }
        Some(folder) => {
            add(&mut files, Path::new(folder))?;
            add(&mut files, &Path::new(folder).join("rules"))?;
            Folder::released(folder)
        }
    };
    Ok(RuleSet::read_core(&files, &own, &settings)?)
}

fn add(files: &mut BTreeMap<String, Vec<u8>>, folder: &Path) -> Result<(), Box<dyn Error>> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_file() {
            files.insert(path.to_string_lossy().into_owned(), std::fs::read(&path)?);
        }
    }
    Ok(())
}

/// The bytes of a text whose characters are bytes.
fn bytes(value: &Value) -> Vec<u8> {
    value.as_str().unwrap_or_default().chars().map(|own| own as u32 as u8).collect()
}

fn pairs(value: &Value) -> Vec<(Vec<u8>, Vec<u8>)> {
    value.as_array().into_iter().flatten().map(|own| (bytes(&own[0]), bytes(&own[1]))).collect()
}

fn headers(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<Header<'_>> {
    pairs.iter().map(|(name, value)| Header { name, value }).collect()
}

fn ask(set: &RuleSet, line: &Value, scratch: &mut Scratch) -> Result<Value, Box<dyn Error>> {
    let (method, target, body) = (bytes(&line["method"]), bytes(&line["target"]), bytes(&line["body"]));
    let own = pairs(&line["headers"]);
    let own = headers(&own);
    let mut request = Request::new("127.0.0.1".parse()?, &method, &target);
    request.version = line["version"].as_str().unwrap_or("HTTP/1.1");
    request.headers = &own;
    request.body = &body;
    request.body_size = body.len() as u64;
    let answer = pairs(&line["response"]["headers"]);
    let answer = headers(&answer);
    let answer_body = bytes(&line["response"]["body"]);
    let response = line["response"]["status"].as_u64().map(|status| Response {
        status: status as u16,
        protocol: "HTTP/1.1",
        headers: &answer,
        body: &answer_body,
    });
    let mut inspect = || match &response {
        None => set.inspect(&request, usize::MAX, scratch, &|_| false),
        Some(response) => set.inspect_both(&request, response, usize::MAX, scratch, &|_| false),
    };
    if let Some(repeat) = line["repeat"].as_u64() {
        let begin = Instant::now();
        for _ in 0..repeat {
            std::hint::black_box(inspect());
        }
        let time = begin.elapsed().as_nanos() as u64 / repeat.max(1);
        return Ok(json!({ "nanoseconds": time }));
    }
    let outcome = inspect();
    let defined = set.define(&request, response.as_ref(), usize::MAX, &|_| false);
    Ok(told(&outcome, outcome == defined))
}

fn told(outcome: &Outcome, is_as_defined: bool) -> Value {
    let fired = outcome.fired.iter().map(|own| {
        let evidence = own.evidence.iter().map(|found| {
            format!("{}:{} {}", found.variable.name(), found.name.escape_ascii(), found.matched().escape_ascii())
        });
        json!({ "id": own.id, "message": own.message, "evidence": evidence.collect::<Vec<_>>() })
    });
    json!({
        "ids": outcome.ids(),
        "fired": fired.collect::<Vec<_>>(),
        "as_defined": is_as_defined,
        "blocking": outcome.scores.blocking,
        "status": outcome.interruption.map(|own| own.status),
    })
}

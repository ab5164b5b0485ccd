//! How well the managed rule groups detect: requests with what they are on standard input, a table on standard output.
//!
//! A line of input is a request in JSON, as `bench/corpora.py` writes it. Every request goes through a web ACL with all groups
//! that need no lists, at their default actions: what is not allowed is detected.

mod request;
mod table;

use std::error::Error;
use std::io::{BufRead, Write};
use std::sync::Arc;
use std::time::Instant;

use ringwall_managed::{Catalogue, IpLists, Supplied, VENDOR};
use ringwall_waf::Compiled;
use ringwall_waf::document::Bundle;
use ringwall_waf::environment::{Abilities, Environment, OwnDetector};
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::request::Resource;
use ringwall_waf::verdict::Verdict;

use request::Sample;
use table::Table;

const USAGE: &str = "\
usage: ringwall-accuracy [--half A|B] [--wrong FILE] < REQUESTS
  --half A|B     only that half of all payloads, by a digest of each: rules are improved on A and reported on B
  --wrong FILE   write what was missed and what was blocked wrongly, with the rule, a line each";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mut half, mut wrong) = (None, None);
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] if name == "--half" && ["A", "B"].contains(&value.as_str()) => half = Some(value == "B"),
            [name, value] if name == "--wrong" => wrong = Some(std::io::BufWriter::new(std::fs::File::create(value)?)),
            _ => return Err(USAGE.into()),
        }
    }
    let compiled = all_groups()?;
    let counters = LocalCounters::default();
    let mut table = Table::default();
    for line in std::io::stdin().lock().lines() {
        let sample = Sample::read(&line?)?;
        if half.is_some_and(|half| half != sample.is_in_second_half()) {
            continue;
        }
        let began = Instant::now();
        let environment =
            Environment { geography: None, detector: &OwnDetector, counters: &counters, token_key: None, now: 0 };
        let verdict = sample.request(|request| compiled.inspect(request, Resource::LoadBalancer, environment));
        let took = began.elapsed();
        let is_blocked = verdict.action() != "ALLOW";
        table.add(&sample, is_blocked, took);
        if let Some(file) = wrong.as_mut().filter(|_| is_blocked != sample.is_attack) {
            let what = if sample.is_attack { "missed" } else { "blocked" };
            writeln!(file, "{what}\t{}\t{}\t{}\t{:?}", sample.corpus, sample.category, why(&verdict), sample.payload)?;
        }
    }
    if table.is_empty() {
        return Err("no request was tried".into());
    }
    table.print();
    Ok(())
}

/// The rules that ended groups, and what they found.
fn why(verdict: &Verdict) -> String {
    let ended = verdict.groups.iter().filter_map(|group| group.terminating.as_ref());
    let told = ended.map(|matched| {
        let found = matched.evidence.last().map(|own| String::from_utf8_lossy(own.matched()).into_owned());
        format!("{} {:?}", matched.rule, found.unwrap_or_default())
    });
    told.collect::<Vec<_>>().join(" ")
}

/// A web ACL with all groups that need no lists.
fn all_groups() -> Result<Compiled, Box<dyn Error>> {
    let abilities = Abilities { detection: true, ..Abilities::default() };
    let mut bundle = Bundle::new();
    let mut rules = Vec::new();
    let visibility = |name| serde_json::json!({"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": false, "MetricName": name});
    let groups = Catalogue::groups().iter().filter(|group| group.needed_lists().is_empty());
    bundle.set_managed(Arc::new(Supplied::new(IpLists::default(), abilities)));
    for (group, priority) in groups.zip(0..) {
        rules.push(serde_json::json!({
            "Name": group.name, "Priority": priority, "OverrideAction": {"None": {}},
            "Statement": {"ManagedRuleGroupStatement": {"VendorName": VENDOR, "Name": group.name}},
            "VisibilityConfig": visibility(group.name),
        }));
    }
    let document = serde_json::json!({
        "Name": "all", "Id": "0-0", "ARN": "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/all/0-0",
        "DefaultAction": {"Allow": {}}, "Rules": rules, "VisibilityConfig": visibility("all"),
    });
    Ok(Compiled::new(&bundle.read(document.to_string().as_bytes(), abilities)?))
}

//! `ringwall waf test`: what a web ACL does with requests that were written down, and whether that is what is expected.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Arg, ArgAction, ArgMatches, Command};
use ringwall_requests::expectation::{Difference, Expectations};
use ringwall_requests::tally::{Tally, deciding};
use ringwall_requests::{Format, Recorded};
use ringwall_waf::explanation::{Finding, Step};
use ringwall_waf::rate::{CounterId, Counters, Key};
use ringwall_waf::verdict::{Matched, Verdict};
use serde_json::{Value, json};

use super::document::{Tried, with_options};
use super::printing::{number, printable, share};
use super::request::{defaults, with_client};
use super::work::{Work, work};
use super::{reading, work};
use crate::command::{Entry, Failure, text};
use crate::output::{Style, line, table};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

/// The most differences and broken lines that are listed.
const MOST_LISTED: usize = 100;

fn define() -> Command {
    let command = Command::new("test")
        .about("Say what a web ACL does with requests from files and logs, and sum it up for every rule")
        .after_help(
            "Exit status: 0, or 1 where something is not as expected, or 2 if there is nothing to try.\n\
             Files are requests as they are sent (.http), HTTP archives (.har), access logs of nginx, Apache, Application Load \
             Balancers and CloudFront, and log records of AWS WAF; also packed with gzip.",
        );
    with_client(with_options(command))
        .arg(
            Arg::new("requests")
                .long("requests")
                .value_name("FILE|DIR")
                .action(ArgAction::Append)
                .required(true)
                .help("Where requests are written down"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(ringwall_requests::format::NAMES)
                .help("What the files are, where that cannot be told"),
        )
        .arg(Arg::new("expect").long("expect").value_name("FILE").help("What shall become of requests"))
        .arg(
            Arg::new("show").long("show").value_name("WHICH").value_parser(["all", "matched", "none"]).help(
                "Which requests are listed: of logs, without this, those that a rule matched; of other files all",
            ),
        )
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("Write JSON, a request in a line"))
}

/// What is listed of requests.
#[derive(Clone, Copy)]
struct Telling {
    all_of_logs: bool,
    all_of_files: bool,
    nothing: bool,
    is_json: bool,
    style: Style,
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let tried = Tried::read(matches)?;
    let mut expectations = expectations(matches)?;
    let show = matches.get_one::<String>("show").map(String::as_str);
    let telling = Telling {
        all_of_logs: show == Some("all"),
        all_of_files: show != Some("matched"),
        nothing: show == Some("none"),
        is_json: matches.get_flag("json"),
        style: Style::of_stdout(),
    };
    let places: Vec<String> = matches.get_many::<String>("requests").into_iter().flatten().cloned().collect();
    let own = Work {
        tried: &tried,
        files: reading::files(&places)?,
        format: Format::named(text(matches, "format")),
        defaults: defaults(matches)?,
        tell: &|request, verdict, by_hand| telling.tell(&tried, request, verdict, by_hand),
        compares: expectations.is_some(),
    };
    let mut sum = Tally::new(&tried.acl);
    let (mut differences, mut broken, mut named) = ((0_u64, Vec::<Difference>::new()), 0, Vec::new());
    let mut progress = Progress::new();
    work(&own, &mut |done: work::Done| {
        sum.merge(&done.tally);
        broken += done.broken;
        named.extend(done.named);
        named.truncate(5);
        if let Some(expectations) = &mut expectations {
            for (name, action, rules) in done.outcomes {
                note(&mut differences, expectations.check(&name, action, &rules));
            }
        }
        progress.tell(sum.requests);
        done.text.is_empty() || write!(std::io::stdout(), "{}", done.text).is_ok()
    })?;
    progress.end();
    if sum.requests == 0 {
        let reason = named.first().map(|own| format!(": {own}")).unwrap_or_default();
        return Err(format!("there is no request to try{reason}").into());
    }
    if let Some(expectations) = &expectations {
        expectations.missing().for_each(|own| note(&mut differences, Some(own)));
    }
    if telling.is_json {
        line(&summary(&tried, &sum, broken, expectations.as_ref().map(|_| differences.0)).to_string());
    } else {
        print(&tried, &sum, broken, &named, telling.style);
    }
    Ok(judge(expectations.is_some(), differences, telling))
}

fn note(differences: &mut (u64, Vec<Difference>), own: Option<Difference>) {
    differences.0 += u64::from(own.is_some());
    differences.1.extend(own.filter(|_| differences.1.len() < MOST_LISTED));
}

fn expectations(matches: &ArgMatches) -> Result<Option<Expectations>, Failure> {
    let Some(file) = matches.get_one::<String>("expect") else { return Ok(None) };
    let content = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let expectations = Expectations::read(&content).map_err(|error| format!("{file}: {error}"))?;
    if expectations.is_empty() {
        return Err(format!("{file}: expects nothing of any request").into());
    }
    Ok(Some(expectations))
}

/// Lists what is not as expected.
fn judge(compares: bool, (count, listed): (u64, Vec<Difference>), telling: Telling) -> ExitCode {
    if !compares {
        return ExitCode::SUCCESS;
    }
    if count == 0 {
        if !telling.is_json {
            line(&telling.style.good("all is as expected"));
        }
        return ExitCode::SUCCESS;
    }
    let mut out = std::io::stderr();
    listed.iter().for_each(|own| drop(writeln!(out, "{}", printable(own.to_string().as_bytes(), 2000))));
    let rest = count - listed.len() as u64;
    if rest > 0 {
        drop(writeln!(out, "and {} more", number(rest)));
    }
    drop(writeln!(out, "{} not as expected", number(count)));
    ExitCode::from(1)
}

impl Telling {
    fn tell(&self, tried: &Tried, request: &Recorded, verdict: &Verdict, by_hand: bool) -> Option<String> {
        let did_something = verdict.terminating.is_some() || !verdict.matched.is_empty() || !verdict.groups.is_empty();
        let is_wanted = did_something || if by_hand { self.all_of_files } else { self.all_of_logs };
        if self.nothing || !is_wanted {
            return None;
        }
        let found = found(tried, request, verdict);
        Some(if self.is_json { self.json(request, verdict, &found) } else { self.text(request, verdict, &found) })
    }

    fn text(&self, request: &Recorded, verdict: &Verdict, found: &[Found]) -> String {
        let action = match verdict.action() {
            "ALLOW" => self.style.good("ALLOW    "),
            other => self.style.bad(&format!("{other:<9}")),
        };
        let by = deciding(verdict).pop().unwrap_or_default();
        let target = format!("{} {}", printable(&request.method, 20), printable(&request.target, 160));
        let origin = self.style.faint(&format!("{} {by}", printable(request.origin.to_string().as_bytes(), 300)));
        let mut text = format!("{action} {target}  {origin}\n");
        for own in found {
            text.push_str(&format!("          {} {}{}\n", own.action, own.rule, own.told()));
        }
        text
    }

    fn json(&self, request: &Recorded, verdict: &Verdict, found: &[Found]) -> String {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let value = json!({
            "request": request.origin.to_string(),
            "file": *request.origin.file,
            "line": request.origin.line,
            "time": request.time,
            "client": request.client,
            "method": lossy(&request.method),
            "target": lossy(&request.target),
            "action": verdict.action(),
            "rule": deciding(verdict).pop(),
            "matched": found.iter().map(Found::json).collect::<Vec<Value>>(),
            "labels": verdict.labels.iter().collect::<Vec<&str>>(),
        });
        format!("{value}\n")
    }
}

/// What a rule that matched found, and after which transformations.
struct Found<'v> {
    rule: String,
    action: &'static str,
    matched: &'v Matched,
    transformations: Vec<&'static str>,
}

impl Found<'_> {
    fn told(&self) -> String {
        let Some(own) = self.matched.evidence.last() else { return String::new() };
        let name = own.name.as_deref().map(|name| format!(" {}", printable(name, 60))).unwrap_or_default();
        let after = match self.transformations.as_slice() {
            [] => String::new(),
            some => format!(" after {}", some.join(", ")),
        };
        format!(": found `{}` in {}{name}{after}", printable(own.matched(), 120), own.location)
    }

    fn json(&self) -> Value {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let evidence = self.matched.evidence.last().map(|own| {
            json!({
                "location": own.location, "name": own.name.as_deref().map(lossy), "found": lossy(own.matched()),
                "around": lossy(&own.text), "transformations": self.transformations,
            })
        });
        json!({ "rule": self.rule, "action": self.action, "overridden": self.matched.overridden, "evidence": evidence })
    }
}

/// The rules that matched, those of a group behind the rule that refers to it.
fn found<'v>(tried: &Tried, request: &Recorded, verdict: &'v Verdict) -> Vec<Found<'v>> {
    let mut matched: Vec<(String, &Matched)> = Vec::new();
    let is_group = |rule: &str| verdict.groups.iter().any(|group| group.rule == rule);
    let outer = verdict.matched.iter().chain(verdict.terminating.iter().map(|own| &own.matched));
    for group in &verdict.groups {
        let inner = group.matched.iter().chain(&group.terminating);
        matched.extend(inner.map(|own| (format!("{}/{}", group.rule, own.rule), own)));
    }
    matched.extend(outer.filter(|own| !is_group(&own.rule)).map(|own| (own.rule.clone(), own)));
    let steps =
        if matched.iter().any(|(_, own)| !own.evidence.is_empty()) { asked(tried, request) } else { Vec::new() };
    let own = |(rule, matched): (String, &'v Matched)| {
        let step = steps.iter().find(|step| match &step.within {
            Some(outer) => rule == format!("{outer}/{}", step.rule),
            None => rule == step.rule,
        });
        let transformations = step.and_then(|step| step.finding.as_ref()).and_then(deciding_steps).unwrap_or_default();
        Found { rule, action: matched.action, matched, transformations }
    };
    matched.into_iter().map(own).collect()
}

/// The transformations before the bytes that decided.
fn deciding_steps(finding: &Finding) -> Option<Vec<&'static str>> {
    let own = finding.values.iter().find(|own| own.matched.is_some());
    let own = own.map(|own| own.steps.iter().map(|(name, _)| *name).collect());
    own.or_else(|| finding.inner.iter().rev().find_map(deciding_steps))
}

/// The rules that were asked. Nothing is counted by that.
fn asked(tried: &Tried, request: &Recorded) -> Vec<Step> {
    let environment = tried.environment(&Uncounted, request.time);
    request.lend(|own| ringwall_waf::explain(&tried.acl, own, tried.resource, environment).1)
}

/// Counts nothing.
struct Uncounted;

impl Counters for Uncounted {
    fn count(&self, _: CounterId, _: &Key, _: u64, _: u64) -> u64 {
        0
    }

    fn over(&self, _: CounterId, _: u64, _: u64, _: u64) -> Vec<(Key, u64)> {
        Vec::new()
    }
}

fn summary(tried: &Tried, sum: &Tally, broken: u64, differences: Option<u64>) -> Value {
    let rules = sum.rules.iter().map(|own| {
        json!({
            "rule": own.path, "action": own.action, "matched": own.matched, "ended": own.ended, "counted": own.counted,
            "wouldBlock": own.would_block,
        })
    });
    json!({ "summary": {
        "webAcl": tried.acl.arn.text, "requests": sum.requests, "allowed": sum.allowed, "blocked": sum.blocked,
        "puzzled": sum.puzzled, "broken": broken, "differences": differences, "rules": rules.collect::<Vec<Value>>(),
    }})
}

fn print(tried: &Tried, sum: &Tally, broken: u64, named: &[String], style: Style) {
    line("");
    let head =
        ["rule", "action", "matched", "", "ended", "Count would block", ""].map(|own| style.strong(own)).to_vec();
    let mut rows = vec![head];
    for own in &sum.rules {
        let would = own.action == Some("COUNT") || own.counted > 0;
        rows.push(vec![
            own.path.clone(),
            own.action.unwrap_or("group").to_owned(),
            number(own.matched),
            share(own.matched, sum.requests),
            number(own.ended),
            if would { number(own.would_block) } else { String::new() },
            if would { share(own.would_block, sum.requests) } else { String::new() },
        ]);
    }
    table(&rows).iter().for_each(|row| {
        line(row.trim_end());
    });
    let part = |what: &str, count: u64| format!("{} {what} ({})", number(count), share(count, sum.requests));
    let puzzled =
        if sum.puzzled > 0 { format!(", {}", part("answered with a puzzle", sum.puzzled)) } else { String::new() };
    let (allowed, blocked) = (part("allowed", sum.allowed), part("blocked", sum.blocked));
    line("");
    let requests = if sum.requests == 1 { "request" } else { "requests" };
    line(&format!("{} {requests} to {}: {allowed}, {blocked}{puzzled}", number(sum.requests), tried.acl.arn.name));
    if broken > 0 {
        line(&style.bad(&format!("{} could not be read, such as", number(broken))));
        named.iter().for_each(|own| {
            line(&format!("  {}", printable(own.as_bytes(), 300)));
        });
    }
}

/// How far it is, on a terminal, if it takes long.
struct Progress {
    began: Instant,
    told: Instant,
    is_shown: bool,
}

impl Progress {
    fn new() -> Progress {
        Progress { began: Instant::now(), told: Instant::now(), is_shown: false }
    }

    fn tell(&mut self, requests: u64) {
        if self.told.elapsed() < Duration::from_secs(1) || !std::io::stderr().is_terminal() {
            return;
        }
        self.told = Instant::now();
        self.is_shown = true;
        let each = requests as f64 / self.began.elapsed().as_secs_f64();
        eprint!("\r{} requests, {} a second ", number(requests), number(each as u64));
    }

    fn end(&self) {
        if self.is_shown {
            eprint!("\r{:60}\r", "");
        }
    }
}

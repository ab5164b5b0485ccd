//! `ringwall waf why`: one request on its way through the rules: what each was asked, what it saw, and what it found.

use std::ops::Range;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use ringwall_requests::Recorded;
use ringwall_requests::tally::deciding;
use ringwall_waf::explanation::{Finding, Seen, Step};
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::record::{Record, Source};
use ringwall_waf::request::Resource;
use ringwall_waf::verdict::Verdict;
use serde_json::{Value, json};

use super::document::{Tried, with_options};
use super::printing::printable;
use super::request::{asked, with_request};
use crate::command::{Entry, Failure};
use crate::output::{Style, line};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

/// How much of a text is shown on each side of what was found, and at all, in bytes.
const AROUND: usize = 50;
const MOST: usize = 120;

/// How many values of a statement are shown that nothing was found in.
const MOST_VALUES: usize = 4;

fn define() -> Command {
    let command = Command::new("why")
        .about("Walk with one request through the rules: what each looked at, and what it found")
        .after_help("Exit status: 0 if the request passes, 1 if not.");
    with_request(with_options(command))
        .arg(
            Arg::new("record")
                .long("record")
                .action(ArgAction::SetTrue)
                .help("Write the log record that AWS would write"),
        )
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("Write JSON").conflicts_with("record"))
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let tried = Tried::read(matches)?;
    let request = asked(matches)?;
    let counters = LocalCounters::default();
    let environment = tried.environment(&counters, request.time);
    request.lend(|own| {
        let (verdict, steps) = ringwall_waf::explain(&tried.acl, own, tried.resource, environment);
        if matches.get_flag("record") {
            let source = Source {
                resource: tried.resource,
                id: source_id(tried.resource),
                request_id: "1-00000000-000000000000000000000000",
            };
            line(&Record::new(&tried.acl, own, source, &environment, &verdict).to_json());
        } else if matches.get_flag("json") {
            line(&told(&request, &verdict, &steps).to_string());
        } else {
            print(&tried, &request, &verdict, &steps);
        }
        Ok(ExitCode::from(u8::from(verdict.action() != "ALLOW")))
    })
}

/// A resource's name, as its kind has them in log records.
fn source_id(resource: Resource) -> &'static str {
    match resource {
        Resource::LoadBalancer => "111122223333-app/tried/0000000000000000",
        Resource::CloudFront => "E0000000000000",
        _ => "111122223333:tried",
    }
}

fn print(tried: &Tried, request: &Recorded, verdict: &Verdict, steps: &[Step]) {
    let style = Style::of_stdout();
    let action = verdict.action();
    let by = deciding(verdict).pop().unwrap_or_default();
    let action = if action == "ALLOW" { style.good(action) } else { style.bad(action) };
    let target = format!("{} {}", printable(&request.method, 20), printable(&request.target, MOST));
    line(&format!("{action} by {}: {target} from {}", style.strong(&by), request.client));
    for step in steps {
        line("");
        print_step(tried, step, style);
    }
    let is_asked = |name: &str| steps.iter().any(|step| step.within.as_deref().unwrap_or(&step.rule) == name);
    let left: Vec<&str> = tried.acl.rules.iter().map(|own| own.name.as_str()).filter(|own| !is_asked(own)).collect();
    line("");
    if verdict.terminating.is_none() {
        line(&format!("no rule ended it: the default action is {}", verdict.action()));
    } else if !left.is_empty() {
        line(&style.faint(&format!("not asked any more: {}", left.join(", "))));
    }
    if !verdict.oversize.is_empty() {
        let names: Vec<&str> = verdict.oversize.iter().map(|own| own.log_name()).collect();
        line(&format!("longer than what is inspected: {}", names.join(", ")));
    }
}

fn print_step(tried: &Tried, step: &Step, style: Style) {
    let rule = tried.acl.rules.iter().find(|own| own.name == *step.within.as_ref().unwrap_or(&step.rule));
    let refers =
        step.within.is_none() && rule.is_some_and(|own| matches!(own.kind, ringwall_waf::document::RuleKind::Group(_)));
    let name = match &step.within {
        Some(outer) => format!("{outer}/{}", step.rule),
        None => step.rule.clone(),
    };
    let said = match (step.holds, refers) {
        (true, true) => style.good("its group is asked"),
        (false, true) => style.faint("its group is not asked"),
        (true, false) => style.bad("match"),
        (false, false) => style.faint("no match"),
    };
    line(&format!("{}  {said}", style.strong(&name)));
    if let Some(rated) = &step.rated {
        line(&format!(
            "  counted {}, which is {}",
            rated.count,
            if rated.is_over { "over the limit" } else { "within the limit" }
        ));
    }
    if let Some(finding) = &step.finding {
        print_finding(finding, 1, style);
    }
    step.labels.iter().for_each(|label| {
        line(&format!("  label {label}"));
    });
}

fn print_finding(finding: &Finding, depth: usize, style: Style) {
    let indent = "  ".repeat(depth);
    let mark = if finding.holds { "+" } else { "-" };
    let place = if finding.location.is_empty() { String::new() } else { format!(" in {}", finding.location) };
    let wanted = printable(finding.wanted.as_bytes(), 300);
    line(&format!("{indent}{mark} {} {wanted}{}", finding.statement, style.faint(&place)));
    let (found, others): (Vec<&Seen>, Vec<&Seen>) = finding.values.iter().partition(|own| own.matched.is_some());
    if finding.values.is_empty() && !finding.location.is_empty() {
        line(&format!("{indent}    {}", style.faint("the request has nothing there")));
    }
    for own in found.iter().chain(others.iter().take(MOST_VALUES)) {
        print_seen(own, &indent, style);
    }
    if others.len() > MOST_VALUES {
        line(&format!("{indent}    {}", style.faint(&format!("and {} more values", others.len() - MOST_VALUES))));
    }
    finding.inner.iter().for_each(|own| print_finding(own, depth + 1, style));
}

/// A value as it was sent and after each transformation, with what was found underlined.
fn print_seen(seen: &Seen, indent: &str, style: Style) {
    let name = seen.name.as_deref().map(|name| printable(name, 40)).unwrap_or_default();
    let mut rows: Vec<(String, &[u8])> = vec![(if name.is_empty() { "sent".to_owned() } else { name }, &seen.sent)];
    rows.extend(seen.steps.iter().map(|(step, text)| ((*step).to_owned(), text.as_slice())));
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let last = rows.len() - 1;
    for (at, (name, text)) in rows.iter().enumerate() {
        let padding = " ".repeat(width - name.chars().count());
        let head = format!("{indent}    {}{padding}  ", style.faint(name));
        match (&seen.matched, at == last) {
            (Some(range), true) => {
                let (shown, before, length) = around(text, range);
                line(&format!("{head}{shown}"));
                let blanks = indent.len() + 4 + width + 2 + before;
                line(&format!("{}{}", " ".repeat(blanks), style.bad(&"^".repeat(length.max(1)))));
            }
            _ => {
                line(&format!("{head}{}", printable(text, MOST)));
            }
        }
    }
}

/// What was found with what stands around it; how many characters stand before it, and how many it has.
fn around(text: &[u8], range: &Range<usize>) -> (String, usize, usize) {
    let start = range.start.saturating_sub(AROUND);
    let (lead, tail) = (if start > 0 { "…" } else { "" }, printable(&text[range.end.min(text.len())..], AROUND));
    let before = format!("{lead}{}", printable(&text[start..range.start.min(text.len())], usize::MAX));
    let found = printable(text.get(range.clone()).unwrap_or_default(), MOST);
    let (places, length) = (before.chars().count(), found.chars().count());
    (format!("{before}{found}{tail}"), places, length)
}

fn told(request: &Recorded, verdict: &Verdict, steps: &[Step]) -> Value {
    let step = |own: &Step| {
        json!({
            "rule": own.rule, "within": own.within, "holds": own.holds, "labels": own.labels,
            "count": own.rated.as_ref().map(|own| own.count), "asked": own.finding.as_ref().map(finding),
        })
    };
    json!({
        "request": request.origin.to_string(), "action": verdict.action(), "rule": deciding(verdict).pop(),
        "labels": verdict.labels.iter().collect::<Vec<&str>>(), "rules": steps.iter().map(step).collect::<Vec<Value>>(),
    })
}

fn finding(own: &Finding) -> Value {
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let value = |own: &Seen| {
        let steps: Vec<Value> =
            own.steps.iter().map(|(name, text)| json!({ "transformation": name, "text": lossy(text) })).collect();
        let found = own.matched.as_ref().map(|range| lossy(own.text().get(range.clone()).unwrap_or_default()));
        json!({ "name": own.name.as_deref().map(lossy), "sent": lossy(&own.sent), "steps": steps, "found": found })
    };
    json!({
        "statement": own.statement, "wanted": own.wanted, "holds": own.holds, "location": own.location,
        "values": own.values.iter().map(value).collect::<Vec<Value>>(),
        "within": own.inner.iter().map(finding).collect::<Vec<Value>>(),
    })
}

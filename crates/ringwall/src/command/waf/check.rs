//! `ringwall waf check`: whether a web ACL can be enforced, and what its rules cost.

use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use ringwall_waf::document::{Rule, RuleKind};
use serde_json::{Value, json};

use super::document::{Tried, with_options};
use super::printing::number;
use crate::command::{Entry, Failure};
use crate::output::{Style, line, table};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    let command = Command::new("check")
        .about("Say whether a web ACL can be enforced, and what its rules cost in capacity units")
        .after_help(
            "Exit status: 0 if it can be enforced; 1 with --strict, if it says nothing about what is too long somewhere; 2 if \
             something is refused, which is told with its place.",
        );
    with_options(command)
        .arg(
            Arg::new("strict")
                .long("strict")
                .action(ArgAction::SetTrue)
                .help("Also where AWS only warns: rules that say nothing about what is too long to be inspected"),
        )
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("Write JSON"))
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let tried = Tried::read(matches)?;
    let acl = &tried.acl;
    let unstated: Vec<String> =
        acl.unstated_oversize.iter().map(|place| tried.document.place(&place.to_string())).collect();
    if matches.get_flag("json") {
        let rule = |own: &Rule| json!({ "name": own.name, "priority": own.priority, "kind": kind(own), "action": action(own), "capacity": own.capacity() });
        let rules: Vec<Value> = acl.rules.iter().map(rule).collect();
        line(
            &json!({ "webAcl": acl.arn.text, "capacity": acl.capacity, "rules": rules, "unstatedOversize": unstated })
                .to_string(),
        );
    } else {
        print(&tried, &unstated);
    }
    Ok(ExitCode::from(u8::from(matches.get_flag("strict") && !unstated.is_empty())))
}

fn print(tried: &Tried, unstated: &[String]) {
    let (acl, style) = (&tried.acl, Style::of_stdout());
    let mut rows = vec![["priority", "rule", "kind", "action", "units"].map(|own| style.strong(own)).to_vec()];
    for own in &acl.rules {
        rows.push(vec![
            own.priority.to_string(),
            own.name.clone(),
            kind(own).to_owned(),
            action(own).to_owned(),
            number(own.capacity()),
        ]);
    }
    table(&rows).iter().for_each(|row| {
        line(row);
    });
    line("");
    line(&style.good(&format!("{} can be enforced: {} of 5,000 units", acl.arn.name, number(acl.capacity))));
    if !unstated.is_empty() {
        line("these say nothing about what is too long to be inspected, of which AWS warns:");
        unstated.iter().for_each(|place| {
            line(&format!("  {place}"));
        });
    }
}

fn kind(rule: &Rule) -> &'static str {
    match &rule.kind {
        RuleKind::Statement(..) => "statement",
        RuleKind::Rate(..) => "rate",
        RuleKind::Group(own) if own.is_managed => "managed group",
        RuleKind::Group(_) => "group",
    }
}

fn action(rule: &Rule) -> &'static str {
    match &rule.kind {
        RuleKind::Statement(_, own) | RuleKind::Rate(_, own) => own.log_name(),
        RuleKind::Group(own) if own.only_counts => "overridden to COUNT",
        RuleKind::Group(_) => "the group's",
    }
}

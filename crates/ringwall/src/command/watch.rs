//! `ringwall watch`: verdicts as they fall.

use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::Value;

use super::{Entry, Failure, format, name_argument, output_argument, text};
use crate::client::{Lines, follow};
use crate::output::{Format, Style, line, note};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    Command::new("watch")
        .about("Follow what happens to packets: who, to whom, passed or dropped, by which layer and rule")
        .arg(name_argument())
        .arg(output_argument())
        .arg(Arg::new("dropped").long("dropped").action(ArgAction::SetTrue).help("Show only what is dropped"))
        .arg(
            Arg::new("packets")
                .long("packets")
                .action(ArgAction::SetTrue)
                .help("Show every packet, not only refused ones and the first of each flow"),
        )
        .arg(
            Arg::new("count")
                .long("count")
                .value_name("NUMBER")
                .value_parser(clap::value_parser!(u64))
                .help("End after so many lines"),
        )
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let style = Style::of_stdout();
    let (format, only_dropped) = (format(matches), matches.get_flag("dropped"));
    let mut left = matches.get_one::<u64>("count").copied();
    let path = if matches.get_flag("packets") { "/watch?packets" } else { "/watch" };
    let lines = Lines::open(text(matches, "name"), path)?;
    note("looking on; Ctrl-C ends");
    follow(lines, |report| {
        if only_dropped && report["verdict"] != "dropped" {
            return true;
        }
        let written = match format {
            Format::Json => line(&report.to_string()),
            Format::Text => line(&words(&report, style)),
        };
        if let Some(left) = &mut left {
            *left = left.saturating_sub(1);
        }
        written && left != Some(0)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn words(report: &Value, style: Style) -> String {
    let end = |address: &str, port: &str| {
        let address = report[address].as_str().unwrap_or("-");
        match report[port].as_u64() {
            Some(port) if address.contains(':') => format!("[{address}]:{port}"),
            Some(port) => format!("{address}:{port}"),
            None => address.to_owned(),
        }
    };
    let who = |name: &str| report[name].as_str().unwrap_or("internet").to_owned();
    let verdict = match report["verdict"].as_str().unwrap_or("-") {
        "dropped" => style.bad("dropped "),
        "passed" => style.good("passed  "),
        other => other.to_owned(),
    };
    let through = report["through"].as_str().map(|gateway| format!(" by {gateway}")).unwrap_or_default();
    let because = [report["layer"].as_str(), report["rule"].as_str(), report["text"].as_str()];
    let because: Vec<&str> = because.into_iter().flatten().collect();
    format!(
        "{verdict} {:6} {} > {}  {}",
        report["protocol"].as_str().unwrap_or("-"),
        end("source", "source_port"),
        end("destination", "destination_port"),
        style.faint(&format!("{} > {}{through}  {}", who("from"), who("to"), because.join(" · "))),
    )
}

//! `ringwall status`: what there is.

use std::process::ExitCode;

use clap::{ArgMatches, Command};
use serde_json::Value;

use super::{Entry, Failure, format, name_argument, output_argument, text};
use crate::client::ask;
use crate::output::{Format, Style, line, table};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    Command::new("status")
        .about("Show the daemon, what is enforced, the instances, and how many packets were refused")
        .arg(name_argument())
        .arg(output_argument())
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let status = ask(text(matches, "name"), "GET", "/status", None)?;
    let is_behind = !status["failure"].is_null();
    match format(matches) {
        Format::Json => {
            line(&status.to_string());
        }
        Format::Text => print(&status),
    }
    Ok(if is_behind { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(status: &Value) {
    let style = Style::of_stdout();
    let string = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let enforced = match status["failure"].as_str() {
        Some(failure) => {
            style.bad(&format!("revision {} of {}: {failure}", status["enforced_revision"], status["revision"]))
        }
        None => style.good(&format!("revision {}", status["enforced_revision"])),
    };
    let state = if status["state"].is_null() { "in memory".to_owned() } else { string(&status["state"]) };
    line(&format!(
        "{}  {}, process {}",
        style.strong(&string(&status["name"])),
        string(&status["endpoint"]),
        status["pid"]
    ));
    line(&format!("enforced  {enforced}"));
    line(&format!("state     {state}"));
    let instances = status["instances"].as_array().cloned().unwrap_or_default();
    if !instances.is_empty() {
        let mut rows = vec![
            ["INSTANCE", "NAME", "STATE", "INTERFACE", "ADDRESSES", "PUBLIC"].map(|head| style.faint(head)).to_vec(),
        ];
        for instance in &instances {
            rows.extend(instance_rows(instance, style));
        }
        line("");
        table(&rows).iter().for_each(|row| {
            line(row);
        });
    }
    let refused = status["refused"].as_object().cloned().unwrap_or_default();
    if !refused.is_empty() {
        line("");
        let mut rows = vec![["REFUSED", "PACKETS"].map(|head| style.faint(head)).to_vec()];
        rows.extend(refused.iter().map(|(reason, count)| vec![reason.clone(), count.to_string()]));
        table(&rows).iter().for_each(|row| {
            line(row);
        });
    }
}

fn instance_rows(instance: &Value, style: Style) -> Vec<Vec<String>> {
    let own = |name: &str| instance[name].as_str().unwrap_or("-").to_owned();
    let state = match own("state") {
        state if state == "running" => style.good(&state),
        state => style.faint(&state),
    };
    let interfaces = instance["interfaces"].as_array().cloned().unwrap_or_default();
    if interfaces.is_empty() {
        return vec![vec![own("id"), own("name"), state]];
    }
    let row = |(place, interface): (usize, &Value)| {
        let first = |text: String| if place == 0 { text } else { String::new() };
        let addresses = interface["addresses"].as_array().into_iter().flatten().filter_map(Value::as_str);
        vec![
            first(own("id")),
            first(own("name")),
            first(state.clone()),
            interface["id"].as_str().unwrap_or("-").to_owned(),
            addresses.collect::<Vec<_>>().join(" "),
            interface["public"].as_str().unwrap_or("-").to_owned(),
        ]
    };
    interfaces.iter().enumerate().map(row).collect()
}

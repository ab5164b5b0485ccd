//! `ringwall down`: leaves nothing behind but the state directory.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Arg, ArgAction, ArgMatches, Command};
use ringwall_fabric::{Name, Place, Process};
use serde_json::json;

use super::{Entry, Failure, format, name_argument, output_argument, text};
use crate::client::ask;
use crate::output::{Format, line};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    Command::new("down")
        .about("End the daemon and every instance, and take away links, namespaces, programs and tables")
        .arg(name_argument())
        .arg(output_argument())
        .arg(
            Arg::new("delete-state")
                .long("delete-state")
                .action(ArgAction::SetTrue)
                .help("Delete the daemon's state directory too: nothing of the network can be had back"),
        )
}

/// How long the daemon, and then instances, may take to end.
const GRACE: Duration = Duration::from_secs(5);

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name: Name = text(matches, "name").parse()?;
    let place = Place::new(name.clone());
    let state = end_daemon(&place)?;
    let removed = ringwall_fabric::down(&place, GRACE)?;
    let state = state.unwrap_or_else(|| PathBuf::from("/var/lib/ringwall").join(name.as_str()));
    let delete = matches.get_flag("delete-state") && state.exists();
    if delete {
        std::fs::remove_dir_all(&state)?;
    }
    match format(matches) {
        Format::Json => line(&json!({ "instances": removed.instances, "links": removed.links, "namespaces": removed.namespaces, "state_deleted": delete }).to_string()),
        Format::Text => {
            let kept = if !delete && state.exists() { format!("; state is kept in {}", state.display()) } else { String::new() };
            line(&format!(
                "Ringwall `{}` is down: {} instances, {} links, {} namespaces{kept}",
                name.as_str(),
                removed.instances.len(),
                removed.links,
                removed.namespaces.len()
            ))
        }
    };
    Ok(ExitCode::SUCCESS)
}

/// Ends the daemon, if one runs; returns where it keeps its state.
fn end_daemon(place: &Place) -> Result<Option<PathBuf>, Failure> {
    let Ok(status) = ask(place.name().as_str(), "GET", "/status", None) else { return Ok(None) };
    let state = status["state"].as_str().map(PathBuf::from);
    let pid =
        status["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok()).ok_or("the daemon does not say its process")?;
    if let Some(process) = Process::of(pid)? {
        process.end(Instant::now() + GRACE)?;
    }
    Ok(state)
}

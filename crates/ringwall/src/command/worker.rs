//! `ringwall worker`: what the daemon starts by itself, beside itself.

use std::os::fd::AsFd;
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use ringwalld::endpoints::WORKER as ENDPOINTS;
use ringwalld::services::WORKER as SERVICES;

use super::{Entry, Failure, text};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    Command::new("worker")
        .about("Serve beside the control plane; the daemon starts this by itself")
        .hide(true)
        .arg(Arg::new("kind").required(true).value_name("KIND").value_parser([SERVICES, ENDPOINTS]))
        .arg(Arg::new("record").required(true).value_name("FILE").help("Where the process writes itself down"))
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    ringwall_fabric::record_worker(Path::new(text(matches, "record")))?;
    let listener = std::io::stdin().as_fd().try_clone_to_owned()?;
    match text(matches, "kind") {
        ENDPOINTS => ringwall_front::worker::run(listener)?,
        _ => ringwall_services::worker::run(listener)?,
    }
    Ok(ExitCode::SUCCESS)
}

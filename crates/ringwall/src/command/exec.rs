//! `ringwall exec` and `ringwall shell`: inside an instance, or in the internet. Both work without a daemon.

use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use ringwall_fabric::instance::OWN_DIRECTORIES;
use ringwall_fabric::{ExecCommand, ExecError, Name, Place, Process, exec_in, exec_in_namespace};
use serde_json::Value;

use super::{Entry, Failure, name_argument, text};
use crate::client::ask;

/// `exec`
pub const EXEC: Entry = Entry { define: define_exec, run: run_exec };
/// `shell`
pub const SHELL: Entry = Entry { define: define_shell, run: run_shell };

const WHERE: &str = "An instance by id or Name tag, or `internet`";

fn define_exec() -> Command {
    Command::new("exec")
        .about("Run a command inside an instance, or in the internet")
        .arg(name_argument())
        .arg(Arg::new("where").value_name("WHERE").required(true).help(WHERE))
        .arg(
            Arg::new("command")
                .value_name("COMMAND")
                .required(true)
                .num_args(1..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .help("The command and its arguments"),
        )
}

fn define_shell() -> Command {
    Command::new("shell")
        .about("Open a shell inside an instance, or in the internet")
        .arg(name_argument())
        .arg(Arg::new("where").value_name("WHERE").required(true).help(WHERE))
}

fn run_exec(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let mut words = matches.get_many::<String>("command").into_iter().flatten();
    let program = words.next().cloned().unwrap_or_default();
    let command = ExecCommand::new(program, words);
    run(text(matches, "name"), text(matches, "where"), &command, false)
}

fn run_shell(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let shell = std::env::var("SHELL").unwrap_or_else(|_| "/bin/sh".to_owned());
    run(text(matches, "name"), text(matches, "where"), &ExecCommand::new(shell, [] as [&str; 0]), true)
}

fn run(name: &str, place: &str, command: &ExecCommand, terminal: bool) -> Result<ExitCode, Failure> {
    let name: Name = name.parse()?;
    let network = Place::new(name.clone());
    let code = if place == "internet" {
        exec_in_namespace(&network.internet_namespace(), command)?
    } else {
        exec_in(find(&network, name.as_str(), place)?, command, terminal).map_err(explained)?
    };
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// A program that is there for whoever asks, and not for the instance.
fn explained(error: ExecError) -> Failure {
    if let ExecError::Run { program, source } = &error
        && source.kind() == std::io::ErrorKind::NotFound
        && let Some((own, _)) = OWN_DIRECTORIES.iter().find(|(own, _)| Path::new(program).starts_with(own))
        && Path::new(program).exists()
    {
        let program = Path::new(program).display();
        return format!(
            "`{program}` is not seen in the instance, which has a `{own}` of its own; put it where both see it, as in /usr/local"
        )
        .into();
    }
    error.into()
}

/// The instance's first process. Ids are found without a daemon, names need one to look them up.
pub fn find(network: &Place, name: &str, wanted: &str) -> Result<Process, Failure> {
    let running = ringwall_fabric::instance::running(network)?;
    let by_id = |id: &str| running.iter().find(|(own, _)| own == id).map(|(_, process)| *process);
    if let Some(process) = by_id(wanted) {
        return Ok(process);
    }
    if wanted.starts_with("i-") {
        return Err(format!("no instance `{wanted}` runs in Ringwall `{name}`").into());
    }
    let status = ask(name, "GET", "/status", None)?;
    let named = status["instances"].as_array().into_iter().flatten().filter(|instance| instance["name"] == wanted);
    let found: Vec<Process> = named.filter_map(|instance| by_id(instance["id"].as_str()?)).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            Err(format!("no instance of the name `{wanted}` runs in Ringwall `{name}`; `ringwall status` lists them")
                .into())
        }
        _ => Err(format!("`{wanted}` is the name of several instances; say which by its id").into()),
    }
}

/// The process of an instance that the daemon names in a document.
pub fn process_of(network: &Place, document: &Value) -> Result<Process, Failure> {
    let id = document["instance"].as_str().ok_or("the interface belongs to no instance that runs")?;
    find(network, network.name().as_str(), id)
}

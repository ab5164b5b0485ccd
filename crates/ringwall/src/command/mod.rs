//! The commands, one a file.

mod ca;
mod completions;
mod down;
mod exec;
mod explain;
mod flows;
mod man;
mod serve;
mod status;
mod waf;
mod watch;
mod worker;

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::output::Format;

/// Why a command failed, as it is told.
pub type Failure = Box<dyn std::error::Error>;

/// A command: what it takes, and what it does.
pub struct Entry {
    /// its name, options and help
    pub define: fn() -> Command,
    /// what it does; the code that the program ends with
    pub run: fn(&ArgMatches) -> Result<ExitCode, Failure>,
}

const COMMANDS: &[Entry] = &[
    serve::ENTRY,
    status::ENTRY,
    explain::ENTRY,
    watch::ENTRY,
    flows::ENTRY,
    waf::ENTRY,
    exec::EXEC,
    exec::SHELL,
    ca::ENTRY,
    down::ENTRY,
    completions::ENTRY,
    man::ENTRY,
    worker::ENTRY,
];

/// The program as a whole.
pub fn program() -> Command {
    Command::new("ringwall")
        .version(env!("CARGO_PKG_VERSION"))
        .about("An AWS-compatible network on this host that really filters")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(|entry| (entry.define)()))
}

/// Runs the command that is asked for.
pub fn run() -> ExitCode {
    let matches = program().get_matches();
    let Some((name, own)) = matches.subcommand() else { return ExitCode::from(2) };
    let Some(entry) = COMMANDS.iter().find(|entry| (entry.define)().get_name() == name) else {
        return ExitCode::from(2);
    };
    match (entry.run)(own) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("ringwall: {}", ringwalld::node::chain(&*failure));
            ExitCode::from(2)
        }
    }
}

/// `--name`
fn name_argument() -> Arg {
    Arg::new("name")
        .long("name")
        .value_name("NAME")
        .default_value("default")
        .help("Which Ringwall: several of different names live side by side")
}

/// `--output`
fn output_argument() -> Arg {
    Arg::new("output")
        .long("output")
        .value_name("FORMAT")
        .value_parser(["text", "json"])
        .default_value("text")
        .help("How results are written")
}

fn text<'m>(matches: &'m ArgMatches, name: &str) -> &'m str {
    matches.get_one::<String>(name).map(String::as_str).unwrap_or_default()
}

fn format(matches: &ArgMatches) -> Format {
    if text(matches, "output") == "json" { Format::Json } else { Format::Text }
}

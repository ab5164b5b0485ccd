//! `ringwall completions`: for shells.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use clap_complete::Shell;

use super::{Entry, Failure, program};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    Command::new("completions")
        .about("Write completions for a shell to standard output")
        .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(clap::value_parser!(Shell)))
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    if let Some(shell) = matches.get_one::<Shell>("shell") {
        clap_complete::generate(*shell, &mut program(), "ringwall", &mut std::io::stdout());
    }
    Ok(ExitCode::SUCCESS)
}

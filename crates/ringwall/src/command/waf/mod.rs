//! `ringwall waf`: web ACLs without a network: what they say of requests that were written down, and why.

mod check;
pub(super) mod document;
mod printing;
mod reading;
mod request;
mod test;
mod why;
mod work;

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::{Entry, Failure};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

const COMMANDS: &[Entry] = &[test::ENTRY, why::ENTRY, check::ENTRY];

fn define() -> Command {
    Command::new("waf")
        .about("Try web ACLs on requests: AWS's JSON, CloudFormation templates and Terraform")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(|entry| (entry.define)()))
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let (name, own) = matches.subcommand().ok_or("one of test, why and check is expected")?;
    let entry = COMMANDS.iter().find(|entry| (entry.define)().get_name() == name);
    entry.map_or_else(|| Err("there is no such command".into()), |entry| (entry.run)(own))
}

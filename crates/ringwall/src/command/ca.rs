//! `ringwall ca`: the certificate that clients of endpoints are to trust.

use std::process::ExitCode;

use clap::{ArgMatches, Command};
use ringwalld::endpoints::CERTIFICATE;
use ringwalld::options::run_directory;

use super::{Entry, Failure, name_argument, text};
use crate::output::line;

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    Command::new("ca")
        .about("Print the certificate of the authority that signs for endpoints and services, for AWS_CA_BUNDLE")
        .arg(name_argument())
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let path = run_directory(text(matches, "name")).join(CERTIFICATE);
    let certificate = std::fs::read_to_string(&path)
        .map_err(|error| format!("there is no authority in `{}`: {error}; does this Ringwall run?", path.display()))?;
    line(certificate.trim_end());
    Ok(ExitCode::SUCCESS)
}

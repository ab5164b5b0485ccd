//! `ringwall man`: manual pages.

use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use super::{Entry, Failure, program, text};
use crate::output::line;

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    Command::new("man")
        .about("Write a manual page for each command to a directory")
        .arg(Arg::new("directory").value_name("DIR").required(true))
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let directory = Path::new(text(matches, "directory"));
    std::fs::create_dir_all(directory)?;
    let mut program = program();
    program.build();
    let mut pages = vec![(program.get_name().to_owned(), program.clone())];
    for own in program.get_subcommands().filter(|own| own.get_name() != "help") {
        let name = format!("ringwall-{}", own.get_name());
        pages.push((name.clone(), own.clone().name(Box::leak(name.into_boxed_str()) as &str)));
    }
    for (name, command) in pages {
        let path = directory.join(format!("{name}.1"));
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        std::fs::write(&path, page)?;
        line(&path.display().to_string());
    }
    Ok(ExitCode::SUCCESS)
}

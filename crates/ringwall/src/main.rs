//! `ringwall`: the daemon, its workers and the commands around it, in one program.

mod client;
mod command;
mod output;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    // What the program starts by itself comes first: it needs no options and as little memory as possible.
    match (arguments.next().as_deref().and_then(|first| first.to_str()), arguments.next()) {
        (Some(ringwall_fabric::instance::INSTANCE_INIT), Some(plan)) => {
            ringwall_fabric::instance_init(Path::new(&plan));
        }
        (Some(ringwalld::plane::LOADER), None) => {
            return match ringwalld::plane::load_and_pin() {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("{}", ringwalld::node::chain(&error));
                    ExitCode::FAILURE
                }
            };
        }
        _ => {}
    }
    command::run()
}

//! Every chore of the project behind one door: `cargo xtask <chore>`.

mod accuracy;
mod check;
mod codegen;
mod demo;
mod fuzz;
mod layers;
mod parity;
mod requirements;
mod setup;
mod shell;
mod test;
mod tidy;

use std::path::PathBuf;

use anyhow::{Result, bail};

const CHORES: &str = "\
  setup               install what building, tests and the demo need, by the system's package manager and pip
  demo                build a three-tier network with the AWS CLI and send packets through it
  codegen [--check]   write generated files, or check that they are what they should be
  check               formatting, clippy, tidiness, layers, parity, requirements, generated files
  test [KIND]         check, then all tests; or one kind of them: unit, compare, clients
  compare ENGINE N    compare an engine (tables, c-host, c-kernel, live) with the specification on N packets
  fuzz [TARGET] [S]   give a reader of foreign bytes, or all of them, S seconds of bytes that look for trouble
  bench [--help]      Ringwall beside its peers in one run: packets, connections, API calls, start, memory
  bench waf           web ACLs and the Core Rule Set beside ModSecurity
  bench waf-accuracy [--corpus DIR]
                      how much of public corpora the WAF's managed groups block, and how much that is harmless
  requirements        check that whatever is cited by id is written in docs/requirements, and list where it is cited
  requirements --from DIR
                      write docs/requirements again from a directory of reference files
  layers | parity | tidy
                      one check alone";

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["setup"] => setup::run(),
        ["demo"] => demo::run(),
        ["codegen", rest @ ..] => codegen::run(rest.contains(&"--check")),
        ["check"] => check::run(),
        ["test", rest @ ..] => test::run(rest),
        ["compare", rest @ ..] => test::compare(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["bench", "waf-accuracy", rest @ ..] => accuracy::run(rest),
        ["bench", rest @ ..] => test::bench(rest),
        ["requirements"] => requirements::list(),
        ["requirements", "--from", directory] => requirements::refresh(std::path::Path::new(directory)),
        ["layers"] => layers::run(),
        ["parity"] => parity::run(),
        ["tidy"] => tidy::run(),
        _ => bail!("expected a chore:\n{CHORES}"),
    }
}

/// The root of the working tree.
fn root() -> PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root").to_owned()
}

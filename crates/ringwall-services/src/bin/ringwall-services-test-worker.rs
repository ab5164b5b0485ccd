//! A worker that is nothing else, for the tests.

use std::os::fd::AsFd;

fn main() {
    let listener = std::io::stdin().as_fd().try_clone_to_owned().expect("what to listen on");
    if let Err(error) = ringwall_services::worker::run(listener) {
        eprintln!("{error}: {:?}", std::error::Error::source(&error));
        std::process::exit(1);
    }
}

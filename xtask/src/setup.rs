//! What a fresh Debian or Ubuntu machine lacks.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::shell;

/// What is needed: a program or file that shows that it is there, and the package that brings it.
const PACKAGES: &[(&str, &str)] = &[
    ("cc", "build-essential"),
    ("clang", "clang"),
    ("curl", "curl"),
    ("openssl", "openssl"),
    ("python3", "python3"),
    ("ip", "iproute2"),
    ("ps", "procps"),
    ("ping", "iputils-ping"),
    ("iperf3", "iperf3"),
    ("nft", "nftables"),
    ("/usr/share/modsecurity-crs/owasp-crs.load", "modsecurity-crs"),
];

/// The clients that tests and the demo use, as pip names them.
const CLIENTS: &[&str] = &["awscli", "boto3", "libmodsecurity", "moto[server]", "pytest"];

/// Installs what is missing.
pub fn run() -> Result<()> {
    let mut missing: Vec<&str> =
        PACKAGES.iter().filter(|(shows, _)| !is_there(shows)).map(|(_, package)| *package).collect();
    if postgres().is_none() {
        missing.push("postgresql");
    }
    if !python_has("ensurepip") {
        missing.push("python3-venv");
    }
    if !missing.is_empty() {
        println!("installing {}", missing.join(" "));
        if !shell::has("apt-get") {
            bail!("this machine has no apt-get; install by hand: {}", missing.join(" "));
        }
        let quiet = [("DEBIAN_FRONTEND", "noninteractive")];
        shell::run_with("apt-get", &["update", "-qq"], &quiet)?;
        let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
        arguments.extend(missing);
        shell::run_with("apt-get", &arguments, &quiet)?;
    }
    clients()
}

/// Whether a program, or a file by its whole name, is there.
fn is_there(shows: &str) -> bool {
    if shows.starts_with('/') { PathBuf::from(shows).is_file() } else { shell::has(shows) }
}

/// The directory of a PostgreSQL server's programs, if one is installed.
pub fn postgres() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop()
}

fn python_has(module: &str) -> bool {
    shell::output("python3", &["-c", &format!("import {module}")]).is_ok()
}

/// What instances have of their own, as `ringwall_fabric::instance::OWN_DIRECTORIES` says: nothing of the host's is seen there.
const OWN: [&str; 2] = ["/tmp", "/run"];

/// Where the clients are: a virtual environment in the target directory, or where instances see it if they do not see that.
pub fn clients_directory() -> PathBuf {
    let root = crate::root();
    if OWN.iter().any(|own| root.starts_with(own)) {
        return PathBuf::from("/var/cache/ringwall/clients");
    }
    root.join("target/clients")
}

/// Installs the clients, unless they are there.
pub fn clients() -> Result<()> {
    let directory = clients_directory();
    let done = directory.join("installed");
    let wanted = CLIENTS.join("\n");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("installing {} into {}", CLIENTS.join(", "), directory.display());
    let text = directory.to_string_lossy().into_owned();
    shell::run("python3", &["-m", "venv", &text])?;
    let pip = directory.join("bin/pip").to_string_lossy().into_owned();
    let mut arguments = vec!["install", "--quiet", "--disable-pip-version-check"];
    arguments.extend(CLIENTS);
    shell::run(&pip, &arguments)?;
    std::fs::write(done, wanted)?;
    Ok(())
}

/// The environment in which the clients are found first.
pub fn path_with_clients() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}", clients_directory().join("bin").display())
}

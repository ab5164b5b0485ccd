//! Builds the C gates as a process of their own, under the sanitizers.

use std::path::PathBuf;
use std::process::Command;

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../bpf");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("set by cargo")).join("gates");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-env-changed=CC");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let status = Command::new(&compiler)
        .args([
            "-std=gnu11",
            "-g",
            "-O1",
            "-DRINGWALL_HOST",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all",
        ])
        .args(["-Wall", "-Wextra", "-Wno-unknown-pragmas", "-Wno-unused-function", "-Wno-pragmas"])
        .arg(root.join("host/main.c"))
        .arg(root.join("host/helpers.c"))
        .arg("-o")
        .arg(&out)
        .status();
    match status {
        Ok(status) if status.success() => println!("cargo::rustc-env=RINGWALL_GATES={}", out.display()),
        Ok(status) => panic!("`{compiler}` did not compile the gates for the host: {status}"),
        Err(error) => panic!("`{compiler}` is needed to compile the gates for the host: {error}"),
    }
}

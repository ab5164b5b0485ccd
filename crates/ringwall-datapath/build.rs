//! Compiles the kernel program with clang.

use std::path::PathBuf;
use std::process::Command;

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../bpf");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("set by cargo")).join("journey.o");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-env-changed=CLANG");
    let clang = std::env::var("CLANG").unwrap_or_else(|_| "clang".to_owned());
    let status = Command::new(&clang)
        .args(["-g", "-O2", "-target", "bpf", "-mcpu=v3", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-c"])
        .arg(root.join("journey.bpf.c"))
        .arg("-o")
        .arg(&out)
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => panic!("`{clang}` did not compile the kernel program: {status}"),
        Err(error) => panic!(
            "`{clang}` is needed to compile the kernel program ({error}); install it with `apt-get install clang`"
        ),
    }
}

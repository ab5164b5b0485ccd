//! Everything that can be said without running the code.

use anyhow::Result;

use crate::{codegen, layers, parity, requirements, shell, tidy};

/// Checks formatting, lints, tidiness, layers, parity, requirements and generated files.
pub fn run() -> Result<()> {
    let cargo = shell::cargo();
    shell::run(&cargo, &["fmt", "--all", "--check"])?;
    tidy::run()?;
    layers::run()?;
    parity::run()?;
    requirements::check()?;
    codegen::run(true)?;
    shell::run(&cargo, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

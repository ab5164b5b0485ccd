//! Everything that can be said without running the code.

use anyhow::Result;

use crate::{codegen, layers, requirements, shell, tidy};

/// Checks formatting, lints, tidiness, layers, requirements and generated files.
pub fn run() -> Result<()> {
    let cargo = shell::cargo();
    shell::run(&cargo, &["fmt", "--all", "--check"])?;
    tidy::run()?;
    layers::run()?;
    requirements::check()?;
    codegen::run(true)?;
    shell::run(&cargo, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

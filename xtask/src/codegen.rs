//! Files that follow from others, and the check that they still do.

use std::fs;

use anyhow::{Context, Result, bail};
use ringwall_model::gate::Reason;

/// Writes the generated files, or with `check` says which of them are not what they should be.
pub fn run(check: bool) -> Result<()> {
    let reasons: Vec<(String, u8)> = Reason::ALL.iter().map(|reason| (format!("{reason:?}"), *reason as u8)).collect();
    let files = [("bpf/abi.gen.h", ringwall_abi::header(&reasons))];
    for (name, text) in files {
        let path = crate::root().join(name);
        let current = fs::read_to_string(&path).unwrap_or_default();
        if current == text {
            continue;
        }
        if check {
            bail!("`{name}` is not what its sources say; run `cargo xtask codegen`");
        }
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
        println!("wrote {name}");
    }
    Ok(())
}

//! Every chore of the project behind one door: `cargo xtask <chore>`.

mod codegen;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["codegen", rest @ ..] => codegen::run(rest.contains(&"--check")),
        _ => bail!("unknown chore; there are: codegen [--check]"),
    }
}

/// The root of the working tree.
fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root").to_owned()
}

//! The demo's own Ringwall: started, and taken down however the demo ends.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use super::remains::Remains;

/// What waits beside the demo: as soon as the demo is gone without having said that all is in order, be it by Ctrl-C, a
/// panic or a kill, the network is taken down.
const WATCHMAN: &str = r#"
trap "" INT TERM HUP
read -r word
[ "$word" = done ] && exit
echo
exec "$0" down --name "$1"
"#;

/// A Ringwall that runs.
pub struct Ringwall {
    program: PathBuf,
    /// its name
    pub name: String,
    /// where it answers
    pub endpoint: String,
    process: Child,
    watchman: Child,
}

impl Ringwall {
    /// Starts one with a name of its own, on a free port, with its state in memory.
    pub fn start() -> Result<Ringwall> {
        let program = crate::root().join("target/release/ringwall");
        let name = format!("demo-{}", std::process::id());
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = directory()?.join("ringwall.log");
        let watchman = Command::new("sh")
            .args(["-c", WATCHMAN])
            .arg(&program)
            .arg(&name)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("start `sh`")?;
        let process = Command::new(&program)
            .args(["serve", "--ephemeral", "--name", &name, "--listen", &format!("127.0.0.1:{port}")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .process_group(0)
            .spawn()
            .with_context(|| format!("start `{}`", program.display()))?;
        let endpoint = format!("http://127.0.0.1:{port}");
        let mut ringwall = Ringwall { program, name, endpoint, process, watchman };
        ringwall.wait_until_it_answers(&log)?;
        Ok(ringwall)
    }

    fn wait_until_it_answers(&mut self, log: &PathBuf) -> Result<()> {
        let mut said = String::new();
        if let Some(output) = self.process.stdout.take() {
            BufReader::new(output).read_line(&mut said)?;
        }
        if said.is_empty() {
            bail!("Ringwall does not start: {}", fs::read_to_string(log).unwrap_or_default().trim());
        }
        Ok(())
    }

    /// A `ringwall` command about this one.
    pub fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args([verb, "--name", &self.name]).stdin(Stdio::null());
        command
    }

    /// A command inside an instance, or in the internet.
    pub fn exec(&self, place: &str, words: &[&str]) -> Command {
        let mut command = self.command("exec");
        command.args([place, "--"]).args(words);
        command
    }

    /// Takes it down, and says what it left behind: nothing, that is.
    pub fn down(mut self) -> Result<(String, Vec<String>)> {
        let remains = Remains::watch(&self.name);
        let output = self.command("down").output().context("start `ringwall down`")?;
        let said = String::from_utf8_lossy(if output.status.success() { &output.stdout } else { &output.stderr });
        let said = said.trim().to_owned();
        if !output.status.success() {
            bail!("`ringwall down` failed: {said}");
        }
        self.process.wait()?;
        self.dismiss();
        Ok((said, remains.left()))
    }

    /// Tells the watchman that there is nothing to watch any more.
    fn dismiss(&mut self) {
        if let Some(mut ear) = self.watchman.stdin.take() {
            let _ = ear.write_all(b"done\n");
        }
        let _ = self.watchman.wait();
    }
}

impl Drop for Ringwall {
    /// Without a word, the watchman does its work; waiting for it shows the prompt when all is gone.
    fn drop(&mut self) {
        drop(self.watchman.stdin.take());
        let _ = self.watchman.wait();
        let _ = self.process.wait();
    }
}

/// Where the demo writes what it needs.
pub fn directory() -> Result<PathBuf> {
    let directory = crate::root().join("target/demo");
    fs::create_dir_all(&directory).with_context(|| format!("create {}", directory.display()))?;
    Ok(directory)
}

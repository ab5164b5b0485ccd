//! The demo's own Ringwall: started, and taken down however the demo ends.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// What waits beside the demo: as soon as the demo is gone without having said that all is in order, be it by Ctrl-C, a
/// panic or a kill, the network is taken down.
const WATCHMAN: &str =
    r#"trap "" INT TERM HUP; read -r word; [ "$word" = done ] || exec "$0" down --name "$1" >/dev/null 2>&1"#;

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
        let namespaces = self.namespaces();
        let output = self.command("down").output().context("start `ringwall down`")?;
        let said = String::from_utf8_lossy(if output.status.success() { &output.stdout } else { &output.stderr });
        let said = said.trim().to_owned();
        if !output.status.success() {
            bail!("`ringwall down` failed: {said}");
        }
        self.process.wait()?;
        self.dismiss();
        Ok((said, self.left(&namespaces)))
    }

    fn run_directory(&self) -> PathBuf {
        PathBuf::from("/run/ringwall").join(&self.name)
    }

    /// The network namespaces of the network, by their inodes: its own and those of instances.
    fn namespaces(&self) -> Vec<String> {
        let output = self.command("status").args(["--output", "json"]).output();
        let status: serde_json::Value =
            output.ok().and_then(|output| serde_json::from_slice(&output.stdout).ok()).unwrap_or_default();
        let instances = status["instances"].as_array().cloned().unwrap_or_default();
        let of_instance = |instance: &serde_json::Value| {
            let path = self.run_directory().join("instances").join(format!("{}.json", instance["id"].as_str()?));
            let record: serde_json::Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
            let link = fs::read_link(format!("/proc/{}/ns/net", record["process"]["pid"])).ok()?;
            Some(link.to_string_lossy().into_owned())
        };
        let mut found: Vec<String> = instances.iter().filter_map(of_instance).collect();
        let below = format!("{}/", self.run_directory().display());
        let kept = mounts().into_iter().filter(|line| line.contains(&below));
        found.extend(kept.filter_map(|line| Some(line.split(' ').nth(3)?.to_owned())).filter(|root| is_network(root)));
        found
    }

    /// What is left on the host: the run directory with the program's pins and the namespaces in it, mounts, and
    /// processes in one of the namespaces. Links are in those namespaces, and end with them.
    fn left(&self, namespaces: &[String]) -> Vec<String> {
        let directory = self.run_directory();
        let mut left = Vec::new();
        if directory.exists() {
            left.push(format!("the directory {}", directory.display()));
        }
        let below = format!("{}/", directory.display());
        let is_ours = |line: &&String| line.contains(&below) || namespaces.iter().any(|own| line.contains(own));
        left.extend(mounts().iter().filter(is_ours).map(|line| format!("the mount {line}")));
        for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let path = process.path();
            let Ok(namespace) = fs::read_link(path.join("ns/net")) else { continue };
            if namespaces.iter().any(|own| *own == namespace.to_string_lossy()) {
                left.push(format!("the process {}", process.file_name().to_string_lossy()));
            }
        }
        left
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

fn is_network(root: &str) -> bool {
    root.starts_with("net:[")
}

fn mounts() -> Vec<String> {
    fs::read_to_string("/proc/self/mountinfo").unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Where the demo writes what it needs.
pub fn directory() -> Result<PathBuf> {
    let directory = crate::root().join("target/demo");
    fs::create_dir_all(&directory).with_context(|| format!("create {}", directory.display()))?;
    Ok(directory)
}

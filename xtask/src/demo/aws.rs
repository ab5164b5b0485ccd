//! The unmodified AWS CLI, which makes everything.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::crowd;
use super::screen::Screen;
use crate::setup;

/// How many calls are made at once; each costs the start of a Python.
const HANDS: usize = 4;

/// The CLI, pointed at a Ringwall.
pub struct Aws<'s> {
    endpoint: String,
    directory: PathBuf,
    screen: &'s Screen,
    calls: AtomicUsize,
}

impl<'s> Aws<'s> {
    /// The CLI for that endpoint, which finds files in that directory.
    pub fn new(endpoint: String, directory: PathBuf, screen: &'s Screen) -> Aws<'s> {
        Aws { endpoint, directory, screen, calls: AtomicUsize::new(0) }
    }

    /// How many calls were made.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// One call of EC2: the words of a command line, divided at blanks.
    pub fn ec2(&self, words: &str) -> Result<Value> {
        let words: Vec<&str> = words.split_whitespace().collect();
        self.screen.progress(&format!("aws ec2 {}", words.join(" ")));
        self.calls.fetch_add(1, Ordering::Relaxed);
        let output = self.command(&words).output().context("start the AWS CLI")?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            bail!("`aws ec2 {}` failed: {}", words.join(" "), said.trim());
        }
        if output.stdout.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&output.stdout).with_context(|| format!("read what `aws ec2 {}` says", words.join(" ")))
    }

    /// Calls that do not need each other, several at once. Their answers are in the order of the calls.
    pub fn together(&self, calls: &[String]) -> Result<Vec<Value>> {
        crowd::all(calls, HANDS, |words| self.ec2(words)).into_iter().collect()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(setup::clients_directory().join("bin/aws"));
        command.args(["ec2", "--output", "json"]).args(words).stdin(Stdio::null()).current_dir(&self.directory);
        // What the user has configured for the real AWS stays out of this.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_PAGER", "");
        command
    }
}

/// The text at a path such as `/Vpc/VpcId`.
pub fn text(answer: &Value, path: &str) -> Result<String> {
    let found = answer.pointer(path).and_then(Value::as_str);
    Ok(found.with_context(|| format!("the answer has no {path}: {answer}"))?.to_owned())
}

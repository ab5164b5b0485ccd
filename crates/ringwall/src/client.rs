//! Asking a running daemon by its local socket.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use ringwalld::control::SOCKET;
use ringwalld::options::run_directory;
use serde_json::Value;

/// The daemon does not answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// there is none
    #[error(
        "no Ringwall of the name `{name}` runs here ({path}: {why}); start one with `ringwall serve --name {name}`"
    )]
    NotRunning {
        /// the name
        name: String,
        /// its socket
        path: PathBuf,
        /// why
        why: std::io::Error,
    },
    /// the socket broke
    #[error("the daemon's answer broke off: {0}")]
    Broken(#[from] std::io::Error),
    /// it refused
    #[error("{0}")]
    Refused(String),
    /// what it said makes no sense
    #[error("the daemon's answer cannot be read; is it of another version?")]
    Unreadable,
}

fn open(name: &str) -> Result<UnixStream, ClientError> {
    let path = run_directory(name).join(SOCKET);
    UnixStream::connect(&path).map_err(|why| ClientError::NotRunning { name: name.to_owned(), path, why })
}

/// Asks, and reads the whole answer.
pub fn ask(name: &str, method: &str, path: &str, body: Option<&Value>) -> Result<Value, ClientError> {
    let mut stream = open(name)?;
    let body = body.map(Value::to_string).unwrap_or_default();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: ringwall\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or(ClientError::Unreadable)?;
    let value: Value = serde_json::from_str(body).map_err(|_| ClientError::Unreadable)?;
    if head.starts_with("HTTP/1.1 200") {
        return Ok(value);
    }
    Err(ClientError::Refused(value["error"].as_str().unwrap_or("the daemon refused").to_owned()))
}

/// A stream of JSON lines.
#[derive(Debug)]
pub struct Lines {
    reader: BufReader<UnixStream>,
    line: String,
}

impl Lines {
    /// Asks for a stream. When this returns, it has begun.
    pub fn open(name: &str, path: &str) -> Result<Lines, ClientError> {
        let mut stream = open(name)?;
        write!(stream, "GET {path} HTTP/1.0\r\nhost: ringwall\r\n\r\n")?;
        let mut lines = Lines { reader: BufReader::new(stream), line: String::new() };
        let status = lines.read()?;
        while !lines.read()?.trim().is_empty() {}
        if status.contains(" 200 ") {
            return Ok(lines);
        }
        let said: Value = serde_json::from_str(&lines.read()?).map_err(|_| ClientError::Unreadable)?;
        Err(ClientError::Refused(said["error"].as_str().unwrap_or("the daemon refused").to_owned()))
    }

    fn read(&mut self) -> Result<String, ClientError> {
        if self.reader.read_line(&mut self.line)? == 0 {
            return Err(ClientError::Unreadable);
        }
        Ok(std::mem::take(&mut self.line))
    }

    /// Waits no longer than this for a line, or for ever.
    pub fn set_patience(&self, patience: Option<Duration>) -> Result<(), ClientError> {
        Ok(self.reader.get_ref().set_read_timeout(patience)?)
    }

    /// The next line; none if the stream has ended, or if no whole line came in time.
    pub fn next(&mut self) -> Result<Option<Value>, ClientError> {
        match self.reader.read_line(&mut self.line) {
            Ok(0) => Ok(None),
            Ok(_) => {
                let value = serde_json::from_str(&self.line).map_err(|_| ClientError::Unreadable);
                self.line.clear();
                value.map(Some)
            }
            // What has come so far stays for the next time.
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Follows a stream of JSON lines until it ends or `note` returns false.
pub fn follow(mut lines: Lines, mut note: impl FnMut(Value) -> bool) -> Result<(), ClientError> {
    while let Some(value) = lines.next()? {
        if !note(value) {
            break;
        }
    }
    Ok(())
}

//! Asking a running daemon by its local socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

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

/// Follows a stream of JSON lines until it ends or `note` returns false.
pub fn follow(name: &str, path: &str, mut note: impl FnMut(Value) -> bool) -> Result<(), ClientError> {
    let mut stream = open(name)?;
    write!(stream, "GET {path} HTTP/1.0\r\nhost: ringwall\r\n\r\n")?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let mut status = String::new();
    reader.read_line(&mut status)?;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(ClientError::Unreadable);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let value: Value = serde_json::from_str(&line).map_err(|_| ClientError::Unreadable)?;
        if !status.contains(" 200 ") {
            return Err(ClientError::Refused(value["error"].as_str().unwrap_or("the daemon refused").to_owned()));
        }
        if !note(value) {
            return Ok(());
        }
    }
}

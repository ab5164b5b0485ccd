//! Requests from files and folders, a piece at a time: the memory for it does not depend on how long a log is.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringwall_requests::{Attempt, Defaults, Format, LineFormat, har, http};

use super::document::bytes;
use crate::command::Failure;

/// How much of a log is read at once, in bytes. A longer line is none of a log.
const PIECE: usize = 1 << 20;

/// How much of a file tells its format, in bytes.
const HEAD: usize = 8 << 10;

/// A piece of what is to be tried.
pub enum Piece {
    /// lines of a log
    Lines {
        /// the file
        file: Arc<str>,
        /// what its lines are
        format: LineFormat,
        /// the number of the first line
        line: u64,
        /// whole lines
        bytes: Vec<u8>,
    },
    /// requests of another file
    Requests(Arc<str>, Vec<Attempt>),
}

/// All files that are meant, in the order of their names within each folder.
pub fn files(places: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for place in places {
        let path = PathBuf::from(place);
        if path.is_dir() {
            let before = files.len();
            walk(&path, 0, &mut files)?;
            if files.len() == before {
                return Err(format!("{place}: has no files in it").into());
            }
        } else if path.exists() {
            files.push(path);
        } else {
            return Err(format!("{place}: there is no such file or folder").into());
        }
    }
    Ok(files)
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut entries = std::fs::read_dir(folder).map_err(told)?.collect::<Result<Vec<_>, _>>().map_err(told)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(told)?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && depth < 32 && !is_hidden {
            walk(&entry.path(), depth + 1, files)?;
        } else if kind.is_file() && !is_hidden {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Reads a file, and hands on its pieces until nobody takes them. `format` is that which the user names.
pub fn read(
    path: &Path,
    format: Option<&Format>,
    defaults: Defaults,
    hand_on: &mut dyn FnMut(Piece) -> bool,
) -> Result<(), Failure> {
    let name = path.display().to_string();
    let told = |error: std::io::Error| format!("{name}: {error}");
    let file = std::fs::File::open(path).map_err(told)?;
    let is_packed = name.ends_with(".gz");
    let inner: Box<dyn Read> =
        if is_packed { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut reader = BufReader::with_capacity(PIECE, inner);
    let bare = name.strip_suffix(".gz").unwrap_or(&name);
    let head = reader.fill_buf().map_err(told)?;
    if head.is_empty() {
        return Ok(());
    }
    let found = Format::detect(bare, &head[..head.len().min(HEAD)]);
    let names = ringwall_requests::format::NAMES.join(", ");
    let format = format.cloned().or(found);
    let format =
        format.ok_or_else(|| format!("{name}: is in no format that is known; `--format` can name one of {names}"))?;
    let file: Arc<str> = Arc::from(name.as_str());
    match format {
        Format::Lines(format) => lines(&mut reader, &file, format, hand_on).map_err(|error| told(error).into()),
        whole => {
            let content = if is_packed { packed(&mut reader).map_err(told)? } else { bytes(path)? };
            let requests = match whole {
                Format::Har => har::read(&content, &file, defaults).map_err(|broken| format!("{name} {broken}"))?,
                _ => http::read(&content, &file, defaults),
            };
            hand_on(Piece::Requests(file, requests));
            Ok(())
        }
    }
}

/// A whole packed file, within bounds.
fn packed(reader: &mut dyn Read) -> std::io::Result<Vec<u8>> {
    const LONGEST: u64 = 256 << 20;
    let mut content = Vec::new();
    reader.take(LONGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LONGEST {
        return Err(std::io::Error::other(format!("is longer than {LONGEST} bytes")));
    }
    Ok(content)
}

fn lines(
    reader: &mut dyn Read,
    file: &Arc<str>,
    mut format: LineFormat,
    hand_on: &mut dyn FnMut(Piece) -> bool,
) -> std::io::Result<()> {
    let mut rest: Vec<u8> = Vec::new();
    let mut line = 1;
    loop {
        let mut bytes = std::mem::take(&mut rest);
        let before = bytes.len();
        // A line that is longer than a piece goes on until it ends: its reader refuses it.
        let read = reader.take(PIECE as u64).read_to_end(&mut bytes)?;
        let is_end = read == 0;
        if !is_end {
            let cut = memchr::memrchr(b'\n', &bytes[before..]).map(|at| before + at + 1);
            let cut = cut.or((bytes.len() > 16 * PIECE).then_some(bytes.len()));
            rest = bytes.split_off(cut.unwrap_or(0));
            if bytes.is_empty() {
                continue;
            }
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let count = memchr::memchr_iter(b'\n', &bytes).count() as u64;
        // Lines that say what others hold stand at the beginning of a file.
        if bytes.starts_with(b"#")
            && let Some(own) = bytes.split(|byte| *byte == b'\n').take(16).find_map(|own| format.directive(own))
        {
            format = own;
        }
        if !hand_on(Piece::Lines { file: file.clone(), format: format.clone(), line, bytes }) || is_end {
            return Ok(());
        }
        line += count;
    }
}

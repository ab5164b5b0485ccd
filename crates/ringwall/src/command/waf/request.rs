//! The one request that is asked about, and what files do not say of theirs.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgAction, ArgMatches, Command};
use ringwall_requests::{Attempt, Defaults, Format, Origin, Recorded};

use super::reading::{self, Piece};
use crate::command::{Failure, text};

/// Adds the option that says who sent requests.
pub fn with_client(command: Command) -> Command {
    command.arg(
        Arg::new("client")
            .long("client")
            .value_name("ADDRESS")
            .default_value("127.0.0.1")
            .help("Who sent requests, where a file does not say it"),
    )
}

/// Adds the options that make up a request.
pub fn with_request(command: Command) -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    with_client(command)
        .arg(
            option("request", "FILE", "A file with the request, or a log")
                .conflicts_with("url")
                .required_unless_present("url"),
        )
        .arg(option("which", "NAME|LINE", "Which request of the file, by its name or its line").requires("request"))
        .arg(option("url", "URL", "The address that is asked for, or a path"))
        .arg(option("method", "METHOD", "The method; without it GET, or POST with --data").requires("url"))
        .arg(option("header", "NAME: VALUE", "A header").action(ArgAction::Append).requires("url"))
        .arg(option("data", "BODY", "The body").requires("url"))
        .arg(option("ja3", "FINGERPRINT", "The JA3 fingerprint of the client's TLS"))
        .arg(option("ja4", "FINGERPRINT", "The JA4 fingerprint"))
}

/// What files do not say.
pub fn defaults(matches: &ArgMatches) -> Result<Defaults, Failure> {
    let client = text(matches, "client");
    let client = client.parse().map_err(|_| format!("`--client {client}` must be an address"))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Defaults { client, now: u64::try_from(now.as_millis())? })
}

/// The request that the options mean.
pub fn asked(matches: &ArgMatches) -> Result<Recorded, Failure> {
    let defaults = defaults(matches)?;
    let mut request = match matches.get_one::<String>("request") {
        Some(file) => of_file(file, matches.get_one::<String>("which").map(String::as_str), defaults)?,
        None => of_options(matches, defaults)?,
    };
    for (name, own) in [("ja3", &mut request.ja3), ("ja4", &mut request.ja4)] {
        if let Some(given) = matches.get_one::<String>(name) {
            *own = Some(given.clone());
        }
    }
    Ok(request)
}

fn of_options(matches: &ArgMatches, defaults: Defaults) -> Result<Recorded, Failure> {
    let data = matches.get_one::<String>("data");
    let method =
        matches.get_one::<String>("method").map_or(if data.is_some() { "POST" } else { "GET" }, String::as_str);
    let mut head = format!("{method} {} HTTP/1.1\n", text(matches, "url"));
    for header in matches.get_many::<String>("header").into_iter().flatten() {
        if !header.contains(':') || header.contains(['\n', '\r']) {
            return Err(format!("`--header {header}` must be `NAME: VALUE`").into());
        }
        head.push_str(header);
        head.push('\n');
    }
    head.push('\n');
    let mut read = ringwall_requests::http::read(head.as_bytes(), &Arc::from("the request"), defaults);
    let mut request = match read.pop() {
        Some(Ok(request)) if read.is_empty() => request,
        Some(Err((_, broken))) => return Err(format!("the request {broken}").into()),
        _ => return Err("the options make no request".into()),
    };
    request.body = data.map(|own| own.clone().into_bytes()).unwrap_or_default();
    request.body_size = request.body.len() as u64;
    request.origin = Origin { file: Arc::from("the request"), line: 1, name: Some("the request".to_owned()) };
    Ok(request)
}

/// The only request of a file, or the one of that name or line.
fn of_file(file: &str, which: Option<&str>, defaults: Defaults) -> Result<Recorded, Failure> {
    let line = which.and_then(|own| own.rsplit(':').next()?.parse::<u64>().ok());
    let (mut found, mut others): (Option<Recorded>, u64) = (None, 0);
    let mut failure = None;
    let mut look = |attempt: Attempt| {
        let is_it = match (&attempt, which) {
            (_, None) => true,
            (Ok(own), Some(name)) => own.origin.name.as_deref() == Some(name) || Some(own.origin.line) == line,
            (Err((own, _)), Some(_)) => Some(*own) == line,
        };
        match attempt {
            _ if !is_it => others += 1,
            Ok(own) if found.is_none() => found = Some(own),
            Ok(_) => others += 1,
            Err((line, broken)) => failure = failure.take().or(Some(format!("{file}:{line} {broken}"))),
        }
    };
    reading::read(std::path::Path::new(file), None::<&Format>, defaults, &mut |piece| {
        match piece {
            Piece::Requests(_, attempts) => attempts.into_iter().for_each(&mut look),
            Piece::Lines { file, format, line, bytes } => {
                for (at, own) in bytes.split(|byte| *byte == b'\n').enumerate() {
                    let number = line + at as u64;
                    if !format.is_remark(own) {
                        let origin = Origin { file: file.clone(), line: number, name: None };
                        look(format.read(own, origin, defaults).map_err(|broken| (number, broken)));
                    }
                }
            }
        }
        true
    })?;
    match (found, which) {
        (Some(own), Some(_)) => Ok(own),
        (Some(own), None) if others == 0 => Ok(own),
        (Some(_), None) => Err(format!("{file}: has {} requests; `--which` can name one", others + 1).into()),
        (None, _) if failure.is_some() => Err(failure.unwrap_or_default().into()),
        (None, Some(which)) => Err(format!("{file}: has no request `{which}`").into()),
        (None, None) => Err(format!("{file}: has no request").into()),
    }
}

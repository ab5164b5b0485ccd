//! Requests tried by all processors, and what became of them told in their order.
//!
//! One thread reads pieces, several try them, and the one that asked takes what comes of them in the order of the pieces: so that
//! the same files always make the same output. Rates count requests in their order, so that one thread tries all pieces then.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use ringwall_requests::{Defaults, Format, Origin, Recorded, tally};
use ringwall_waf::document::RuleKind;
use ringwall_waf::rate::LocalCounters;
use ringwall_waf::verdict::Verdict;
use ringwall_waf::{Compiled, Scratch};

use super::document::Tried;
use super::reading::{self, Piece};
use crate::command::Failure;

/// How many broken lines of a piece are named.
const NAMED: usize = 5;

/// What to do, and with what.
pub struct Work<'w> {
    /// the web ACL
    pub tried: &'w Tried,
    /// the files
    pub files: Vec<PathBuf>,
    /// the format that the user names
    pub format: Option<Format>,
    /// what files do not say
    pub defaults: Defaults,
    /// what is written of a request; none if nothing is
    pub tell: &'w (dyn Fn(&Recorded, &Verdict, bool) -> Option<String> + Sync),
    /// whether outcomes are compared
    pub compares: bool,
}

/// What came of a piece.
pub struct Done {
    /// what is written of its requests
    pub text: String,
    /// what became of them, in sum
    pub tally: tally::Tally,
    /// name, action and deciding rules of each, if they are compared
    pub outcomes: Vec<(String, &'static str, Vec<String>)>,
    /// how many lines or requests cannot be read
    pub broken: u64,
    /// the first of them
    pub named: Vec<String>,
}

/// Whether rules count requests, so that their order matters.
fn counts(tried: &Tried) -> bool {
    let is_rate = |kind: &RuleKind| matches!(kind, RuleKind::Rate(..));
    tried.acl.rules.iter().any(|rule| match &rule.kind {
        RuleKind::Group(own) => own.group.rules.iter().any(|rule| is_rate(&rule.kind)),
        kind => is_rate(kind),
    })
}

/// Does it. What comes of each piece is handed on in order, until nobody takes it.
pub fn work(work: &Work, take: &mut dyn FnMut(Done) -> bool) -> Result<(), Failure> {
    let workers =
        if counts(work.tried) { 1 } else { std::thread::available_parallelism().map_or(1, usize::from).min(16) };
    let compiled = Compiled::new(&work.tried.acl);
    let counters = LocalCounters::default();
    let (send_piece, pieces) = sync_channel::<(u64, Piece)>(workers);
    let (send_done, done) = sync_channel::<(u64, Done)>(workers);
    let pieces = Arc::new(Mutex::new(pieces));
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read(work, &send_piece));
        for _ in 0..workers {
            let (pieces, send_done) = (pieces.clone(), send_done.clone());
            let (compiled, counters) = (&compiled, &counters);
            scope.spawn(move || {
                let mut trial = Trial { work, compiled, counters, scratch: Scratch::new() };
                while let Some((number, piece)) = next(&pieces) {
                    if send_done.send((number, trial.piece(piece))).is_err() {
                        return;
                    }
                }
            });
        }
        // Whoever waits for more ends when nobody is left that makes any.
        drop((send_done, pieces));
        in_order(done, take);
        reader.join().unwrap_or_else(|_| Err("the reader of files failed".to_owned()))
    })?;
    Ok(())
}

fn read(work: &Work, send: &SyncSender<(u64, Piece)>) -> Result<(), String> {
    let mut number = 0;
    for file in &work.files {
        let mut goes_on = true;
        let mut hand_on = |piece| {
            goes_on = send.send((number, piece)).is_ok();
            number += 1;
            goes_on
        };
        reading::read(file, work.format.as_ref(), work.defaults, &mut hand_on).map_err(|error| error.to_string())?;
        if !goes_on {
            break;
        }
    }
    Ok(())
}

fn next(pieces: &Mutex<Receiver<(u64, Piece)>>) -> Option<(u64, Piece)> {
    pieces.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Takes what was done in the order of the pieces. What comes too early waits; that is never more than there are workers.
fn in_order(done: Receiver<(u64, Done)>, take: &mut dyn FnMut(Done) -> bool) {
    let (mut expected, mut early) = (0, BTreeMap::new());
    for (number, own) in done {
        early.insert(number, own);
        while let Some(own) = early.remove(&expected) {
            expected += 1;
            if !take(own) {
                return;
            }
        }
    }
}

/// What a worker tries requests with.
struct Trial<'t> {
    work: &'t Work<'t>,
    compiled: &'t Compiled,
    counters: &'t LocalCounters,
    scratch: Scratch,
}

impl Trial<'_> {
    /// Tries the requests of a piece.
    fn piece(&mut self, piece: Piece) -> Done {
        let tally = tally::Tally::new(&self.work.tried.acl);
        let mut done = Done { text: String::new(), tally, outcomes: Vec::new(), broken: 0, named: Vec::new() };
        match piece {
            Piece::Requests(file, attempts) => {
                for attempt in attempts {
                    match attempt {
                        Ok(request) => self.request(&request, true, &mut done),
                        Err((line, broken)) => done.broken(&file, line, &broken),
                    }
                }
            }
            Piece::Lines { file, format, line, bytes } => {
                for (at, own) in bytes.split(|byte| *byte == b'\n').enumerate() {
                    let own = own.strip_suffix(b"\r").unwrap_or(own);
                    if format.is_remark(own) {
                        continue;
                    }
                    let origin = Origin { file: file.clone(), line: line + at as u64, name: None };
                    match format.read(own, origin, self.work.defaults) {
                        Ok(request) => self.request(&request, false, &mut done),
                        Err(broken) => done.broken(&file, line + at as u64, &broken),
                    }
                }
            }
        }
        done
    }

    fn request(&mut self, request: &Recorded, is_written_by_hand: bool, done: &mut Done) {
        let Trial { work, compiled, counters, scratch } = self;
        let environment = work.tried.environment(*counters, request.time);
        let verdict = request.lend(|own| compiled.inspect_with(scratch, own, work.tried.resource, environment));
        done.tally.add(&verdict);
        if work.compares {
            done.outcomes.push((request.origin.to_string(), verdict.action(), tally::deciding(&verdict)));
        }
        if let Some(text) = (work.tell)(request, &verdict, is_written_by_hand) {
            done.text.push_str(&text);
        }
    }
}

impl Done {
    fn broken(&mut self, file: &str, line: u64, reason: &ringwall_requests::Broken) {
        self.broken += 1;
        if self.named.len() < NAMED {
            self.named.push(format!("{file}:{line} {reason}"));
        }
    }
}

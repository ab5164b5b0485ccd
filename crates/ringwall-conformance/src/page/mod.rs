//! Worked examples: pages of prose with worlds and packets in them, which every engine must agree with.
//!
//! A page is Markdown. A block fenced as `world` begins a network that remembers nothing; one fenced as `change` says what
//! is different from then on, while sessions live on; one fenced as `packets` sends packets and says of each what becomes
//! of it, gate by gate. [`world`] and [`packet`] know the notation, [`words`] how outcomes are written. Nothing is left out
//! of an expectation: a gate that is not named must not have been asked.

pub mod names;
pub mod packet;
pub mod words;
pub mod world;

use ringwall_model::outcome::Outcome;
use ringwall_model::world::World;

use crate::engine::{Engine, Specification};
use names::Names;

/// The second at which pages begin to count: engines take zero for "never".
const START: u32 = 1_000;

/// A part of a page that engines are shown.
#[derive(Clone, Debug)]
enum Block {
    World(Vec<Line>),
    Change(Vec<Line>),
    Packets(Vec<Line>),
}

/// A line of a block, without its end.
#[derive(Clone, Debug)]
pub struct Line {
    /// its number on the page, from 1
    pub number: usize,
    /// what it says
    pub text: String,
}

impl Line {
    /// Whether it belongs to the line above.
    pub fn is_indented(&self) -> bool {
        self.text.starts_with(' ')
    }
}

/// A page that can be read.
#[derive(Clone, Debug)]
pub struct Page {
    blocks: Vec<Block>,
}

/// What a run of a page saw.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// packets that the engine was asked about
    pub cases: usize,
    /// packets that it cannot be asked about
    pub skipped: usize,
    /// what was not as the page says, each with its line
    pub complaints: Vec<String>,
}

/// Notation that cannot be read: the line, and why.
pub type Unreadable = String;

/// Says in which line something cannot be read.
pub(crate) fn at<T>(line: &Line, result: Result<T, String>) -> Result<T, Unreadable> {
    result.map_err(|why| format!("line {}: {why}: `{}`", line.number, line.text.trim()))
}

impl Page {
    /// Reads a page. One without a packet shows nothing, and is refused.
    pub fn read(text: &str) -> Result<Page, Unreadable> {
        let mut blocks = Vec::new();
        let mut open: Option<(&str, Vec<Line>)> = None;
        for (place, text) in text.lines().enumerate() {
            let fence = text.strip_prefix("```");
            match (&mut open, fence) {
                (None, None) => {}
                (None, Some(kind)) => open = Some((kind.trim(), Vec::new())),
                (Some(_), None) if text.trim().is_empty() => {}
                (Some((_, lines)), None) => lines.push(Line { number: place + 1, text: text.to_owned() }),
                (Some(_), Some(_)) => {
                    let (kind, lines) = open.take().expect("just looked at");
                    blocks.push(match kind {
                        "world" => Block::World(lines),
                        "change" => Block::Change(lines),
                        "packets" => Block::Packets(lines),
                        other => return Err(format!("line {}: no block is called `{other}`", place + 1)),
                    });
                }
            }
        }
        if open.is_some() {
            return Err("the last block has no end".to_owned());
        }
        let has_packets = blocks.iter().any(|block| matches!(block, Block::Packets(lines) if !lines.is_empty()));
        if has_packets { Ok(Page { blocks }) } else { Err("no packet is on the page".to_owned()) }
    }

    /// Shows the page to engines made by `make`, one for each world on it.
    pub fn run(&self, mut make: impl FnMut() -> Box<dyn Engine>) -> Result<Report, Unreadable> {
        let mut report = Report::default();
        let mut stage: Option<Stage> = None;
        for block in &self.blocks {
            match (block, &mut stage) {
                (Block::World(lines), _) => {
                    // the one before goes first: two of them may share what they are made of
                    drop(stage.take());
                    let mut begun = Stage::new(make());
                    begun.change(lines)?;
                    stage = Some(begun);
                }
                (Block::Change(lines), Some(stage)) => stage.change(lines)?,
                (Block::Packets(lines), Some(stage)) => stage.packets(lines, &mut report)?,
                (_, None) => return Err("there is something before the first world".to_owned()),
            }
        }
        Ok(report)
    }
}

/// An engine, and the specification beside it, which alone can be asked what it remembers.
struct Stage {
    names: Names,
    world: World,
    judge: Specification,
    engine: Box<dyn Engine>,
    now: u32,
}

impl Stage {
    fn new(engine: Box<dyn Engine>) -> Stage {
        let (names, world) = (Names::default(), World::default());
        Stage { names, world, judge: Specification::default(), engine, now: START }
    }

    fn change(&mut self, lines: &[Line]) -> Result<(), Unreadable> {
        world::change(&mut self.world, &mut self.names, lines)?;
        self.judge.publish(&self.world);
        self.engine.publish(&self.world);
        Ok(())
    }

    fn packets(&mut self, lines: &[Line], report: &mut Report) -> Result<(), Unreadable> {
        for case in lines.chunk_by(|_, next| next.is_indented()) {
            let [sent, expected @ ..] = case else { continue };
            let packet = at(sent, packet::read(&self.world, &self.names, &sent.text))?;
            if START + packet.at < self.now {
                return Err(format!("line {}: time goes backwards", sent.number));
            }
            self.now = START + packet.at;
            let before = self.judge.memory().clone();
            let right = self.judge.judge(packet.origin, &packet.bytes, self.now);
            let after = self.judge.memory();
            let mut memory = words::memory(&self.names, &before.sessions, &after.sessions);
            memory.extend(words::loans(&self.names, &before.nat, &after.nat));
            // the specification has seen it nevertheless: what it remembers is what the page says
            if !self.engine.accepts(&packet.bytes) {
                report.skipped += 1;
                continue;
            }
            report.cases += 1;
            let said = self.engine.judge(packet.origin, &packet.bytes, self.now);
            self.compare(sent, expected, (&said, &right), memory, report);
        }
        Ok(())
    }

    /// What the page says against what the engine says, and what the specification says besides.
    fn compare(
        &self,
        sent: &Line,
        expected: &[Line],
        (said, right): (&Outcome, &Outcome),
        memory: Vec<String>,
        report: &mut Report,
    ) {
        let written: Vec<&str> = expected.iter().map(|line| line.text.trim()).collect();
        let mut seen = words::outcome(&self.world, &self.names, said);
        seen.extend(memory);
        if seen != written {
            let engine = self.engine.name();
            let found = seen.join("\n    ");
            report.complaints.push(format!("line {}: {engine} says\n{}\n    {found}", sent.number, sent.text));
        } else if said != right {
            // the words would have to be too few to tell the two apart
            report.complaints.push(format!("line {}: {said:?} instead of {right:?}", sent.number));
        }
    }
}

#[cfg(test)]
mod tests;

//! What is written down while a packet walks through its gates.

use ringwall_model::gate::Reason;
use ringwall_model::outcome::{Answer, Findings, Outcome, Verdict};

/// Collects findings and refusals. The first refusal decides; later gates are still asked, so that whoever explains can
/// name every layer that would have stopped the packet.
#[derive(Debug, Default)]
pub struct Walk {
    /// what the gates found
    pub findings: Findings,
    refusals: Vec<Reason>,
    decided: Option<Findings>,
}

/// A finished walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// what became of the packet, with the findings up to the gate that stopped it
    pub outcome: Outcome,
    /// what every gate found that could be asked, also behind the one that stopped it
    pub findings: Findings,
    /// every refusal in order; the first is the verdict's
    pub refusals: Vec<Reason>,
}

impl Walk {
    /// Notes that a gate stops the packet.
    pub fn refuse(&mut self, reason: Reason) {
        if self.refusals.is_empty() {
            self.decided = Some(self.findings);
        }
        self.refusals.push(reason);
    }

    /// Whether no gate has stopped it so far.
    pub fn passes(&self) -> bool {
        self.refusals.is_empty()
    }

    /// Ends the walk: the verdict is the first refusal, or else what is given.
    pub fn end(self, otherwise: Verdict) -> Trace {
        self.end_with(otherwise, None)
    }

    /// Ends the walk; `answer` is what the sender is told if the packet was stopped.
    pub fn end_with(self, otherwise: Verdict, answer: Option<Answer>) -> Trace {
        let verdict = match self.refusals.first() {
            Some(reason) => Verdict::Dropped { reason: *reason, answer },
            None => otherwise,
        };
        let findings = self.decided.unwrap_or(self.findings);
        Trace { outcome: Outcome { verdict, findings }, findings: self.findings, refusals: self.refusals }
    }

    /// Ends the walk of a packet that cannot be asked about any further.
    pub fn stop(mut self, reason: Reason) -> Trace {
        self.refuse(reason);
        self.end(Verdict::Dropped { reason, answer: None })
    }
}

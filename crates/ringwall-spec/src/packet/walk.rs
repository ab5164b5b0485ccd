//! What is written down while a packet walks through its gates.

use ringwall_model::gate::Reason;
use ringwall_model::id::NatGatewayId;
use ringwall_model::outcome::{Answer, Findings, Outcome, Through, Verdict};

/// Collects findings and refusals. The first refusal decides; later gates are still asked, so that whoever explains can
/// name every layer that would have stopped the packet.
#[derive(Debug, Default)]
pub struct Walk {
    /// what the gates found
    pub findings: Findings,
    through: Option<Through>,
    refusals: Vec<Reason>,
    refusals_before: usize,
    decided: Option<(Option<Through>, Findings)>,
}

/// A finished walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// what became of the packet, with the findings up to the gate that stopped it
    pub outcome: Outcome,
    /// the NAT gateway through which it came, also behind the gate that stopped it
    pub through: Option<Through>,
    /// what every gate found that could be asked, also behind the one that stopped it
    pub findings: Findings,
    /// every refusal in order; the first is the verdict's
    pub refusals: Vec<Reason>,
    /// how many of them came before the packet was through the NAT gateway; all, if it came through none
    pub refusals_before: usize,
}

impl Walk {
    /// Notes that a gate stops the packet.
    pub fn refuse(&mut self, reason: Reason) {
        if self.refusals.is_empty() {
            self.decided = Some((self.through, self.findings));
        }
        self.refusals.push(reason);
    }

    /// Notes that a NAT gateway sends the packet on: what gates find from now on belongs to the second way.
    pub fn come_through(&mut self, gateway: NatGatewayId) {
        self.through = Some(Through { gateway, findings: std::mem::take(&mut self.findings) });
        self.refusals_before = self.refusals.len();
    }

    /// Whether it has come through a NAT gateway.
    pub fn has_come_through(&self) -> bool {
        self.through.is_some()
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
        let (through, findings) = self.decided.unwrap_or((self.through, self.findings));
        let outcome = Outcome { verdict, through, findings };
        let refusals_before = self.through.map_or(self.refusals.len(), |_| self.refusals_before);
        let Walk { through, findings, refusals, .. } = self;
        Trace { outcome, through, findings, refusals, refusals_before }
    }

    /// Ends the walk of a packet that cannot be asked about any further.
    pub fn stop(mut self, reason: Reason) -> Trace {
        self.refuse(reason);
        self.end(Verdict::Dropped { reason, answer: None })
    }
}

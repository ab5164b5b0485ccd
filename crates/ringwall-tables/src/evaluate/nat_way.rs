//! The way through a NAT gateway: its subnet's ACL on both sides, what is lent, and the route of its own subnet.

use ringwall_model::gate::Reason;
use ringwall_model::limits::NAT_GATEWAY_MTU;
use ringwall_model::outcome::{Answer, Verdict};
use ringwall_model::session::Direction;
use ringwall_net::frame::TcpFlags;

use super::classify::{Query, acl};
use super::packet::{Headers, Ports};
use super::route::Next;
use super::walk::Walk;
use super::{At, Refused, nat};
use crate::mapped;

impl Walk<'_> {
    pub(super) fn reach_gateway(&mut self, x: &At, n: At, headers: Headers) -> Result<Verdict, Refused> {
        self.ask_gateway(&n, x.record.subnet != n.record.subnet, &headers)?;
        match nat::outward(self.tables, &n, &headers, self.is_fragment, self.now) {
            Ok(translated) => self.onward(n, translated),
            Err(Reason::NatConnectionUnknown) => Err(self.reset(x, &n, &headers)),
            Err(reason) => Err(reason.into()),
        }
    }

    pub(super) fn back_to_gateway(&mut self, n: At, crosses: bool, headers: Headers) -> Result<Verdict, Refused> {
        self.ask_gateway(&n, crosses, &headers)?;
        let translated = nat::inward(self.tables, &n, &headers, self.is_fragment, self.now)?;
        self.onward(n, translated)
    }

    fn ask_gateway(&mut self, n: &At, crosses: bool, headers: &Headers) -> Result<(), Refused> {
        if crosses {
            self.ask_acl(n, Direction::In, headers)?;
        }
        if self.report.through != 0 {
            return Err(Reason::SecondNatGateway.into());
        }
        self.check_size(NAT_GATEWAY_MTU)
    }

    fn onward(&mut self, n: At, (headers, loan): nat::Translated) -> Result<Verdict, Refused> {
        self.report.through = n.record.id;
        self.report.before = std::mem::take(&mut self.report.found);
        self.report.onward = mapped(headers.destination);
        let routing = self.routing(&n, headers.destination);
        let (next, source) = self.ask_way_out(&n, routing, &headers)?;
        self.tables.loans.extend(loan);
        match next {
            Next::Interface(y) => self.between(&n, y, false, headers),
            Next::Gateway(second) => self.reach_gateway(&n, second, headers),
            Next::Endpoint { .. } => self.reach_endpoint(&n, &headers),
            Next::Internet { .. } => self.reach_internet(source, headers),
        }
    }

    /// The refusal of a segment whose connection the gateway does not know. Its sender's groups admitted it as part of a
    /// session, so they admit the reset too.
    fn reset(&self, x: &At, n: &At, headers: &Headers) -> Refused {
        let refused = |answer| Refused(Reason::NatConnectionUnknown, answer);
        let (Ports::Both(source, _), Some(flags)) = (headers.ports, headers.flags) else { return refused(None) };
        if flags.has(TcpFlags::RST) {
            return refused(None);
        }
        let asks = |at: &At, direction: Direction, remote| {
            let query = Query { remote, protocol: headers.protocol.0, port: Some(source) };
            matches!(acl(&self.tables.maps, at.record.acl_rules[0][direction as usize], &query), Some((_, true)))
        };
        let admitted = x.record.subnet == n.record.subnet
            || asks(n, Direction::Out, headers.source) && asks(x, Direction::In, headers.destination);
        refused(admitted.then_some(Answer::Reset))
    }
}

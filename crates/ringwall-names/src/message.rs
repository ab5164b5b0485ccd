//! Messages: what a client asks, and what it is told.

use std::net::IpAddr;

use domain::base::iana::{Class, Opcode, OptRcode, Rcode, Rtype};
use domain::base::message_builder::{AdditionalBuilder, AnswerBuilder, AuthorityBuilder, PushError};
use domain::base::name::ToName;
use domain::base::opt::Opt;
use domain::base::{Message, MessageBuilder, ParsedName, Question, Serial, StaticCompressor, Ttl};
use domain::rdata::{A, Aaaa, Ptr, Soa};

use crate::upstream::Asked;
use crate::zones::{Data, Known, SharedZones, Zones};
use crate::{OwnedName, TTL, name};

/// How a message came, which says how long its answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// by UDP
    Udp,
    /// by TCP
    Tcp,
}

/// What is to be done about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// nothing: it is not a question, or nobody answers here (DNS-5)
    Silence,
    /// this is sent back
    Answer(Vec<u8>),
    /// it is asked elsewhere
    Forward(Box<Asked>),
}

/// Bytes of an answer by UDP to a client that says nothing of its own room.
const PLAIN_SIZE: usize = 512;
/// Bytes of an answer by UDP at most: one that no link on the way has to break into fragments.
pub(crate) const UDP_SIZE: u16 = 1232;
/// Bytes that an answer's OPT record takes.
const OPT_SIZE: usize = 11;

/// Where a message is written: names that were written before are only pointed to.
pub(crate) type Wire = StaticCompressor<Vec<u8>>;

/// What a client said of its room and wishes (EDNS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edns {
    pub room: u16,
    pub dnssec_ok: bool,
    pub version: u8,
}

/// Answers a message of a client. `turn` says which of several addresses comes first (IFE-10).
pub fn respond(query: &[u8], transport: Transport, zones: &Zones, shared: &SharedZones, turn: usize) -> Reply {
    let Ok(message) = Message::from_octets(query) else { return Reply::Silence };
    if !zones.answers() || message.header().qr() {
        return Reply::Silence;
    }
    let answer = Answer { message: &message, transport, edns: None };
    if message.header().opcode() != Opcode::QUERY {
        return answer.status(Rcode::NOTIMP);
    }
    let (Ok(question), Ok(edns)) = (message.sole_question(), edns(&message)) else {
        return answer.status(Rcode::FORMERR);
    };
    let answer = Answer { edns, ..answer };
    if edns.is_some_and(|edns| edns.version > 0) {
        return answer.bad_version();
    }
    if question.qclass() != Class::IN || is_transfer(question.qtype()) {
        return answer.status(Rcode::REFUSED);
    }
    let wanted: OwnedName = question.qname().to_vec();
    match zones.find(shared, &wanted) {
        Some(known) => answer.known(&question, &known, turn),
        None if !message.header().rd() => answer.status(Rcode::REFUSED),
        None => Reply::Forward(Box::new(Asked {
            id: message.header().id(),
            name: wanted,
            kind: question.qtype(),
            edns: edns.map(|edns| edns.dnssec_ok),
            checking_disabled: message.header().cd(),
            limit: answer.limit(),
        })),
    }
}

/// Whether a question asks for a whole zone.
fn is_transfer(kind: Rtype) -> bool {
    [Rtype::AXFR, Rtype::IXFR].contains(&kind)
}

/// What the OPT record says. There may be one at most.
fn edns(message: &Message<&[u8]>) -> Result<Option<Edns>, domain::base::wire::ParseError> {
    let mut found = None;
    for record in message.additional()?.limit_to::<Opt<_>>() {
        let record = domain::base::opt::OptRecord::from(record?);
        if found.is_some() {
            return Err(domain::base::wire::ParseError::form_error("two OPT records"));
        }
        found =
            Some(Edns { room: record.udp_payload_size(), dnssec_ok: record.dnssec_ok(), version: record.version() });
    }
    Ok(found)
}

/// An answer in the making.
struct Answer<'m, 'q> {
    message: &'m Message<&'q [u8]>,
    transport: Transport,
    edns: Option<Edns>,
}

impl Answer<'_, '_> {
    /// How long it may be.
    fn limit(&self) -> usize {
        match (self.transport, self.edns) {
            (Transport::Tcp, _) => usize::from(u16::MAX),
            (Transport::Udp, None) => PLAIN_SIZE,
            (Transport::Udp, Some(edns)) => usize::from(edns.room.min(UDP_SIZE)).max(PLAIN_SIZE),
        }
    }

    /// An answer without records.
    fn status(&self, code: Rcode) -> Reply {
        self.finish(self.start(code).additional(), OptRcode::from_rcode(code))
    }

    /// The client speaks a version of EDNS that nobody does so far.
    fn bad_version(&self) -> Reply {
        self.finish(self.start(Rcode::NOERROR).additional(), OptRcode::BADVERS)
    }

    /// What is known of a name, as far as it was asked for.
    fn known(&self, question: &Question<ParsedName<&[u8]>>, known: &Known, turn: usize) -> Reply {
        let code = if known.data == Data::NoName { Rcode::NXDOMAIN } else { Rcode::NOERROR };
        let mut answer = self.start(code);
        let reserved = if self.edns.is_some() { OPT_SIZE } else { 0 };
        answer.set_push_limit(self.limit().saturating_sub(reserved));
        let additional = match push_data(&mut answer, question, &known.data, turn) {
            Err(_) => answer.tc_rewind_into().additional(),
            Ok(0) => {
                let mut authority = answer.authority();
                // Without it the client only does not know how long to believe the answer.
                let _ = push_soa(&mut authority, &known.zone);
                authority.additional()
            }
            Ok(_) => answer.additional(),
        };
        self.finish(additional, OptRcode::from_rcode(code))
    }

    /// The header and the question, if that can be repeated.
    fn start(&self, code: Rcode) -> AnswerBuilder<Wire> {
        let mut builder = new_message();
        let asked = self.message.header();
        let header = builder.header_mut();
        header.set_id(asked.id());
        header.set_qr(true);
        header.set_opcode(asked.opcode());
        header.set_rd(asked.rd());
        header.set_cd(asked.cd());
        header.set_ra(true);
        header.set_rcode(code);
        let mut question = builder.question();
        if let Ok(sole) = self.message.sole_question() {
            // It came in a message, so there is room for it in one.
            let _ = question.push(sole);
        }
        question.answer()
    }

    /// Closes a message; a client that speaks EDNS is answered in it.
    fn finish(&self, mut builder: AdditionalBuilder<Wire>, code: OptRcode) -> Reply {
        if self.edns.is_some() {
            builder.clear_push_limit();
            push_opt(&mut builder, code, false);
        }
        Reply::Answer(builder.finish().into_target())
    }
}

/// A message with nothing in it.
pub(crate) fn new_message() -> MessageBuilder<Wire> {
    let target = StaticCompressor::new(Vec::with_capacity(128));
    MessageBuilder::from_target(target).unwrap_or_else(|never| match never {})
}

/// Says what room there is here.
pub(crate) fn push_opt(builder: &mut AdditionalBuilder<Wire>, code: OptRcode, dnssec_ok: bool) {
    // The room for it was reserved.
    let _ = builder.opt(|opt| {
        opt.set_udp_payload_size(UDP_SIZE);
        opt.set_rcode(code);
        opt.set_dnssec_ok(dnssec_ok);
        Ok(())
    });
}

/// Answers with the records that were asked for, and says how many there are. The name is repeated as it was asked, in its
/// own case.
fn push_data(
    answer: &mut AnswerBuilder<Wire>,
    question: &Question<ParsedName<&[u8]>>,
    data: &Data,
    turn: usize,
) -> Result<usize, PushError> {
    let (owner, ttl) = (question.qname(), Ttl::from_secs(TTL));
    let is_wanted = |kind: Rtype| question.qtype() == kind || question.qtype() == Rtype::ANY;
    let mut pushed = 0;
    match data {
        Data::NoName | Data::Nothing => {}
        Data::Pointer(name) if is_wanted(Rtype::PTR) => {
            answer.push((owner, Class::IN, ttl, Ptr::new(name)))?;
            pushed += 1;
        }
        Data::Pointer(_) => {}
        Data::Addresses(addresses) => {
            let wanted: Vec<&IpAddr> = addresses
                .iter()
                .filter(|address| is_wanted(if address.is_ipv4() { Rtype::A } else { Rtype::AAAA }))
                .collect();
            let first = turn % wanted.len().max(1);
            for address in wanted.iter().skip(first).chain(wanted.iter().take(first)) {
                match address {
                    IpAddr::V4(address) => answer.push((owner, Class::IN, ttl, A::new(*address)))?,
                    IpAddr::V6(address) => answer.push((owner, Class::IN, ttl, Aaaa::new(*address)))?,
                }
                pushed += 1;
            }
        }
    }
    Ok(pushed)
}

/// Says whose word it is that there is nothing, and how long it holds (RFC 2308).
fn push_soa(authority: &mut AuthorityBuilder<Wire>, zone: &OwnedName) -> Result<(), PushError> {
    // A zone whose name is so long that nothing fits before it speaks for itself.
    let below = |label: &str| name(&format!("{label}.{zone}")).unwrap_or_else(|| zone.clone());
    let ttl = Ttl::from_secs(TTL);
    let (retry, expire) = (Ttl::from_secs(900), Ttl::from_secs(86_400));
    let soa = Soa::new(below("ns0"), below("hostmaster"), Serial(1), ttl, retry, expire, ttl);
    authority.push((zone, Class::IN, ttl, soa))
}

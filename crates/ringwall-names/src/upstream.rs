//! Asking elsewhere: what is sent to a resolver of the host's, and what of its answers is believed.
//!
//! A question is written anew with an id that the client does not know; what comes back must have that id and the same
//! question, letter by letter. Nothing else that the client sent is handed on.

use domain::base::iana::{Class, OptRcode, Rcode, Rtype};
use domain::base::{Message, Question};

use crate::OwnedName;
use crate::message::{UDP_SIZE, new_message, push_opt};

/// What a client asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub(crate) id: u16,
    pub(crate) name: OwnedName,
    pub(crate) kind: Rtype,
    /// whether the client speaks EDNS, and then whether it wants signatures
    pub(crate) edns: Option<bool>,
    pub(crate) checking_disabled: bool,
    pub(crate) limit: usize,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// the answer for the client
    Answer(Vec<u8>),
    /// the answer did not fit into a packet: it is there by TCP
    Truncated,
    /// something that answers another question, or nobody's
    Foreign,
}

impl Asked {
    /// The question as it is sent elsewhere.
    pub fn query(&self, id: u16) -> Vec<u8> {
        let mut builder = new_message();
        let header = builder.header_mut();
        header.set_id(id);
        header.set_rd(true);
        header.set_cd(self.checking_disabled);
        let mut question = builder.question();
        // A name fits into a message.
        let _ = question.push((&self.name, self.kind, Class::IN));
        let mut additional = question.additional();
        if let Some(dnssec_ok) = self.edns {
            push_opt(&mut additional, OptRcode::NOERROR, dnssec_ok);
        }
        additional.finish().into_target()
    }

    /// What is to be made of a message that came back for the id.
    pub fn take(&self, id: u16, response: &[u8]) -> Returned {
        let Ok(message) = Message::from_octets(response) else { return Returned::Foreign };
        let header = message.header();
        let is_same = |question: Question<domain::base::ParsedName<&[u8]>>| {
            let asked = self.name.iter().map(|label| label.as_slice());
            (question.qtype(), question.qclass()) == (self.kind, Class::IN)
                && question.qname().iter().map(|label| label.as_slice()).eq(asked)
        };
        if !header.qr() || header.id() != id || !message.sole_question().is_ok_and(is_same) {
            return Returned::Foreign;
        }
        if header.tc() {
            return Returned::Truncated;
        }
        if response.len() > self.limit {
            return Returned::Answer(self.truncated());
        }
        let mut answer = response.to_vec();
        answer[..2].copy_from_slice(&self.id.to_be_bytes());
        Returned::Answer(answer)
    }

    /// Tells the client to ask again by TCP.
    pub fn truncated(&self) -> Vec<u8> {
        self.empty(Rcode::NOERROR, true)
    }

    /// Tells the client that nobody answered.
    pub fn failure(&self) -> Vec<u8> {
        self.empty(Rcode::SERVFAIL, false)
    }

    /// Tells the client that nobody is asked.
    pub fn refusal(&self) -> Vec<u8> {
        self.empty(Rcode::REFUSED, false)
    }

    /// Whether an answer may be longer than one packet.
    pub fn is_by_tcp(&self) -> bool {
        self.limit > usize::from(UDP_SIZE)
    }

    fn empty(&self, code: Rcode, truncated: bool) -> Vec<u8> {
        let mut builder = new_message();
        let header = builder.header_mut();
        header.set_id(self.id);
        header.set_qr(true);
        header.set_rd(true);
        header.set_ra(true);
        header.set_cd(self.checking_disabled);
        header.set_tc(truncated);
        header.set_rcode(code);
        let mut question = builder.question();
        let _ = question.push((&self.name, self.kind, Class::IN));
        let mut additional = question.additional();
        if self.edns.is_some() {
            push_opt(&mut additional, OptRcode::from_rcode(code), false);
        }
        additional.finish().into_target()
    }
}

//! A conversation with the kernel's routing netlink.
//!
//! The kernel answers a request before the call that sends it returns, so a blocking socket waits for nothing and needs
//! neither a runtime nor a thread. A socket belongs to the namespace in which it was opened, whoever uses it: one that
//! lives as long as its namespace serves all threads.

use std::io;

use rtnetlink::packet_core::{
    ErrorMessage, NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use rtnetlink::packet_route::RouteNetlinkMessage;
use rtnetlink::packet_route::link::{LinkAttribute, LinkMessage};
use rtnetlink::sys::protocols::NETLINK_ROUTE;
use rtnetlink::sys::{Socket, SocketAddr};
use rtnetlink::{LinkMessageBuilder, LinkUnspec};

use crate::namespace::{Namespace, NamespaceError};

/// No answer is longer; lists are cut by the kernel into datagrams of half that.
const LARGEST_DATAGRAM: usize = 64 << 10;

/// Index of the loopback device of every namespace.
pub(crate) const LOOPBACK: u32 = 1;

/// How often a list is asked for again that changed while it was being made.
const ATTEMPTS: usize = 20;

/// A request to the kernel's routing netlink failed.
#[derive(Debug, thiserror::Error)]
pub enum NetlinkError {
    /// The namespace in which the socket should be.
    #[error("cannot enter the namespace of a netlink socket")]
    Namespace(#[from] NamespaceError),
    /// The socket.
    #[error("cannot open a netlink socket")]
    Open(#[source] io::Error),
    /// The way to the kernel and back.
    #[error("cannot talk to the kernel by netlink")]
    Talk(#[source] io::Error),
    /// The answer is not what this crate can read.
    #[error("cannot read an answer of the kernel: {0}")]
    Answer(String),
    /// The kernel said no, sometimes with words.
    #[error("the kernel refused{}{words}", if words.is_empty() { "" } else { ": " })]
    Refused {
        /// the kernel's own explanation, or nothing
        words: String,
        /// its error number
        source: io::Error,
    },
}

impl NetlinkError {
    /// Whether the kernel refused with that error number.
    pub(crate) fn is(&self, number: i32) -> bool {
        matches!(self, NetlinkError::Refused { source, .. } if source.raw_os_error() == Some(number))
    }
}

/// A socket of one namespace.
#[derive(Debug)]
pub(crate) struct Netlink {
    socket: Socket,
    sequence: u32,
    datagram: Vec<u8>,
}

/// What came back in one conversation.
#[derive(Default)]
struct Answers {
    messages: Vec<RouteNetlinkMessage>,
    /// something changed while the kernel was listing
    is_torn: bool,
}

impl Netlink {
    /// A socket of the namespace.
    pub fn of(namespace: &Namespace) -> Result<Netlink, NetlinkError> {
        namespace.run_in(Netlink::here)?
    }

    /// A socket of the namespace that the calling thread is in.
    pub fn here() -> Result<Netlink, NetlinkError> {
        let mut socket = Socket::new(NETLINK_ROUTE).map_err(NetlinkError::Open)?;
        socket.bind_auto().map_err(NetlinkError::Open)?;
        socket.connect(&SocketAddr::new(0, 0)).map_err(NetlinkError::Open)?;
        // Refusals then come with words; an older kernel's come without.
        let _ = socket.set_ext_ack(true);
        let _ = socket.set_cap_ack(true);
        Ok(Netlink { socket, sequence: 0, datagram: Vec::with_capacity(LARGEST_DATAGRAM) })
    }

    /// Has the kernel do something.
    pub fn perform(&mut self, message: RouteNetlinkMessage, flags: u16) -> Result<(), NetlinkError> {
        self.converse(message, flags | NLM_F_ACK).map(drop)
    }

    /// Asks for everything of a kind.
    pub fn list(&mut self, message: RouteNetlinkMessage) -> Result<Vec<RouteNetlinkMessage>, NetlinkError> {
        for _ in 0..ATTEMPTS {
            let answers = self.converse(message.clone(), NLM_F_DUMP)?;
            if !answers.is_torn {
                return Ok(answers.messages);
            }
        }
        Err(NetlinkError::Answer("the list changes faster than it can be read".to_owned()))
    }

    /// The device of that name; `None` if there is none.
    pub fn link_of_name(&mut self, name: &str) -> Result<Option<LinkMessage>, NetlinkError> {
        self.link(LinkMessageBuilder::<LinkUnspec>::new().name(name).build())
    }

    /// The device of that index, in another namespace if that is given by its number in this one; `None` if there is none.
    pub fn link_of_index(&mut self, index: u32, namespace: Option<i32>) -> Result<Option<LinkMessage>, NetlinkError> {
        let mut which = LinkMessageBuilder::<LinkUnspec>::new().index(index).build();
        which.attributes.extend(namespace.map(LinkAttribute::IfNetnsId));
        self.link(which)
    }

    fn link(&mut self, which: LinkMessage) -> Result<Option<LinkMessage>, NetlinkError> {
        match self.converse(RouteNetlinkMessage::GetLink(which), NLM_F_ACK) {
            Ok(answers) => Ok(answers.messages.into_iter().find_map(|answer| match answer {
                RouteNetlinkMessage::NewLink(link) => Some(link),
                _ => None,
            })),
            Err(error) if error.is(libc::ENODEV) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sets a device up.
    pub fn set_up(&mut self, index: u32) -> Result<(), NetlinkError> {
        let up = LinkMessageBuilder::<LinkUnspec>::new().index(index).up().build();
        self.perform(RouteNetlinkMessage::SetLink(up), 0)
    }

    /// Deletes a device, and its other end with it; nothing to do if it is gone already.
    pub fn delete_link(&mut self, index: u32) -> Result<(), NetlinkError> {
        let which = LinkMessageBuilder::<LinkUnspec>::new().index(index).build();
        match self.perform(RouteNetlinkMessage::DelLink(which), 0) {
            Err(error) if error.is(libc::ENODEV) => Ok(()),
            result => result,
        }
    }

    fn converse(&mut self, message: RouteNetlinkMessage, flags: u16) -> Result<Answers, NetlinkError> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut header = NetlinkHeader::default();
        (header.flags, header.sequence_number) = (NLM_F_REQUEST | flags, self.sequence);
        let mut request = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(message));
        request.finalize();
        let mut bytes = vec![0; request.buffer_len()];
        request.serialize(&mut bytes);
        self.socket.send(&bytes, 0).map_err(NetlinkError::Talk)?;
        let mut answers = Answers::default();
        while !self.receive(&mut answers)? {}
        Ok(answers)
    }

    /// Takes one datagram of answers; true once the conversation is over.
    fn receive(&mut self, answers: &mut Answers) -> Result<bool, NetlinkError> {
        self.datagram.clear();
        match self.socket.recv(&mut self.datagram, 0) {
            // A signal came in between.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(false),
            result => result.map_err(NetlinkError::Talk)?,
        };
        let mut rest = self.datagram.as_slice();
        while !rest.is_empty() {
            let message = NetlinkMessage::<RouteNetlinkMessage>::deserialize(rest)
                .map_err(|error| NetlinkError::Answer(error.to_string()))?;
            let length = (message.header.length as usize).next_multiple_of(4);
            rest = rest.get(length.max(4)..).unwrap_or_default();
            // An answer to a conversation that was broken off.
            if message.header.sequence_number != self.sequence {
                continue;
            }
            answers.is_torn |= message.header.flags & NLM_F_DUMP_INTR != 0;
            match message.payload {
                NetlinkPayload::InnerMessage(answer) => answers.messages.push(answer),
                NetlinkPayload::Done(done) if done.code < 0 => {
                    let source = io::Error::from_raw_os_error(-done.code);
                    return Err(NetlinkError::Refused { words: String::new(), source });
                }
                NetlinkPayload::Done(_) => return Ok(true),
                NetlinkPayload::Error(error) if error.code.is_none() => return Ok(true),
                NetlinkPayload::Error(error) => {
                    return Err(NetlinkError::Refused { words: words(&error), source: error.to_io() });
                }
                _ => return Err(NetlinkError::Answer("the kernel lost messages".to_owned())),
            }
        }
        Ok(false)
    }
}

/// The kernel's words in a refusal: an attribute behind the header of the refused request.
fn words(error: &ErrorMessage) -> String {
    const REQUEST_HEADER: usize = 16;
    const WORDS: u16 = 1;
    let mut rest = error.header.get(REQUEST_HEADER..).unwrap_or_default();
    while let [a, b, c, d, ..] = *rest {
        let (length, kind) = (usize::from(u16::from_ne_bytes([a, b])), u16::from_ne_bytes([c, d]));
        let Some(value) = rest.get(4..length) else { break };
        if kind == WORDS {
            return String::from_utf8_lossy(value).trim_end_matches('\0').to_owned();
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    String::new()
}

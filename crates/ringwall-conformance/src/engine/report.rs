//! From what the C gates report, and the packet as it came out, to an outcome.

use std::net::IpAddr;

use ringwall_abi::code as c;
use ringwall_abi::record::OutcomeRecord;
use ringwall_model::gate::Reason;
use ringwall_model::outcome::{Answer, Outcome, Sent, Verdict};
use ringwall_net::checksum::{fold, pseudo_header, sum};
use ringwall_net::frame::{Content, Fragment, Frame, Packet, TcpFlags, Transport, parse};
use ringwall_net::icmp::{Role, role};
use ringwall_net::{MacAddress, Protocol};
use ringwall_tables::names::Names;

/// The outcome. What came out is read again and checked: addresses, checksums, and the answers byte for byte.
pub fn outcome(names: &Names, sent: &[u8], report: &OutcomeRecord, out: &[u8]) -> Outcome {
    let verdict = match report.verdict {
        c::VERDICT_DELIVERED => Verdict::Delivered {
            to: names.interface(report.to).expect("the receiver has a name"),
            sent: read_sent(sent, out, true),
        },
        c::VERDICT_INTERNET => Verdict::LeftToInternet { sent: read_sent(sent, out, false) },
        c::VERDICT_SERVICE => Verdict::ToService {
            service: names.service(report).expect("the service has a name"),
            sent: read_sent(sent, out, true),
        },
        c::VERDICT_ANSWERED => Verdict::Answered(read_answer(sent, report, out)),
        c::VERDICT_DROPPED => {
            let reason = Reason::from_code(report.reason).expect("a known reason");
            let answer = (report.answer != c::ANSWER_NONE).then(|| read_answer(sent, report, out));
            Verdict::Dropped { reason, answer }
        }
        other => panic!("no verdict: {other}"),
    };
    Outcome { verdict, through: names.through(report), findings: names.findings(report) }
}

fn ip(bytes: &[u8]) -> (Frame, Packet) {
    let frame = parse(bytes).expect("what comes out can be read");
    let Content::Ip(packet) = frame.content.clone() else { panic!("what comes out is no packet: {frame:?}") };
    (frame, packet)
}

fn read_sent(before: &[u8], after: &[u8], delivered: bool) -> Sent {
    assert_eq!(before.len(), after.len(), "the length never changes");
    let (frame, packet) = ip(after);
    assert_eq!(checksums(before), checksums(after), "checksums stay as right or wrong as they were");
    let (ports, embedded) = match packet.transport {
        Transport::Tcp { source, destination, .. } | Transport::Udp { source, destination } => {
            (Some((source, destination)), None)
        }
        Transport::Icmp { kind, identifier, embedded, .. } => {
            let has_identifier = matches!(role(packet.family(), kind), Role::Query { .. } | Role::Answer { .. });
            (has_identifier.then_some((identifier, 0)), embedded)
        }
        Transport::Other | Transport::Missing => (None, None),
    };
    Sent {
        source_mac: delivered.then_some(frame.source),
        destination_mac: delivered.then_some(frame.destination),
        source: packet.source,
        destination: packet.destination,
        ports,
        embedded,
    }
}

fn read_answer(question: &[u8], report: &OutcomeRecord, out: &[u8]) -> Answer {
    let asked = parse(question).expect("only what can be read is answered");
    let answer = parse(out).expect("an answer can be read");
    assert_eq!(answer.destination, asked.source, "an answer goes to who asked");
    match report.answer {
        c::ANSWER_NEIGHBOUR => read_neighbour(&asked, &answer, out),
        c::ANSWER_ECHO => {
            let ((_, asked), (frame, packet)) = (ip(question), ip(out));
            assert_eq!((packet.source, packet.destination), (asked.destination, asked.source));
            assert_eq!(frame.source, parse(question).expect("read before").destination);
            let kind = if packet.source.is_ipv4() { 0 } else { 129 };
            let is_reply = matches!(packet.transport, Transport::Icmp { kind: actual, code: 0, .. } if actual == kind);
            assert!(is_reply, "{packet:?}");
            assert_eq!(checksums(question), checksums(out), "checksums stay as right or wrong as they were");
            Answer::Echo
        }
        c::ANSWER_TOO_BIG => {
            let ((_, asked), (_, packet)) = (ip(question), ip(out));
            assert_eq!(packet.destination, asked.source);
            assert_eq!(checksums(out), (true, true), "the checksums of a report are right");
            let segment = out.len() - packet.length as usize + if packet.source.is_ipv4() { 20 } else { 40 };
            let mtu = u32::from_be_bytes(out[segment + 4..segment + 8].try_into().expect("four bytes"));
            assert_eq!(mtu, report.mtu);
            Answer::TooBig { mtu }
        }
        c::ANSWER_RESET => read_reset(question, out),
        other => panic!("no answer: {other}"),
    }
}

/// A reset as the segment's sender believes it (RFC 9293, 3.5.2): from where the segment was going, and at the place in the
/// stream that the segment itself names.
fn read_reset(question: &[u8], out: &[u8]) -> Answer {
    let ((_, asked), (_, reset)) = (ip(question), ip(out));
    assert_eq!((reset.source, reset.destination), (asked.destination, asked.source));
    let Transport::Tcp { source, destination, flags: asked_flags } = asked.transport else { panic!("{asked:?}") };
    let Transport::Tcp { source: from, destination: to, flags } = reset.transport else { panic!("{reset:?}") };
    assert_eq!((from, to), (destination, source));
    assert_eq!(checksums(out), (true, true), "the checksums of a reset are right");
    let word = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let header = 14 + usize::from(question[14] & 15) * 4;
    if asked_flags.has(TcpFlags::ACK) {
        assert_eq!((flags, word(out, 38)), (TcpFlags::RST, word(question, header + 8)));
    } else {
        let length = asked.length - (header as u32 - 14) - u32::from(question[header + 12] >> 4) * 4;
        let control = u32::from(asked_flags.has(TcpFlags::SYN)) + u32::from(asked_flags.has(TcpFlags::FIN));
        let next = word(question, header + 4).wrapping_add(length).wrapping_add(control);
        assert_eq!((flags, word(out, 38), word(out, 42)), (TcpFlags::RST.with(TcpFlags::ACK), 0, next));
    }
    Answer::Reset
}

fn read_neighbour(asked: &Frame, answer: &Frame, out: &[u8]) -> Answer {
    match (&asked.content, &answer.content) {
        (Content::Arp(asked), Content::Arp(arp)) => {
            assert_eq!((arp.operation, arp.sender, arp.target), (2, asked.target, asked.sender));
            assert_eq!((arp.sender_mac, arp.target_mac), (answer.source, asked.sender_mac));
            Answer::Neighbour { mac: arp.sender_mac }
        }
        (Content::Ip(asked), Content::Ip(packet)) => {
            let target = |packet: &Packet| match packet.transport {
                Transport::Icmp { target, .. } => target,
                _ => None,
            };
            assert_eq!((target(packet), packet.destination), (target(asked), asked.source));
            assert_eq!(packet.hop_limit, 255);
            assert_eq!(checksums(out), (true, true), "the checksum of an advertisement is right");
            let mac = MacAddress(out[80..86].try_into().expect("six bytes"));
            assert_eq!(mac, answer.source);
            Answer::Neighbour { mac }
        }
        _ => panic!("an answer of another kind: {answer:?}"),
    }
}

/// Whether the header's and the segment's checksums are right; a segment that is not whole counts as right.
fn checksums(bytes: &[u8]) -> (bool, bool) {
    let Ok(Frame { content: Content::Ip(packet), .. }) = parse(bytes) else { return (true, true) };
    let body = &bytes[14..14 + packet.length as usize];
    let (header, start) = match packet.source {
        IpAddr::V4(_) => {
            let length = usize::from(body[0] & 15) * 4;
            (fold(sum(&body[..length], 0)) == 0, length)
        }
        IpAddr::V6(_) => (true, 40),
    };
    if packet.fragment != Fragment::Whole || matches!(packet.transport, Transport::Other | Transport::Missing) {
        return (header, true);
    }
    let extended = packet.source.is_ipv6() && Protocol(body[6]) != packet.protocol;
    if extended {
        return (header, true);
    }
    let segment = &body[start..];
    let no_checksum = packet.protocol == Protocol::UDP && segment[6..8] == [0, 0];
    let pseudo = match packet.protocol {
        Protocol::ICMP => 0,
        protocol => pseudo_header(packet.source, packet.destination, protocol, segment.len()),
    };
    (header, no_checksum || fold(sum(segment, pseudo)) == 0)
}

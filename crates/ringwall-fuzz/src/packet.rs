//! Frames: whatever is read can be written, and reads the same again.

use ringwall_net::frame::{Content, Frame, Transport, encode, parse};
use ringwall_net::icmp::{Role, role};

/// Reads a frame, writes it and reads it again.
pub fn packet(data: &[u8]) -> bool {
    let Ok(mut frame) = parse(data) else { return false };
    let written = encode(&frame, b"");
    let mut again = parse(&written).unwrap_or_else(|error| panic!("{error}: {frame:?} as {written:02x?}"));
    for frame in [&mut frame, &mut again] {
        leave_out_what_is_not_written(frame);
    }
    assert_eq!(again, frame);
    true
}

/// The length follows from what is written, and an ICMP error has no identifier.
fn leave_out_what_is_not_written(frame: &mut Frame) {
    let Content::Ip(packet) = &mut frame.content else { return };
    packet.length = 0;
    let family = packet.family();
    if let Transport::Icmp { kind, identifier, .. } = &mut packet.transport
        && role(family, *kind) == Role::Error
    {
        *identifier = 0;
    }
}

//! The executable specification of Ringwall: one definition of what happens to a packet, written to be read.
//!
//! Everything is decided from an immutable [`World`](ringwall_model::world::World), a [`Memory`](packet::Memory) of what
//! passed before, a frame and the time in seconds. There are no tables, no caches and no shortcuts: a rule is looked for
//! by going through the rules. The compiled tables, the kernel program and the analyser are each compared with this.
//!
//! Read [`packet::journey`] first: it is the table of contents.

pub mod packet;

//! Layouts and codes that Rust and the kernel program share.
//!
//! The types are declared once, here. [`header()`] writes them down in C for `bpf/abi.gen.h`, with an assertion for the
//! size and every offset, so that the compiler of the kernel program refuses a layout that differs. Nothing here knows
//! what the numbers mean for a packet.

mod header;
mod layout;

pub mod code;
pub mod record;

pub use header::header;
pub use layout::{Field, Layout, Pod};

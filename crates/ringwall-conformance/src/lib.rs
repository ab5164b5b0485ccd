//! The witness stand: whoever judges packets is given the same worlds and packets as the specification, and must say the
//! same: verdict, reason, deciding rules, and the packet as it comes out.
//!
//! [`Engine`] is what a witness implements; [`compare`] asks two of them the same questions; [`page`] asks them what the
//! worked examples under `semantics/` say.

pub mod compare;
pub mod engine;
pub mod page;

pub use compare::{Disagreement, Run, run};
pub use engine::Engine;

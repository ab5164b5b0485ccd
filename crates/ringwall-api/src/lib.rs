//! AWS actions.
//!
//! An action is one file with four parts: the shapes of its input and output as they are on the wire, `parse`, where
//! strings become blocks, ranges and typed ids (here and only here), `apply`, which changes a transaction and nothing else,
//! and the tests. [`action`] says what an action is, [`call`] what it is given, [`service`] which ones there are.
//!
//! Nothing here opens a socket or a file, reads a clock or throws dice.

pub mod action;
#[cfg(test)]
pub mod bench;
pub mod call;
pub mod cloudtrail;
pub mod ec2;
pub mod error;
pub mod service;
pub mod settings;
pub mod sts;
pub mod token;
pub mod waf;

pub use call::Call;
pub use error::ApiError;
pub use settings::Settings;

//! Instance metadata (DNS-17): what an instance is told about itself when it asks.
//!
//! [`respond`] makes an answer of a request and of what is known about the instance that sent it; the time and the key of
//! tokens are arguments. `tree` says what there is, `token` how the second version of the protocol keeps others from asking.

mod answer;
mod directory;
mod document;
mod token;
mod tree;

pub use answer::{Answer, Asker, Request, respond};
pub use directory::Directory;
pub use token::TokenKey;

#[cfg(test)]
mod tests;

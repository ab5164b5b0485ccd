//! The front: from a request on a socket to a call, and from its result to an answer.
//!
//! [`read`] bounds what is taken in, [`authenticate`] tells who calls and which service is meant, the call goes to the
//! controller, and [`answer`] writes what comes back in the words of the service's protocol.

mod answer;
mod authenticate;
mod read;
mod s3;
mod server;

pub use answer::Reply;
pub use authenticate::{Keys, Signed};
pub use server::{Front, PATIENCE, now, serve};

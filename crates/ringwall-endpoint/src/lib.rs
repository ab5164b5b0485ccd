//! The front of VPC endpoints: who connects to one speaks HTTP here, with or without TLS, is judged by its policy, and is handed
//! on to what stands behind: the embedded S3, or a server at an address.
//!
//! A connection's journey ([`serve`]): TLS with a certificate for the name that the client asks for, minted by the [`Authority`]; a request's
//! head, which has to be one that nobody can read in two ways; its signature, and what it asks for; the
//! endpoint's policy, whose refusal reads as the service's own (GWE-13); then the request goes on, unchanged in all that is signed.
//!
//! Where a request comes from is told by who took the connection, and by nothing that the request says (IFE-25).

mod ask;
mod authority;
mod context;
mod dynamodb;
mod forward;
mod front;
mod head;
mod idle;
mod proof;
mod refusal;
mod serve;

pub use authority::{Authority, AuthorityError};
pub use context::{Context, CurrentPolicy, Upstream, Ways};
pub use serve::{IDLE, serve};

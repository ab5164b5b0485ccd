//! An S3 server over a folder, with real signatures and policies.
//!
//! It has what the AWS CLI's `s3` and `s3api` commands and SDKs need for buckets, objects, copies, lists, multipart uploads and
//! bucket policies. Whatever else S3 has is refused by name (`NotImplemented`): headers, parameters and elements of documents
//! that would have no effect, and operations that are not built.
//!
//! A request's journey: [`Asked`] tells from its head what it asks for; its signature is verified; the policies of the endpoint that it
//! came through and of the bucket are asked (GWE-13); only then its body is read. Documents and bodies in signed pieces
//! are read by the crate `s3s`, which calls back for each operation; what it is about to do is compared with what was judged.
//!
//! Objects are durable when the answer is sent, and appear whole or not at all: see [`store`].

mod admission;
mod asked;
mod context;
mod document;
mod failure;
pub mod host;
mod identity;
mod operation;
mod operations;
mod random;
mod server;
pub mod store;

pub use asked::{Asked, NotAsked, arn};
pub use context::{Refused, RequestContext};
pub use failure::Failure;
pub use identity::{Identities, Identity, RootOnly};
pub use operation::{Level, OPERATIONS, Operation};
pub use random::name as random_name;
pub use s3s::Body;
pub use server::Server;

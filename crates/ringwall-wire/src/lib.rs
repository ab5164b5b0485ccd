//! AWS's protocols, signatures and error documents: bytes in, values out, and back. Knows no resource and no action.
//!
//! A request's journey through it: [`sigv4`] tells who signed it and whether that is true; [`Form`] and [`query`], or [`json`],
//! turn its body into an action's input, telling what no field took; [`xml`] or [`json`] writes the answer and [`error`] the
//! refusal. [`timestamp`] and [`blob`] are the two kinds of values that the protocols write in ways of their own, [`markup`] the
//! exceptions in how lists and maps are written.
//!
//! Everything here is a pure function: time comes in as an argument. Whatever the bytes are, the answer is a value or an error,
//! in memory bounded by the length of the input.

pub mod blob;
pub mod error;
pub mod form;
pub mod json;
pub mod markup;
mod percent;
pub mod query;
pub mod sigv4;
pub mod timestamp;
pub mod xml;

pub use blob::Blob;
pub use error::{ErrorDocument, Fault, Protocol};
pub use form::{Form, FormError};
pub use markup::Flat;
pub use query::{DecodeError, Decoded, Dialect};
pub use timestamp::Timestamp;

//! What must hold for every reader of foreign bytes, whatever the bytes are.
//!
//! A target is a function of bytes that panics if something does not hold. It says whether the bytes got past the first
//! door, so that a run that was turned away every time is not taken for a success. `fuzz/` hands the targets to libFuzzer,
//! which looks for bytes that lead to new places; what it ever found lies in `fuzz/regressions` and is tried by the tests.

mod clients;
mod detect;
mod explain;
mod gates;
mod names;
mod packet;
mod policy;
mod query;
mod requests;
mod sec_lang;
mod signature;
mod templates;
mod web_acl;
mod xml;

pub use clients::{hello, places};
pub use detect::detect;
pub use explain::explain;
pub use gates::gates;
pub use names::names;
pub use packet::packet;
pub use policy::policy;
pub use query::query;
pub use requests::requests;
pub use sec_lang::sec_lang;
pub use signature::signature;
pub use templates::templates;
pub use web_acl::{inspection, transformation, web_acl};
pub use xml::xml;

/// A function of bytes that panics if something does not hold, and says whether the bytes got past the first door.
pub type Target = fn(&[u8]) -> bool;

/// Every target, under the name of its file in `fuzz/fuzz_targets`.
pub const TARGETS: &[(&str, Target)] = &[
    ("detect", detect),
    ("explain", explain),
    ("gates", gates),
    ("hello", hello),
    ("inspection", inspection),
    ("names", names),
    ("packet", packet),
    ("places", places),
    ("policy", policy),
    ("query", query),
    ("requests", requests),
    ("sec_lang", sec_lang),
    ("signature", signature),
    ("templates", templates),
    ("transformation", transformation),
    ("web_acl", web_acl),
    ("xml", xml),
];

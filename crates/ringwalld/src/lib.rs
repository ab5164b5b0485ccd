//! The daemon.
//!
//! [`serve`] puts everything together: the store, the one writer ([`controller`]), the API's front ([`http`]), the data
//! plane ([`plane`]), the workers of names and metadata ([`services`]) and of endpoints ([`endpoints`]), and the thread that keeps
//! instances and links as they shall be ([`node`]). When the process ends, in whatever way, the data plane and the workers go on by
//! themselves.

pub mod console;
pub mod control;
pub mod controller;
pub mod core_rule_files;
mod endpoint_options;
pub mod endpoints;
pub mod flows;
pub mod http;
pub mod node;
pub mod options;
pub mod plane;
pub mod question;
mod random;
mod serve;
pub mod services;
pub mod status;
pub mod trail;
mod trail_parameters;
pub mod waf_options;
pub mod watch;
mod worker;

pub use serve::{ServeError, serve};

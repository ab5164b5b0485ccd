//! The daemon.
//!
//! [`serve`] puts everything together: the store, the one writer ([`controller`]), the API's front ([`http`]), the data
//! plane ([`plane`]), the worker of names and metadata ([`services`]), and the thread that keeps instances and links as they shall be ([`node`]). When the process ends, in
//! whatever way, the data plane goes on by itself.

pub mod console;
pub mod control;
pub mod controller;
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
pub mod watch;

pub use serve::{ServeError, serve};

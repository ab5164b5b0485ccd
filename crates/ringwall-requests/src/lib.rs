//! Requests that were written down: in files made for tests, by browsers, and in the logs of servers and load balancers. And
//! what becomes of many of them: [expectations](expectation), and a [sum](tally) for every rule.
//!
//! Bytes come in; files are opened by others. Logs are read a line at a time, so that a day of them needs no more memory than a
//! line does. What cannot be read is said to be broken, with the reason, and the next line is read.
//!
//! | module | reads |
//! |---|---|
//! | [`http`] | requests as they are sent, one or several in a file |
//! | [`har`] | what browsers save |
//! | [`combined`] | access logs of nginx and Apache, common and combined |
//! | [`load_balancer`] | access logs of Application Load Balancers |
//! | [`cloudfront`] | standard logs of distributions |
//! | [`waf_log`] | AWS WAF's own log records |

pub mod cloudfront;
pub mod combined;
pub mod expectation;
pub mod format;
pub mod har;
pub mod http;
pub mod load_balancer;
mod quoted;
pub mod recorded;
pub mod tally;
mod target;
mod time;
pub mod waf_log;

pub use format::{Format, LineFormat};
pub use recorded::{Attempt, Broken, Defaults, Origin, Recorded};

#[cfg(test)]
mod tests;

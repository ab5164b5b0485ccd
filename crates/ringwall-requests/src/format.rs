//! Which format a file is in, by its name and its beginning.

use crate::cloudfront::Fields;
use crate::recorded::{Broken, Defaults, Origin, Recorded};
use crate::{combined, load_balancer, quoted, waf_log};

/// The format of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// requests as they are sent
    Http,
    /// what browsers save
    Har,
    /// a log, with a request in every line
    Lines(LineFormat),
}

/// The format of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFormat {
    /// nginx and Apache
    Combined,
    /// an Application Load Balancer
    LoadBalancer,
    /// a distribution
    CloudFront(Fields),
    /// AWS WAF
    WafLog,
}

/// The names of formats, as a user says them.
pub const NAMES: [&str; 6] = ["http", "har", "combined", "alb", "cloudfront", "waf-log"];

impl Format {
    /// The format of a name among [`NAMES`].
    pub fn named(name: &str) -> Option<Format> {
        Some(match name {
            "http" => Format::Http,
            "har" => Format::Har,
            "combined" => Format::Lines(LineFormat::Combined),
            "alb" => Format::Lines(LineFormat::LoadBalancer),
            "cloudfront" => Format::Lines(LineFormat::CloudFront(Fields::default())),
            "waf-log" => Format::Lines(LineFormat::WafLog),
            _ => return None,
        })
    }

    /// The format of a file by its name and its first bytes, a kilobyte or more of them. None if it is none that is known.
    pub fn detect(name: &str, head: &[u8]) -> Option<Format> {
        let name = name.to_ascii_lowercase();
        if name.ends_with(".har") {
            return Some(Format::Har);
        }
        if name.ends_with(".http") || name.ends_with(".rest") {
            return Some(Format::Http);
        }
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let text = head.trim_ascii_start();
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if text.starts_with(b"#Version:") || text.starts_with(b"#Fields:") {
            return Format::named("cloudfront");
        }
        if text.starts_with(b"{") {
            let is_record = memchr::memmem::find(first, b"\"httpRequest\"").is_some();
            return Format::named(if is_record { "waf-log" } else { "har" });
        }
        if text.starts_with(b"###") {
            return Some(Format::Http);
        }
        let mut rest = first;
        let is_kind = quoted::word(&mut rest).is_some_and(|own| load_balancer::KINDS.contains(&own));
        let is_time = quoted::word(&mut rest).is_some_and(|own| own.ends_with(b"Z") && own.contains(&b'T'));
        if is_kind && is_time {
            return Format::named("alb");
        }
        let has_time = memchr::memchr(b'[', first).is_some_and(|at| {
            let inner = first.get(at + 1..at + 22).unwrap_or_default();
            matches!(inner, [_, _, b'/', _, _, _, b'/', _, _, _, _, b':', ..])
        });
        if has_time {
            return Format::named("combined");
        }
        let is_request = memchr::memmem::find(first, b" HTTP/").is_some() || text.starts_with(b"#");
        is_request.then_some(Format::Http)
    }
}

impl LineFormat {
    /// Reads a line.
    pub fn read(&self, line: &[u8], origin: Origin, defaults: Defaults) -> Result<Recorded, Broken> {
        match self {
            LineFormat::Combined => combined::read(line, origin, defaults),
            LineFormat::LoadBalancer => load_balancer::read(line, origin, defaults),
            LineFormat::CloudFront(fields) => fields.read(line, origin, defaults),
            LineFormat::WafLog => waf_log::read(line, origin, defaults),
        }
    }

    /// The format of the lines behind one that is no request, but says what others hold; none if it says nothing of that.
    pub fn directive(&self, line: &[u8]) -> Option<LineFormat> {
        match self {
            LineFormat::CloudFront(_) => Fields::listed(line).map(LineFormat::CloudFront),
            _ => None,
        }
    }

    /// Whether a line is no request at all: an empty one, or a remark.
    pub fn is_remark(&self, line: &[u8]) -> bool {
        line.trim_ascii().is_empty() || matches!(self, LineFormat::CloudFront(_)) && line.starts_with(b"#")
    }
}

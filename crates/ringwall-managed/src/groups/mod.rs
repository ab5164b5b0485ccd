//! The groups, a file each: what each rule asks.
//!
//! Where AWS's sentence on a rule leaves out an attack for which no other rule has a name, the nearest rule finds it, and its page
//! says so: injection into LDAP, mail and documents of NoSQL stands with SQL, headers and templates with scripting, entities of XML
//! with the inclusion of files.

pub mod addresses;
pub mod admin;
pub mod common;
pub mod known_bad_inputs;
pub mod linux;
pub mod php;
pub mod sqli;
pub mod unix;
pub mod windows;
pub mod wordpress;

use ringwall_waf::document::Node;

use crate::catalogue::Group;
use crate::language::{Part, Reading, any, patterns};

/// All groups.
pub(crate) const ALL: &[Group] = &[
    common::GROUP,
    admin::GROUP,
    known_bad_inputs::GROUP,
    sqli::GROUP,
    linux::GROUP,
    unix::GROUP,
    windows::GROUP,
    php::GROUP,
    wordpress::GROUP,
    addresses::REPUTATION,
    addresses::ANONYMOUS,
];

/// Where attackers hide text in text: encodings within encodings, and base64.
const HIDDEN: [Reading; 2] = [Reading::DeepLower, Reading::Base64Lower];

/// Any of some sets in a part, however it is encoded.
fn finds(sets: &[&str], parts: &[Part]) -> Node {
    let mut statements = Vec::new();
    for part in parts {
        for set in sets {
            statements.extend(HIDDEN.map(|reading| patterns(set, *part, reading)));
        }
    }
    any(statements)
}

/// A set in a part, in one reading.
fn reads(set: &str, parts: &[Part], readings: &[Reading]) -> Vec<Node> {
    parts.iter().flat_map(|part| readings.iter().map(|reading| patterns(set, *part, *reading))).collect()
}

/// The values of the query string, and the query string itself for one that has no names.
const QUERY: [Part; 2] = [Part::Arguments, Part::Query];

/// The path, and what stands between its slashes, which an application may take as a value.
const PATH: [Part; 2] = [Part::Path, Part::Segments];

//! The Core Rule Set of the system's package, asked by Ringwall's own engine.

use std::collections::BTreeMap;
use std::error::Error;

use ringwall_secrules::core_rules::{Folder, Settings};
use ringwall_secrules::{RuleSet, Scratch};
use ringwall_waf::request::Request;

use super::requests::Sent;

/// How much of a body is looked at.
const BODY_LIMIT: usize = 128 << 10;

/// Reads the package's rules.
pub fn read() -> Result<RuleSet, Box<dyn Error>> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for folder in ["/etc/modsecurity/crs", "/usr/share/modsecurity-crs/rules"] {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            files.insert(path.to_string_lossy().into_owned(), std::fs::read(&path)?);
        }
    }
    Ok(RuleSet::read_core(&files, &Folder::of_debian(), &Settings::default()).map_err(|refusal| refusal.to_string())?)
}

/// Whether the rules stop a request.
pub fn blocks(rules: &RuleSet, scratch: &mut Scratch, sent: &Sent) -> bool {
    sent.with(|request: &Request| rules.inspect(request, BODY_LIMIT, scratch, &|_| false).interruption.is_some())
}

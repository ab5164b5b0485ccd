//! The Core Rule Set as Ringwall asks it.

use std::collections::BTreeMap;
use std::path::Path;

use ringwall_secrules::core_rules::{Folder, Settings};
use ringwall_secrules::{RuleSet, Scratch};
use ringwall_waf::request::Request;

use super::Answer;
use super::requests::Sent;

/// The rules of the system's package.
pub fn load() -> Answer<RuleSet> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for folder in ["/etc/modsecurity/crs", "/usr/share/modsecurity-crs/rules"] {
        for entry in std::fs::read_dir(Path::new(folder)).map_err(|error| format!("{folder}: {error}"))? {
            let path = entry?.path();
            files.insert(path.to_string_lossy().into_owned(), std::fs::read(&path)?);
        }
    }
    Ok(RuleSet::read_core(&files, &Folder::of_debian(), &Settings::default())?)
}

/// Whether they block a request.
pub fn blocks(rules: &RuleSet, scratch: &mut Scratch, sent: &Sent) -> bool {
    sent.with(|request: &Request| rules.inspect(request, usize::MAX, scratch, &|_| false).interruption.is_some())
}

//! What web ACLs are enforced with: files from the user.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringwall_api::settings::WafSettings;
use ringwall_clients::{Places, Unusable};
use ringwall_managed::{IpLists, Supplied};
use ringwall_waf::environment::Abilities;

use crate::core_rule_files::core_rules;

/// What web ACLs are enforced with. Without a file, rules that need it are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WafOptions {
    /// a database of countries, in MaxMind's format
    pub countries: Option<PathBuf>,
    /// a database of autonomous systems, in MaxMind's format
    pub networks: Option<PathBuf>,
    /// OWASP's Core Rule Set as it is released; without it, the system's package
    pub core_rules: Option<PathBuf>,
    /// lists of addresses by their names in [`IpLists`]
    pub lists: Vec<(String, PathBuf)>,
}

/// A file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WafFileError {
    /// it cannot be read
    #[error("cannot read `{path}`: {source}")]
    File {
        /// which one
        path: PathBuf,
        /// why
        source: io::Error,
    },
    /// there is no such list
    #[error("there is no list `{0}` of addresses: the lists are {names}", names = IpLists::NAMES.join(", "))]
    NoList(String),
    /// a list is none
    #[error("cannot use the list `{path}`: line {line}: {reason}")]
    List {
        /// which one
        path: PathBuf,
        /// the line, from 1
        line: usize,
        /// what is wrong with it
        reason: String,
    },
    /// the Core Rule Set cannot be used
    #[error("cannot use the Core Rule Set in `{path}`: a document {reason}")]
    CoreRules {
        /// where it is
        path: PathBuf,
        /// why, as the end of a sentence
        reason: String,
    },
    /// it is not what it should be
    #[error("cannot use the database `{path}`: {source}")]
    Unusable {
        /// which one
        path: PathBuf,
        /// why
        source: Unusable,
    },
}

impl WafOptions {
    /// What calls are to know: what can be enforced with these files. They are opened, so that a wrong one is told at once.
    pub fn settings(&self) -> Result<WafSettings, WafFileError> {
        let mut places = Places::new();
        if let Some(path) = &self.countries {
            places = places.with_countries(read(path)?).map_err(unusable(path))?;
        }
        if let Some(path) = &self.networks {
            places = places.with_networks(read(path)?).map_err(unusable(path))?;
        }
        let abilities = places.abilities(WafSettings::default().abilities);
        Ok(WafSettings { abilities, managed: Some(Arc::new(self.managed(abilities)?)) })
    }

    /// The managed rule groups, with the lists and rules that are supplied.
    pub fn managed(&self, abilities: Abilities) -> Result<Supplied, WafFileError> {
        let mut lists = IpLists::default();
        for (name, path) in &self.lists {
            let text = String::from_utf8_lossy(&read(path)?).into_owned();
            let list = IpLists::parse(&text).map_err(|(line, reason)| WafFileError::List {
                path: path.clone(),
                line,
                reason,
            })?;
            if !lists.supply(name, list) {
                return Err(WafFileError::NoList(name.clone()));
            }
        }
        let supplied = Supplied::new(lists, abilities);
        let Some(rules) = core_rules(self.core_rules.as_deref()) else { return Ok(supplied) };
        if let Some(path) = &self.core_rules {
            // What the user names must be there; what the system has is asked when a document refers to it.
            rules.group(None).map_err(|reason| WafFileError::CoreRules { path: path.clone(), reason })?;
        }
        Ok(supplied.with_core_rules(rules))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, WafFileError> {
    std::fs::read(path).map_err(|source| WafFileError::File { path: path.to_owned(), source })
}

fn unusable(path: &Path) -> impl Fn(Unusable) -> WafFileError {
    let path = path.to_owned();
    move |source| WafFileError::Unusable { path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_database_nothing_is_known_of_addresses_and_a_wrong_one_is_told() {
        let settings = WafOptions::default().settings().unwrap();
        assert!(!settings.abilities.countries && !settings.abilities.networks && settings.abilities.detection);
        assert!(settings.managed.is_some());
        let absent = WafOptions { countries: Some("/nowhere/countries.mmdb".into()), ..WafOptions::default() };
        assert!(matches!(absent.settings(), Err(WafFileError::File { .. })));
        let path = std::env::temp_dir().join(format!("ringwall-no-database-{}", std::process::id()));
        std::fs::write(&path, "no database").unwrap();
        let wrong = WafOptions { networks: Some(path.clone()), ..WafOptions::default() };
        assert!(matches!(wrong.settings(), Err(WafFileError::Unusable { .. })));
        std::fs::remove_file(&path).unwrap();
    }
}

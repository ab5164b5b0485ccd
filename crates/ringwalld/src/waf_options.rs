//! What web ACLs are enforced with: files from the user.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringwall_api::settings::WafSettings;
use ringwall_clients::{Places, Unusable};
use ringwall_managed::{IpLists, Supplied};

/// What web ACLs are enforced with. Without a file, rules that need it are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WafOptions {
    /// a database of countries, in MaxMind's format
    pub countries: Option<PathBuf>,
    /// a database of autonomous systems, in MaxMind's format
    pub networks: Option<PathBuf>,
}

/// A file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WafFileError {
    /// it cannot be read
    #[error("cannot read the database `{path}`: {source}")]
    File {
        /// which one
        path: PathBuf,
        /// why
        source: io::Error,
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
        Ok(WafSettings { abilities, managed: Some(Arc::new(Supplied::new(IpLists::default(), abilities))) })
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

//! The real servers: scripts that the instances get as user data.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::daemon::directory;
use super::network::{Network, Tier};
use crate::setup;

const DATABASE: &str = include_str!("database.sh");
const APP: &str = include_str!("app.sh");
const WEB: &str = include_str!("web.sh");

/// The scripts, written down.
pub struct Servers {
    directory: PathBuf,
    /// the word that only the databases know
    pub word: String,
}

impl Servers {
    /// Writes the scripts of all instances.
    pub fn write() -> Result<Servers> {
        let postgres = setup::postgres().context("there is no PostgreSQL server")?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        let word = format!("ring{:x}", now.as_nanos());
        let servers = Servers { directory: directory()?, word };
        for (tier, script) in [(Tier::Web, WEB), (Tier::App, APP), (Tier::Database, DATABASE)] {
            let next = Tier::ALL.get(tier as usize + 1);
            let next: Vec<String> =
                next.map(|tier| (0..2).map(|zone| Network::address(*tier, zone)).collect()).unwrap_or_default();
            for zone in ["a", "b"] {
                let name = format!("{}-{zone}", tier.name());
                let text = script
                    .replace("@postgres@", &postgres.to_string_lossy())
                    .replace("@word@", &servers.word)
                    .replace("@next@", &next.join(" "))
                    .replace("@name@", &name);
                fs::write(servers.script(&name), text)?;
            }
        }
        Ok(servers)
    }

    /// The script of an instance.
    pub fn script(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.sh"))
    }
}

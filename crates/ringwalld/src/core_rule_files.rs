//! OWASP's Core Rule Set on the disk: the system's package, or a folder that the user names.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use ringwall_managed::CoreRules;
use ringwall_managed::core_rules::{Files, Folder};

/// The longest file that is read, in bytes: those of the Core Rule Set are well below.
const LONGEST: u64 = 8 << 20;

/// Where Debian's package has its rules.
const PACKAGE: &str = "/usr/share/modsecurity-crs/rules";

/// The files of the disk.
struct Disk;

impl Files for Disk {
    fn read(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let is_readable = std::fs::metadata(name).is_ok_and(|own| own.is_file() && own.len() <= LONGEST);
        if is_readable { std::fs::read(name).ok().map(Cow::Owned) } else { None }
    }

    fn inside(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.path())
            .filter(|path| path.is_file())
            .map(|path| path.to_string_lossy().into())
            .collect()
    }
}

/// The Core Rule Set in a folder as it is released; without one the system's package, if it is installed.
pub fn core_rules(folder: Option<&Path>) -> Option<CoreRules> {
    let folder = match folder {
        Some(folder) => Folder::released(&folder.to_string_lossy()),
        None if Path::new(PACKAGE).is_dir() => Folder::of_debian(),
        None => return None,
    };
    Some(CoreRules::new(Arc::new(Disk), folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_its_files_and_rules_that_are_not_there_are_refused() {
        let folder = std::env::temp_dir().join(format!("ringwall-core-rules-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("rules")).unwrap();
        assert!(core_rules(Some(&folder)).unwrap().group(None).is_err(), "no rules yet");
        let rule = "SecRule ARGS \"@contains x\" \"id:942001,phase:2,deny,t:none,msg:'x'\"\n";
        std::fs::write(folder.join("rules/one.conf"), rule).unwrap();
        std::fs::write(folder.join("crs-setup.conf.example"), "SecDefaultAction \"phase:2,log,pass\"\n").unwrap();
        let rules = core_rules(Some(&folder)).unwrap().rules(None).unwrap();
        assert!(rules.iter().any(|own| own.name == "942001" && own.action == "Block"), "{rules:?}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

//! Where one Ringwall lives on its host: its name, the paths that belong to it, the names of its devices.
//!
//! Several live side by side on one host. Whatever one of them makes lies below its own run directory, in namespaces of
//! its own, or carries a device name that follows from its name alone, so that it finds its things again after a
//! restart and never takes another's for its own.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The directory in which every Ringwall of a host has its run directory, unless told otherwise.
pub const DEFAULT_ROOT: &str = "/run/ringwall";

/// The kernel's limit for the name of a device.
const DEVICE_NAME_LENGTH: usize = 15;

/// The name of one Ringwall.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Name, NameError> {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_name = (1..=64).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(is_allowed);
        if is_name { Ok(Name(text.to_owned())) } else { Err(NameError(text.to_owned())) }
    }
}

/// The text cannot name a Ringwall.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` cannot be a name: 1 to 64 lower-case letters, digits and hyphens, not beginning with a hyphen")]
pub struct NameError(String);

/// The place of one Ringwall on its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    root: PathBuf,
    name: Name,
}

impl Place {
    /// The place of that name below [`DEFAULT_ROOT`].
    pub fn new(name: Name) -> Place {
        Place::below(DEFAULT_ROOT, name)
    }

    /// The place of that name below another directory, which must be an absolute path.
    pub fn below(root: impl Into<PathBuf>, name: Name) -> Place {
        Place { root: root.into(), name }
    }

    /// The name of the Ringwall.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The directory that holds the run directories of all Ringwalls.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The run directory: everything in it belongs to this Ringwall.
    pub fn directory(&self) -> PathBuf {
        self.root.join(self.name.as_str())
    }

    /// Where the network namespace with that label is kept alive.
    pub fn namespace(&self, label: &str) -> PathBuf {
        self.namespaces().join(label)
    }

    /// Where the namespace of the host ends of all links is kept alive.
    pub fn fabric_namespace(&self) -> PathBuf {
        self.namespace("fabric")
    }

    /// Where the namespace of the internet is kept alive.
    pub fn internet_namespace(&self) -> PathBuf {
        self.namespace("internet")
    }

    pub(crate) fn namespaces(&self) -> PathBuf {
        self.directory().join("namespaces")
    }

    pub(crate) fn instances(&self) -> PathBuf {
        self.directory().join("instances")
    }

    /// The name of the uplink's far end where that end lies in the host's own namespace, beside the ends of others.
    pub fn host_device(&self) -> String {
        let plain = format!("rw-{}", self.name);
        if self.root == Path::new(DEFAULT_ROOT) && plain.len() <= DEVICE_NAME_LENGTH {
            return plain;
        }
        // A name of the first form never has an underscore, so the two forms cannot meet.
        format!("rw_{}", base32(hash(self.directory().as_os_str().as_encoded_bytes()), 12))
    }
}

/// The name of the fabric's end of a network interface. Ids of AWS's form (`eni-` and 17 hexadecimal digits, 68 bits)
/// are written in a denser alphabet, so that different ids have different names; other ids are hashed to as many bits.
pub fn link_device(interface: &str) -> String {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match interface.strip_prefix("eni-").filter(|digits| digits.len() == 17 && digits.bytes().all(is_digit)) {
        Some(digits) => {
            format!("e{}", base32(u128::from_str_radix(digits, 16).expect("17 hexadecimal digits"), 14))
        }
        None => format!("x{}", base32(hash(interface.as_bytes()), 14)),
    }
}

/// The lowest bits of the number, five to a character.
fn base32(bits: u128, characters: usize) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let character = |at: usize| char::from(ALPHABET[(bits >> (5 * at)) as usize & 31]);
    (0..characters).rev().map(character).collect()
}

/// FNV-1a of 128 bits, folded so that the lowest bits depend on all of them.
fn hash(bytes: &[u8]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = bytes.iter().fold(OFFSET, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    hash ^ (hash >> 64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn place(root: &str, name: &str) -> Place {
        Place::below(root, name.parse().unwrap())
    }

    #[test]
    fn a_name_cannot_leave_its_directory() {
        for text in ["", ".", "..", "a/b", "-a", "A", "a_b", "a b", &"a".repeat(65)] {
            assert_eq!(text.parse::<Name>(), Err(NameError(text.to_owned())));
        }
        assert_eq!("test-1".parse::<Name>().unwrap().as_str(), "test-1");
    }

    #[test]
    fn interfaces_that_differ_in_one_digit_have_devices_of_different_names() {
        let ids = (0..17).flat_map(|at| (0..16).map(move |digit| format!("eni-{:017x}", (digit as u128) << (4 * at))));
        let ids: BTreeSet<String> = ids.collect();
        let devices: BTreeSet<String> = ids.iter().map(|id| link_device(id)).collect();
        assert_eq!(devices.len(), ids.len());
        assert!(devices.iter().all(|device| device.len() == DEVICE_NAME_LENGTH));
        assert_eq!(link_device("eni-fffffffffffffffff"), "e7zzzzzzzzzzzzz");
    }

    #[test]
    fn interfaces_of_another_form_are_hashed() {
        let devices: BTreeSet<String> = (0..10_000).map(|number| link_device(&format!("nat-{number}"))).collect();
        assert_eq!(devices.len(), 10_000);
        assert!(devices.iter().all(|device| device.len() == DEVICE_NAME_LENGTH && device.starts_with('x')));
    }

    #[test]
    fn the_device_in_the_hosts_namespace_is_named_for_its_ringwall() {
        assert_eq!(place(DEFAULT_ROOT, "default").host_device(), "rw-default");
        let long = place(DEFAULT_ROOT, "a-rather-long-name").host_device();
        let elsewhere = place("/run/elsewhere", "default").host_device();
        assert!(long.len() == DEVICE_NAME_LENGTH && elsewhere.len() == DEVICE_NAME_LENGTH && long != elsewhere);
    }
}

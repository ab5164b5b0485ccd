//! Settings of the network namespace that the calling thread is in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A setting could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot set `{setting}` to `{value}`")]
pub struct SettingError {
    setting: String,
    value: String,
    source: io::Error,
}

/// Writes a setting below `/proc/sys/net`, which the kernel resolves in the namespace of the thread that opens the
/// file.
pub(crate) fn set(setting: &str, value: &str) -> Result<(), SettingError> {
    fs::write(path(setting), value).map_err(|source| SettingError {
        setting: setting.to_owned(),
        value: value.to_owned(),
        source,
    })
}

/// Whether this kernel speaks IPv6 at all.
pub(crate) fn has_ipv6() -> bool {
    path("ipv6/conf").exists()
}

/// Writes a setting below `/proc/sys/net/ipv6`; nothing to do where there is no IPv6.
pub(crate) fn set_ipv6(setting: &str, value: &str) -> Result<(), SettingError> {
    if has_ipv6() { set(&format!("ipv6/{setting}"), value) } else { Ok(()) }
}

fn path(setting: &str) -> PathBuf {
    Path::new("/proc/sys/net").join(setting)
}

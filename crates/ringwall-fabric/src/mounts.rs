//! The mounts that a process sees.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// where it is
    pub point: PathBuf,
    /// the kind of its file system
    pub kind: String,
}

/// The mounts that the calling process sees, in the order of their making.
pub(crate) fn all() -> io::Result<Vec<Mount>> {
    Ok(fs::read_to_string("/proc/self/mountinfo")?.lines().filter_map(parse).collect())
}

/// The kernel's line: number, parent, device, root, point, options, any number of tags, a hyphen, kind, and more.
fn parse(line: &str) -> Option<Mount> {
    let mut fields = line.split(' ');
    let point = unescape(fields.nth(4)?);
    let kind = fields.skip_while(|&field| field != "-").nth(1)?.to_owned();
    Some(Mount { point, kind })
}

/// The kernel writes white space and backslashes as three octal digits.
fn unescape(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        let digits = others.first_chunk::<3>().filter(|_| first == b'\\');
        match digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &others[3..];
            }
            None => {
                bytes.push(first);
                rest = others;
            }
        }
    }
    OsString::from_vec(bytes).into()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_line_of_the_kernel_is_read() {
        let line = r"36 35 98:0 /mnt1 /mnt\0402\134a rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue";
        let mount = Mount { point: "/mnt 2\\a".into(), kind: "ext3".to_owned() };
        assert_eq!(parse(line), Some(mount));
        assert_eq!(parse("36 35 98:0"), None);
    }

    #[test]
    fn the_root_is_among_the_mounts() {
        assert!(all().unwrap().iter().any(|mount| mount.point == Path::new("/")));
    }
}

//! Whether this host is one on which a Ringwall can live; if not, what is missing and what mends it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};
use ringwall_net::MacAddress;
use rtnetlink::packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use rtnetlink::packet_route::RouteNetlinkMessage;

use crate::link;
use crate::namespace::Namespace;
use crate::netlink::Netlink;

/// Oldest kernel.
const KERNEL: (u32, u32) = (5, 15);

const CAP_NET_ADMIN: u32 = 12;
const CAP_SYS_ADMIN: u32 = 21;

/// What is missing, in one sentence, with the command that mends it.
#[derive(Debug, thiserror::Error)]
pub enum Missing {
    /// The power over networks and namespaces.
    #[error(
        "ringwall needs the capabilities CAP_SYS_ADMIN and CAP_NET_ADMIN to make networks: run it as root, with `sudo`"
    )]
    Power,
    /// A kernel that is new enough.
    #[error(
        "ringwall needs Linux {}.{} or newer and this is {release}: upgrade it, for instance with `apt-get dist-upgrade`",
        KERNEL.0, KERNEL.1
    )]
    Kernel {
        /// the kernel that runs
        release: String,
    },
    /// User namespaces.
    #[error(
        "user namespaces are switched off, in which instances live: `sysctl -w user.max_user_namespaces=10000` switches them on"
    )]
    UserNamespaces,
    /// Another namespace of an instance.
    #[error(
        "the kernel refuses the namespaces in which instances live ({source}): in a container, run it with `docker run --privileged`"
    )]
    Namespaces {
        /// the system's answer
        source: io::Error,
    },
    /// Pairs of virtual devices.
    #[error("the kernel makes no pairs of virtual network devices ({words}): `modprobe veth` loads what makes them")]
    Pairs {
        /// why not
        words: String,
    },
    /// The run directory.
    #[error(
        "cannot write in `{path}` ({source}): `mount -o remount,rw /run` makes the directory of running things writable"
    )]
    RunDirectory {
        /// the directory
        path: PathBuf,
        /// the system's answer
        source: io::Error,
    },
}

/// Looks for everything that this crate needs, with the root of all run directories (see
/// [`crate::place::DEFAULT_ROOT`]). What it makes in order to see whether that works, it takes away again.
pub fn check(root: &Path) -> Result<(), Missing> {
    has_power()?;
    is_new_enough()?;
    has_namespaces()?;
    has_pairs()?;
    can_write(root)
}

fn has_power() -> Result<(), Missing> {
    let status = fs::read_to_string("/proc/self/status").map_err(|_| Missing::Power)?;
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let effective = effective.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok()).unwrap_or(0);
    let has = |capability: u32| effective & (1 << capability) != 0;
    if has(CAP_SYS_ADMIN) && has(CAP_NET_ADMIN) { Ok(()) } else { Err(Missing::Power) }
}

fn is_new_enough() -> Result<(), Missing> {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned();
    match version(&release) {
        Some(version) if version < KERNEL => Err(Missing::Kernel { release }),
        _ => Ok(()),
    }
}

fn version(release: &str) -> Option<(u32, u32)> {
    let (major, rest) = release.split_once('.')?;
    let minor: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn has_namespaces() -> Result<(), Missing> {
    let most = fs::read_to_string("/proc/sys/user/max_user_namespaces");
    if !most.is_ok_and(|most| most.trim() != "0") {
        return Err(Missing::UserNamespaces);
    }
    let all = CloneFlags::CLONE_NEWUSER
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWCGROUP;
    let refused = |source: Errno| Missing::Namespaces { source: source.into() };
    // SAFETY: the child makes two system calls and uses nothing that another thread may have held when it was forked.
    match unsafe { fork() }.map_err(refused)? {
        ForkResult::Child => {
            let answer = unshare(all).err().map_or(0, |error| error as i32);
            // SAFETY: ends the process without running what the parent left to be run at its own end.
            unsafe { libc::_exit(answer) }
        }
        ForkResult::Parent { child } => match waitpid(child, None).map_err(refused)? {
            WaitStatus::Exited(_, 0) => Ok(()),
            WaitStatus::Exited(_, answer) => Err(refused(Errno::from_raw(answer))),
            _ => Err(refused(Errno::ECHILD)),
        },
    }
}

/// Makes a pair in a namespace that nobody else has, and that ends with it.
fn has_pairs() -> Result<(), Missing> {
    let refused = |error: &dyn std::error::Error| {
        let because = error.source().map(|source| format!(": {source}")).unwrap_or_default();
        Missing::Pairs { words: format!("{error}{because}") }
    };
    let namespace = Namespace::anonymous().map_err(|error| refused(&error))?;
    let mut netlink = Netlink::of(&namespace).map_err(|error| refused(&error))?;
    let pair = link::pair("near", "far", &namespace, MacAddress([2, 0, 0, 0, 0, 1]), 1500);
    let made = netlink.perform(RouteNetlinkMessage::NewLink(pair), NLM_F_CREATE | NLM_F_EXCL);
    made.map_err(|error| refused(&error))
}

fn can_write(root: &Path) -> Result<(), Missing> {
    let failed = |source| Missing::RunDirectory { path: root.to_owned(), source };
    fs::create_dir_all(root).map_err(failed)?;
    let probe = root.join(format!(".probe-{}", std::process::id()));
    fs::create_dir(&probe).and_then(|()| fs::remove_dir(&probe)).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_of_distributions_are_read() {
        assert_eq!(version("5.15.0-91-generic"), Some((5, 15)));
        assert_eq!(version("6.1-rc3"), Some((6, 1)));
        assert_eq!(version("linux"), None);
    }

    #[test]
    fn what_is_missing_is_said_in_one_sentence_with_a_command() {
        let missing = [
            Missing::Power,
            Missing::Kernel { release: "4.19.0".to_owned() },
            Missing::UserNamespaces,
            Missing::Namespaces { source: io::ErrorKind::PermissionDenied.into() },
            Missing::Pairs { words: "the kernel refused".to_owned() },
            Missing::RunDirectory { path: "/run".into(), source: io::ErrorKind::ReadOnlyFilesystem.into() },
        ];
        for missing in missing {
            let sentence = missing.to_string();
            assert!(sentence.contains('`') && !sentence.contains('\n') && !sentence.ends_with('.'), "{sentence}");
        }
    }
}

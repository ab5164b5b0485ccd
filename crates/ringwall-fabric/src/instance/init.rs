//! The first process of an instance: sets the instance up, runs its user data, takes note of the dead, and ends
//! everyone when it is asked to end. It is a loop around one system call, without threads, for there may be a thousand
//! of it on a host.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{self, SigHandler, SigSet, Signal, kill};
use nix::sys::stat::{Mode, umask};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, dup2_stdout, setgroups, sethostname, setsid};

use super::launch::{FAILED, UNSHARED, UP, describe};
use super::view::{self, ViewError};
use super::{Plan, ended_file};
use crate::exec::ENVIRONMENT;
use crate::netlink::{LOOPBACK, Netlink, NetlinkError};

/// Tells the first process that the instance's links are there.
pub(super) const LINKS_READY: Signal = Signal::SIGUSR1;

/// How long the processes of an instance may take to end by themselves.
const GRACE: Duration = Duration::from_secs(5);

/// Where user data lies while it runs, in the instance's own `/run`.
const SCRIPT: &str = "/run/user-data";

#[derive(Debug, thiserror::Error)]
enum InitError {
    #[error("cannot open `{0}`")]
    Ended(std::path::PathBuf, #[source] io::Error),
    #[error("cannot turn the output to the console")]
    Console(#[source] io::Error),
    #[error(transparent)]
    View(#[from] ViewError),
    #[error("cannot create the namespaces of an instance")]
    Namespaces(#[source] io::Error),
    #[error("lost the process that starts the instance")]
    Channel(#[source] io::Error),
    #[error("cannot leave the groups of the host")]
    Groups(#[source] io::Error),
    #[error("cannot take the name `{0}`")]
    Hostname(String, #[source] io::Error),
    #[error("cannot set up the loopback device")]
    Loopback(#[from] NetlinkError),
}

/// The signals that the first process waits for. Held back, they wait for it; else the kernel would drop them, since it
/// lets nothing happen to a first process that this has not asked for.
fn awaited() -> SigSet {
    [Signal::SIGCHLD, Signal::SIGTERM, Signal::SIGPWR, LINKS_READY].into_iter().collect()
}

/// Holds back the signals that [`run`] waits for. Done before the fork, so that none comes too early.
pub(super) fn hold_back_signals() -> io::Result<()> {
    // If the process that starts instances chose not to hear of its children's ends, so would this one.
    // SAFETY: no function of this program is made to run on a signal.
    unsafe { signal::signal(Signal::SIGCHLD, SigHandler::SigDfl) }?;
    awaited().thread_block().map_err(io::Error::from)
}

/// Is the first process, from the fork to the end.
pub(super) fn run(plan: &Plan, user_data: Option<Vec<u8>>, mut channel: UnixStream) -> ! {
    // Whatever the file is called that it was started from, lists of processes show it under this name.
    // SAFETY: the kernel copies the string.
    unsafe { libc::prctl(libc::PR_SET_NAME, c"ringwall".as_ptr()) };
    let ended = match set_up(plan, &mut channel) {
        Ok(ended) => ended,
        Err(error) => {
            let _ = channel.write_all(&[FAILED]);
            let _ = channel.write_all(describe(&error).as_bytes());
            std::process::exit(1)
        }
    };
    drop(channel);
    eprintln!("ringwall: instance {} is up", plan.id);
    FirstProcess { user_data, script: None, ended }.serve()
}

fn set_up(plan: &Plan, channel: &mut UnixStream) -> Result<fs::File, InitError> {
    // Opened while it can be seen.
    let path = ended_file(&plan.directory);
    let ended = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&path);
    let ended = ended.map_err(|source| InitError::Ended(path, source))?;
    let _ = setsid();
    umask(Mode::from_bits_truncate(0o022));
    // Lets go of the pipe on which the process that starts the instance reports: whoever reads it waits for its end.
    dup2_stdout(io::stderr()).map_err(|error| InitError::Console(error.into()))?;
    view::arrange(&plan.hide, plan.resolver.as_deref())?;
    let own = CloneFlags::CLONE_NEWUSER
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWCGROUP;
    unshare(own).map_err(|error| InitError::Namespaces(error.into()))?;
    channel.write_all(&[UNSHARED]).map_err(InitError::Channel)?;
    // Waits until it may go on; if the other end is gone, it may not.
    let mut go_on = [0];
    channel.read_exact(&mut go_on).map_err(InitError::Channel)?;
    setgroups(&[]).map_err(|error| InitError::Groups(error.into()))?;
    sethostname(&plan.hostname).map_err(|error| InitError::Hostname(plan.hostname.clone(), error.into()))?;
    Netlink::here()?.set_up(LOOPBACK)?;
    view::own_sys();
    channel.write_all(&[UP]).map_err(InitError::Channel)?;
    Ok(ended)
}

struct FirstProcess {
    /// what to run once the links are there; taken when it is run
    user_data: Option<Vec<u8>>,
    /// the process that runs it
    script: Option<Pid>,
    /// where to write that it ended in order
    ended: fs::File,
}

impl FirstProcess {
    fn serve(mut self) -> ! {
        loop {
            match next_signal(None) {
                Some(Signal::SIGCHLD) => self.take_note_of_the_dead(),
                Some(Signal::SIGTERM | Signal::SIGPWR) => self.end(),
                Some(LINKS_READY) => self.run_user_data(),
                _ => {}
            }
        }
    }

    fn run_user_data(&mut self) {
        let Some(user_data) = self.user_data.take() else { return };
        if !user_data.starts_with(b"#!") {
            eprintln!("ringwall: user data does not begin with #! and is not run");
            return;
        }
        match start_script(&user_data) {
            Ok(script) => self.script = Some(script),
            Err(error) => eprintln!("ringwall: cannot run user data: {error}"),
        }
    }

    fn take_note_of_the_dead(&mut self) {
        loop {
            match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(status @ (WaitStatus::Exited(pid, _) | WaitStatus::Signaled(pid, ..))) => {
                    if self.script == Some(pid) {
                        self.script = None;
                        tell(status);
                    }
                }
                Ok(WaitStatus::StillAlive) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    /// Ends everyone, then itself. The kernel kills whoever is left once the first process has ended.
    fn end(&mut self) -> ! {
        let everyone = Pid::from_raw(-1);
        let _ = kill(everyone, Signal::SIGTERM);
        let _ = kill(everyone, Signal::SIGCONT);
        let until = Instant::now() + GRACE;
        loop {
            self.take_note_of_the_dead();
            let left = until.saturating_duration_since(Instant::now());
            if kill(everyone, None) == Err(Errno::ESRCH) || left.is_zero() {
                break;
            }
            // A process that came in from outside is another's child, whose death is not told here.
            next_signal(Some(left.min(Duration::from_millis(100))));
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let _ = write!(self.ended, "{}", now.as_secs());
        eprintln!("ringwall: the instance has ended");
        std::process::exit(0)
    }
}

fn start_script(user_data: &[u8]) -> io::Result<Pid> {
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o700).open(SCRIPT)?;
    file.write_all(user_data)?;
    // A file that is open for writing cannot be executed.
    drop(file);
    let mut command = Command::new(SCRIPT);
    command.env_clear().envs(ENVIRONMENT).current_dir("/").stdin(Stdio::null());
    let detach = || {
        setsid()?;
        // What this process waits for, its children shall hear.
        Ok(SigSet::empty().thread_set_mask()?)
    };
    // SAFETY: between fork and exec the child makes two system calls.
    unsafe { command.pre_exec(detach) };
    Ok(Pid::from_raw(command.spawn()?.id() as i32))
}

fn tell(status: WaitStatus) {
    match status {
        WaitStatus::Exited(_, code) => eprintln!("ringwall: user data ended with status {code}"),
        WaitStatus::Signaled(_, signal, _) => eprintln!("ringwall: user data was killed by {signal}"),
        _ => {}
    }
}

/// The next signal that was held back; `None` if none comes in time.
fn next_signal(timeout: Option<Duration>) -> Option<Signal> {
    let timeout = timeout.map(|timeout| libc::timespec {
        tv_sec: timeout.as_secs() as libc::time_t,
        tv_nsec: timeout.subsec_nanos().into(),
    });
    let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the set and the time are read, and no information about the signal is asked for.
    let signal = unsafe { libc::sigtimedwait(awaited().as_ref(), std::ptr::null_mut(), timeout) };
    Signal::try_from(signal).ok()
}

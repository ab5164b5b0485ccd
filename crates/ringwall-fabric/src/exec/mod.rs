//! Running a command in an instance, as its root, or in a namespace of the network alone.

mod terminal;

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use nix::errno::Errno;
use nix::sched::{CloneFlags, setns};
use nix::sys::prctl;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Gid, Pid, Uid, fork, setgroups, setresgid, setresuid, setsid};

use crate::namespace::{Namespace, NamespaceError};
use crate::process::{self, Hold, Process};

/// The environment of whatever runs in an instance.
pub(crate) const ENVIRONMENT: [(&str, &str); 5] = [
    ("HOME", "/root"),
    ("LOGNAME", "root"),
    ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    ("SHELL", "/bin/sh"),
    ("USER", "root"),
];

/// All namespaces of an instance. They are entered at once, by one call, which takes care of their order.
const ALL_NAMESPACES: CloneFlags = CloneFlags::CLONE_NEWUSER
    .union(CloneFlags::CLONE_NEWPID)
    .union(CloneFlags::CLONE_NEWNS)
    .union(CloneFlags::CLONE_NEWUTS)
    .union(CloneFlags::CLONE_NEWIPC)
    .union(CloneFlags::CLONE_NEWNET)
    .union(CloneFlags::CLONE_NEWCGROUP);

/// The status of a command of whose end nothing is known.
const CANNOT_RUN: i32 = 126;

/// A command to run.
#[derive(Clone, Debug)]
pub struct ExecCommand {
    /// the program, looked for where the command runs
    pub program: OsString,
    /// what it is called with
    pub arguments: Vec<OsString>,
    /// what its environment holds beyond the instance's own
    pub environment: Vec<(OsString, OsString)>,
}

impl ExecCommand {
    /// The command with these arguments and nothing more in its environment.
    pub fn new<A: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = A>) -> ExecCommand {
        ExecCommand {
            program: program.as_ref().to_owned(),
            arguments: arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect(),
            environment: Vec::new(),
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }
}

/// What can fail with a command in an instance.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// Getting hold of the instance.
    #[error("cannot get hold of process {pid}")]
    Hold {
        /// the instance's first process
        pid: u32,
        /// the system's answer
        source: io::Error,
    },
    /// The instance should run.
    #[error("process {0} has ended")]
    Ended(u32),
    /// The namespace of the network.
    #[error("cannot open the namespace of a command")]
    Namespace(#[from] NamespaceError),
    /// There is no such namespace.
    #[error("there is no network namespace at `{0}`")]
    NoNamespace(PathBuf),
    /// Entering the instance or finding the program in it.
    #[error("cannot run `{}`", program.display())]
    Run {
        /// the program
        program: OsString,
        /// the system's answer
        source: io::Error,
    },
    /// The terminal between the user's and the command.
    #[error("cannot connect the terminals")]
    Terminal(#[source] io::Error),
    /// Waiting for its end.
    #[error("cannot wait for `{}`", program.display())]
    Wait {
        /// the program
        program: OsString,
        /// the system's answer
        source: io::Error,
    },
}

/// Runs a command in the instance with that first process and waits for its end. Its standard streams are the caller's;
/// if a terminal is asked for, and the caller's input is one, it gets a terminal of its own that is connected to the
/// caller's. Returns its status; 128 and the signal's number if it was killed.
pub fn exec_in(process: Process, command: &ExecCommand, terminal: bool) -> Result<i32, ExecError> {
    if terminal && io::IsTerminal::is_terminal(&io::stdin()) {
        return terminal::exec(&hold(process)?, command);
    }
    run(command, &mut entering(hold(process)?, command, Lifetime::OfCaller))
}

/// The command as one that the caller may give other standard streams, and then run. The process that it starts ends
/// with the command's status, or with 128 and the signal's number.
pub fn command_in(process: Process, command: &ExecCommand) -> Result<Command, ExecError> {
    Ok(entering(hold(process)?, command, Lifetime::OfItsOwn))
}

fn entering(instance: Hold, command: &ExecCommand, lifetime: Lifetime) -> Command {
    let mut entering = with_clean_environment(command);
    // SAFETY: between fork and exec the child makes system calls and does not allocate.
    unsafe { entering.pre_exec(move || enter(&instance, lifetime, None)) };
    entering
}

/// Runs a command of the host, with the caller's standard streams, environment and directory, in the network namespace
/// that is kept at the path. Returns its status; 128 and the signal's number if it was killed.
pub fn exec_in_namespace(path: &Path, command: &ExecCommand) -> Result<i32, ExecError> {
    run(command, &mut command_in_namespace(path, command)?)
}

/// The command of [`exec_in_namespace`] as one that the caller may give other standard streams, and then run.
pub fn command_in_namespace(path: &Path, command: &ExecCommand) -> Result<Command, ExecError> {
    let namespace = Namespace::open(path)?.ok_or_else(|| ExecError::NoNamespace(path.to_owned()))?;
    let mut entering = command.command();
    entering.envs(command.environment.iter().cloned());
    let enter = move || setns(namespace.as_fd(), CloneFlags::CLONE_NEWNET).map_err(io::Error::from);
    // SAFETY: between fork and exec the child makes one system call.
    unsafe { entering.pre_exec(enter) };
    Ok(entering)
}

fn hold(process: Process) -> Result<Hold, ExecError> {
    let pid = process.pid;
    process.hold().map_err(|source| ExecError::Hold { pid, source })?.ok_or(ExecError::Ended(pid))
}

fn with_clean_environment(command: &ExecCommand) -> Command {
    let mut entering = command.command();
    entering.env_clear().envs(ENVIRONMENT);
    entering.envs(std::env::var_os("TERM").map(|term| ("TERM", term)));
    entering.envs(command.environment.iter().cloned());
    entering
}

fn run(command: &ExecCommand, entering: &mut Command) -> Result<i32, ExecError> {
    let program = || command.program.clone();
    let mut child = entering.spawn().map_err(|source| ExecError::Run { program: program(), source })?;
    let status = child.wait().map_err(|source| ExecError::Wait { program: program(), source })?;
    Ok(code(status))
}

fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(CANNOT_RUN)
}

/// When a command ends that has not come to its own end.
#[derive(Clone, Copy)]
enum Lifetime {
    /// With the thread that runs it, and waits for it.
    OfCaller,
    /// Not before the instance.
    OfItsOwn,
}

impl Lifetime {
    /// Has the calling process told of the end of the one that forked it.
    fn bind(self, signal: Signal) -> io::Result<()> {
        match self {
            Lifetime::OfCaller => Ok(prctl::set_pdeathsig(signal)?),
            Lifetime::OfItsOwn => Ok(()),
        }
    }
}

/// Enters an instance, in the child of a fork. Two processes are needed: only a child of the one that enters a
/// namespace of processes is in it. Returns in the second one; the first waits for it and ends as it does.
fn enter(instance: &Hold, lifetime: Lifetime, terminal: Option<BorrowedFd<'_>>) -> io::Result<()> {
    // This process still has the memory and the open files of the one that it was forked from. Root in the instance
    // must not look into it; the program that is executed makes it an ordinary process again.
    prctl::set_dumpable(false)?;
    setns(instance.as_fd(), ALL_NAMESPACES)?;
    setgroups(&[])?;
    let (user, group) = (Uid::from_raw(0), Gid::from_raw(0));
    setresgid(group, group, group)?;
    setresuid(user, user, user)?;
    // After the change of user, which would undo it.
    lifetime.bind(Signal::SIGKILL)?;
    // SAFETY: this process has been forked and has one thread.
    match unsafe { fork() }? {
        ForkResult::Parent { child } => stand_in_for(child),
        ForkResult::Child => {
            lifetime.bind(Signal::SIGHUP)?;
            // Whatever else is open was opened outside: a way out.
            process::close_from(3, libc::CLOSE_RANGE_CLOEXEC)?;
            // Away from the caller's terminal, into which root in the instance could else type.
            setsid()?;
            SigSet::empty().thread_set_mask()?;
            terminal.map_or(Ok(()), terminal::take_over)
        }
    }
}

/// Waits for the child and ends as it does.
fn stand_in_for(child: Pid) -> ! {
    // Whoever waits for the program to be executed, or for the end of its output, waits for the last copy to be closed.
    let _ = process::close_from(0, 0);
    let code = loop {
        match waitpid(child, None) {
            Ok(WaitStatus::Exited(_, code)) => break code,
            Ok(WaitStatus::Signaled(_, signal, _)) => break 128 + signal as i32,
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => break CANNOT_RUN,
        }
    };
    // SAFETY: ends the process without running what its ancestor left to be run at its own end.
    unsafe { libc::_exit(code) }
}

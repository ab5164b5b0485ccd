//! A terminal for a command in an instance, connected to the one that the caller's input is.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Child;
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};

use super::{ExecCommand, ExecError, Lifetime, code, enter, with_clean_environment};
use crate::process::Hold;

nix::ioctl_read_bad!(get_size, libc::TIOCGWINSZ, Winsize);
nix::ioctl_write_ptr_bad!(set_size, libc::TIOCSWINSZ, Winsize);
nix::ioctl_write_int_bad!(set_controlling, libc::TIOCSCTTY);

/// How often the sizes of the two terminals are compared. A signal would tell at once, but its handler would be the
/// whole process's.
const LOOK_AT_SIZE: Duration = Duration::from_millis(250);

/// Runs a command in the instance, on a terminal of its own.
pub(super) fn exec(instance: &Hold, command: &ExecCommand) -> Result<i32, ExecError> {
    let stdin = io::stdin();
    let settings = tcgetattr(&stdin).map_err(|error| ExecError::Terminal(error.into()))?;
    let size = size_of(stdin.as_fd());
    let OpenptyResult { master, slave } =
        openpty(size.as_ref(), &settings).map_err(|error| ExecError::Terminal(error.into()))?;
    for descriptor in [&master, &slave] {
        let close = FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC);
        fcntl(descriptor, close).map_err(|error| ExecError::Terminal(error.into()))?;
    }
    let child = start(instance, command, slave)?;
    let raw = Raw::set(settings).map_err(ExecError::Terminal)?;
    let ended = connect(master, child, size);
    drop(raw);
    ended.map_err(ExecError::Terminal)
}

fn start(instance: &Hold, command: &ExecCommand, terminal: OwnedFd) -> Result<Child, ExecError> {
    let copy = || terminal.try_clone().map_err(ExecError::Terminal);
    let descriptor = instance.as_fd().try_clone_to_owned().map_err(ExecError::Terminal)?;
    let instance = Hold::from(descriptor);
    let mut entering = with_clean_environment(command);
    entering.stdin(copy()?).stdout(copy()?).stderr(copy()?);
    // SAFETY: between fork and exec the child makes system calls and does not allocate.
    unsafe { entering.pre_exec(move || enter(&instance, Lifetime::OfCaller, Some(terminal.as_fd()))) };
    entering.spawn().map_err(|source| ExecError::Run { program: command.program.clone(), source })
}

/// Makes the terminal the calling session's own, which has none yet.
pub(super) fn take_over(terminal: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: the call takes a number.
    unsafe { set_controlling(terminal.as_raw_fd(), 0) }.map(drop).map_err(io::Error::from)
}

fn size_of(terminal: BorrowedFd<'_>) -> Option<Winsize> {
    let mut size = Winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the kernel writes the structure and no further.
    unsafe { get_size(terminal.as_raw_fd(), &mut size) }.ok().map(|_| size)
}

/// The caller's terminal in raw mode: the other one does what a terminal does. As it was before when dropped.
struct Raw {
    before: Termios,
}

impl Raw {
    fn set(before: Termios) -> io::Result<Raw> {
        let mut raw = before.clone();
        cfmakeraw(&mut raw);
        tcsetattr(io::stdin(), SetArg::TCSANOW, &raw)?;
        Ok(Raw { before })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &self.before);
    }
}

/// Passes what is typed to the command and what it shows to the caller, until it has ended.
fn connect(master: OwnedFd, mut child: Child, mut size: Option<Winsize>) -> io::Result<i32> {
    let flags = OFlag::from_bits_retain(fcntl(&master, FcntlArg::F_GETFL)?);
    fcntl(&master, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    let mut master = File::from(master);
    let mut typed = Typed { waiting: Vec::new(), is_over: false };
    loop {
        let status = child.try_wait()?;
        let is_shown = show(&mut master)?;
        if let Some(status) = status
            && !is_shown
        {
            return Ok(code(status));
        }
        if let Some(now) = size_of(io::stdin().as_fd())
            && size != Some(now)
        {
            // SAFETY: the kernel reads the structure and no further.
            let _ = unsafe { set_size(master.as_raw_fd(), &now) };
            size = Some(now);
        }
        typed.pass(&mut master, status.is_some())?;
    }
}

/// What the user typed and the command has not taken yet.
struct Typed {
    waiting: Vec<u8>,
    is_over: bool,
}

impl Typed {
    /// Waits until there is something to do, and passes on what is typed. No more is read while some still waits: the
    /// command might never take it.
    fn pass(&mut self, master: &mut File, is_ended: bool) -> io::Result<()> {
        let stdin = io::stdin();
        let wants_more = self.waiting.is_empty() && !self.is_over && !is_ended;
        let of_master =
            if self.waiting.is_empty() { PollFlags::POLLIN } else { PollFlags::POLLIN | PollFlags::POLLOUT };
        let of_stdin = if wants_more { PollFlags::POLLIN } else { PollFlags::empty() };
        let mut events = [PollFd::new(master.as_fd(), of_master), PollFd::new(stdin.as_fd(), of_stdin)];
        let timeout = PollTimeout::from(LOOK_AT_SIZE.as_millis() as u8);
        match poll(&mut events, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_hung_up = events[0].revents().is_some_and(|events| events.contains(PollFlags::POLLHUP));
        if wants_more && events[1].any().unwrap_or_default() {
            let mut buffer = [0; 4096];
            let length = nix::unistd::read(&stdin, &mut buffer)?;
            self.is_over = length == 0;
            self.waiting.extend_from_slice(&buffer[..length]);
        }
        if is_hung_up {
            // Nobody has the terminal open, and the command will be gone in a moment.
            std::thread::sleep(Duration::from_millis(1));
            return Ok(());
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        match master.write(&self.waiting) {
            Ok(length) => drop(self.waiting.drain(..length)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Shows what the command has written; true if it had.
fn show(master: &mut File) -> io::Result<bool> {
    let mut buffer = [0; 4096];
    match master.read(&mut buffer) {
        Ok(0) => Ok(false),
        Ok(length) => {
            let mut stdout = io::stdout();
            stdout.write_all(&buffer[..length])?;
            stdout.flush()?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        // Nobody has the terminal open any more.
        Err(error) if error.raw_os_error() == Some(libc::EIO) => Ok(false),
        Err(error) => Err(error),
    }
}

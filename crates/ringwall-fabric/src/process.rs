//! Processes that are known again: a number alone is not enough, for the kernel gives it to another once its process is
//! gone.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};

/// A process, told from all others that have its number by the time of its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Process {
    /// its number in the host's namespace
    pub pid: u32,
    /// when it was started, in ticks of the kernel's clock since the host was
    pub started: u64,
}

impl Process {
    /// The process that has the number now; `None` if none has, or if it has ended and only waits to be taken note of.
    pub fn of(pid: u32) -> io::Result<Option<Process>> {
        let text = match fs::read_to_string(format!("/proc/{pid}/stat")) {
            Ok(text) => text,
            Err(error) if is_gone(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let (state, started) = parse(&text).ok_or(io::ErrorKind::InvalidData)?;
        Ok((!matches!(state, 'Z' | 'X')).then_some(Process { pid, started }))
    }

    /// Whether it still runs.
    pub fn is_running(&self) -> io::Result<bool> {
        Ok(Process::of(self.pid)? == Some(*self))
    }

    /// Asks the process to end, and kills it if it has not by then.
    pub fn end(&self, until: Instant) -> io::Result<()> {
        let Some(hold) = self.hold()? else { return Ok(()) };
        hold.signal(Signal::SIGTERM)?;
        if !hold.wait(until)? {
            hold.signal(Signal::SIGKILL)?;
            hold.wait(until + Duration::from_secs(10))?;
        }
        Ok(())
    }

    /// A hold on the process; `None` if it has ended.
    pub(crate) fn hold(&self) -> io::Result<Option<Hold>> {
        // SAFETY: the call takes two numbers and returns a new descriptor or an error.
        let descriptor = unsafe { libc::syscall(libc::SYS_pidfd_open, self.pid, 0) };
        if descriptor < 0 {
            let error = io::Error::last_os_error();
            return if is_gone(&error) { Ok(None) } else { Err(error) };
        }
        // SAFETY: the kernel has just returned this descriptor, and nobody else has it.
        let hold = Hold { descriptor: unsafe { OwnedFd::from_raw_fd(descriptor as i32) } };
        // What is held now keeps its number, so looking at the number afterwards tells what is held.
        Ok(self.is_running()?.then_some(hold))
    }
}

fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(libc::ESRCH)
}

/// The state and the time of the start. The name of the program comes before both and may hold anything but its end.
fn parse(stat: &str) -> Option<(char, u64)> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(18)?.parse().ok()?))
}

/// A hold on one process: whatever is done with it is done to that process or to none.
#[derive(Debug)]
pub(crate) struct Hold {
    descriptor: OwnedFd,
}

impl Hold {
    /// Sends a signal; nothing to do if the process has ended.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        // SAFETY: the descriptor is open, and no further information goes with the signal.
        let result = unsafe {
            let nothing: *const libc::siginfo_t = std::ptr::null();
            libc::syscall(libc::SYS_pidfd_send_signal, self.descriptor.as_raw_fd(), signal as i32, nothing, 0)
        };
        match io::Error::last_os_error() {
            _ if result == 0 => Ok(()),
            error if is_gone(&error) => Ok(()),
            error => Err(error),
        }
    }

    /// Waits for the end of the process; false if it has not come by then.
    pub fn wait(&self, until: Instant) -> io::Result<bool> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            // A minute at most, for the kernel counts milliseconds in few bits.
            let milliseconds = left.min(Duration::from_secs(60)).as_micros().div_ceil(1000) as u16;
            let mut events = [PollFd::new(self.descriptor.as_fd(), PollFlags::POLLIN)];
            match poll(&mut events, PollTimeout::from(milliseconds)) {
                Ok(0) if left.is_zero() => return Ok(false),
                Ok(0) | Err(nix::errno::Errno::EINTR) => {}
                Ok(_) => return Ok(true),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl From<OwnedFd> for Hold {
    fn from(descriptor: OwnedFd) -> Hold {
        Hold { descriptor }
    }
}

impl AsFd for Hold {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// Closes the descriptors from that one on, or does what the flags say with them.
pub(crate) fn close_from(first: u32, flags: u32) -> io::Result<()> {
    // SAFETY: the call takes three numbers. Callers use none of these descriptors afterwards.
    match unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, flags) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_be_called_anything() {
        let fields = (4..=21).map(|field| field.to_string()).collect::<Vec<_>>().join(" ");
        let stat = format!("7 (a) R 1 (b) S {fields} 4711 23 24\n");
        assert_eq!(parse(&stat), Some(('S', 4711)));
        assert_eq!(parse("7 (a) S 1 2"), None);
    }

    #[test]
    fn this_process_runs_and_one_started_at_another_time_does_not() {
        let this = Process::of(std::process::id()).unwrap().unwrap();
        let other = Process { started: this.started + 1, ..this };
        assert!(this.is_running().unwrap() && this.hold().unwrap().is_some());
        assert!(!other.is_running().unwrap() && other.hold().unwrap().is_none());
    }

    #[test]
    fn a_process_that_only_waits_to_be_taken_note_of_has_ended() {
        let mut child = std::process::Command::new("/bin/true").spawn().unwrap();
        let process = Process::of(child.id()).unwrap();
        let hold = process.and_then(|process| process.hold().unwrap());
        if let Some(hold) = hold {
            assert!(hold.wait(Instant::now() + Duration::from_secs(10)).unwrap());
            hold.signal(Signal::SIGTERM).unwrap();
        }
        let ended = Instant::now() + Duration::from_secs(10);
        while Process::of(child.id()).unwrap().is_some() && Instant::now() < ended {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(Process::of(child.id()).unwrap(), None);
        child.wait().unwrap();
    }
}

//! Standard streams of a process to be.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd, OwnedFd};

use rustix::fs::{FileType, Gid, Mode, OFlags, Uid};
use rustix::io::Errno;
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};
use tsorch_oci::ConsoleSize;
use tsorch_sys::execute::inherited;

use crate::error::Failure;
use crate::init::Console;
use crate::spec::{Io, Stdio};
use crate::step::Step;

/// What becomes of descriptors 0, 1 and 2.
#[derive(Debug)]
pub(crate) enum Streams {
    /// These.
    Pipes(Stdio),
    /// A new terminal.
    Terminal(Option<ConsoleSize>),
}

impl Streams {
    /// Takes the caller's wish; a size in the process document counts when the caller has none.
    pub(crate) fn new(io: Io, configured: Option<ConsoleSize>) -> Result<Self, Errno> {
        match io {
            Io::Pipes(stdio) => Ok(Self::Pipes(Stdio {
                stdin: away_from_stdio(stdio.stdin)?,
                stdout: away_from_stdio(stdio.stdout)?,
                stderr: away_from_stdio(stdio.stderr)?,
            })),
            Io::Terminal { size } => Ok(Self::Terminal(size.or(configured))),
        }
    }

    /// The descriptors to keep open: these, and 0 to 2, which must stay taken until they are replaced. A handle that
    /// is opened there meanwhile would be overwritten, and closed under the program's feet.
    pub(crate) fn fds(&self) -> Vec<BorrowedFd<'_>> {
        let mut fds: Vec<BorrowedFd<'_>> = Vec::with_capacity(6);
        for number in 0..=2 {
            if let Some(fd) = inherited(number) {
                fds.push(fd);
            }
        }
        if let Self::Pipes(stdio) = self {
            fds.extend([&stdio.stdin, &stdio.stdout, &stdio.stderr].map(AsFd::as_fd));
        }
        fds
    }

    /// Takes those of 0 to 2 that are free, for the same reason.
    pub(crate) fn reserve_stdio() -> Result<(), Errno> {
        while (0..=2).any(|number| inherited(number).is_none()) {
            let null = rustix::fs::open("/dev/null", OFlags::RDWR, Mode::empty())?;
            // It stays until it is replaced: the number is what is wanted.
            let _ = null.into_raw_fd();
        }
        Ok(())
    }

    /// Puts them into place. `uid` is who will use them.
    pub(crate) fn install(&self, console: Option<&Console>, uid: u32) -> Result<(), Failure> {
        let name = || "set up the standard streams";
        match (self, console) {
            (Self::Pipes(stdio), _) => {
                for stream in [&stdio.stdin, &stdio.stdout, &stdio.stderr] {
                    give_pipe(stream, uid);
                }
                dup2_stdin(&stdio.stdin).step(name)?;
                dup2_stdout(&stdio.stdout).step(name)?;
                dup2_stderr(&stdio.stderr).step(name)
            }
            (Self::Terminal(_), Some(console)) => {
                // In a devpts of the container's own; nobody else's terminal can be meant.
                let _ = rustix::fs::fchown(&console.slave, Some(Uid::from_raw(uid)), None::<Gid>);
                dup2_stdin(&console.slave).step(name)?;
                dup2_stdout(&console.slave).step(name)?;
                dup2_stderr(&console.slave).step(name)?;
                rustix::process::ioctl_tiocsctty(&console.slave).step(|| "take the terminal")
            }
            (Self::Terminal(_), None) => Err(Failure::plain("there is no terminal")),
        }
    }
}

/// Gives a pipe to the user of the program, who could not reopen `/dev/stdout` otherwise. Nothing but pipes: a file or
/// a device of the host keeps its owner.
fn give_pipe(stream: &OwnedFd, uid: u32) {
    let is_pipe = rustix::fs::fstat(stream).is_ok_and(|found| {
        FileType::from_raw_mode(found.st_mode) == FileType::Fifo && found.st_uid != uid
    });
    if is_pipe {
        let _ = rustix::fs::fchown(stream, Some(Uid::from_raw(uid)), None::<Gid>);
    }
}

/// A descriptor among 0, 1 and 2 would be overwritten while they are put into place, or lost at execve(2) because it is in
/// its place already.
pub(crate) fn away_from_stdio(fd: OwnedFd) -> Result<OwnedFd, Errno> {
    if fd.as_raw_fd() > 2 {
        Ok(fd)
    } else {
        rustix::io::fcntl_dupfd_cloexec(fd, 3)
    }
}

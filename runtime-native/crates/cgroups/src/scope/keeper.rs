//! A process that keeps a scope alive until the container's first one is in it: systemd makes no scope without a process,
//! and takes away one that has none left.

use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, pidfd_send_signal};
use tsorch_sys::child::reap_waiting;
use tsorch_sys::fork::{Child, Forked, Parentage, become_child, exit_now, fork};

/// A child that does nothing. It ends with its value, or with this process.
#[derive(Debug)]
pub(super) struct Keeper {
    child: Child,
    /// Its end is the child's end of file.
    _end: OwnedFd,
}

impl Keeper {
    /// Forks it. This process must have one thread.
    pub(super) fn start() -> Result<Self, Errno> {
        let (theirs, ours) = pipe_with(PipeFlags::CLOEXEC)?;
        match fork(Parentage::Child)? {
            Forked::Parent(child) => Ok(Self { child, _end: ours }),
            Forked::Child => {
                if become_child(&[theirs.as_fd()]).is_ok() {
                    while rustix::io::read(&theirs, &mut [0; 1]) == Err(Errno::INTR) {}
                }
                exit_now(0)
            }
        }
    }

    pub(super) fn pid(&self) -> Pid {
        self.child.pid
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let _ = pidfd_send_signal(&self.child.pidfd, Signal::KILL);
        let _ = reap_waiting(self.child.pid);
    }
}

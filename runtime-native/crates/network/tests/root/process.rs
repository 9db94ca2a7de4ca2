//! Processes without exec, so that a scenario can be killed, and servers run beside it.

use std::io::{stderr, stdin, stdout};
use std::os::fd::{AsFd, BorrowedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rustix::process::{Signal, pidfd_send_signal};
use tsorch_sys::child::reap_waiting;
use tsorch_sys::fork::{Child, Forked, Parentage, become_child, exit_now, fork};

/// A running child; killed when dropped.
pub(crate) struct Process {
    child: Child,
    is_reaped: bool,
}

impl Process {
    /// Runs `work` in a child, which ends with 0, or with 1 after a panic. Only before there are threads.
    pub(crate) fn run(work: impl FnOnce()) -> Self {
        Self::with(&[], work)
    }

    /// As [`Process::run`]; of the descriptors it has stdin, stdout, stderr and `keep`. One that kept hostd's would keep
    /// namespaces alive and the table owned, as hostd's own children must not.
    pub(crate) fn with(keep: &[BorrowedFd<'_>], work: impl FnOnce()) -> Self {
        let (stdin, stdout, stderr) = (stdin(), stdout(), stderr());
        let mut keep = keep.to_vec();
        keep.extend([stdin.as_fd(), stdout.as_fd(), stderr.as_fd()]);
        let work = || {
            become_child(&keep).unwrap();
            work();
        };
        match fork(Parentage::Child).unwrap() {
            Forked::Parent(child) => Self {
                child,
                is_reaped: false,
            },
            Forked::Child => exit_now(u8::from(catch_unwind(AssertUnwindSafe(work)).is_err())),
        }
    }

    pub(crate) fn pid(&self) -> i32 {
        self.child.pid.as_raw_pid()
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> u8 {
        self.is_reaped = true;
        reap_waiting(self.child.pid).unwrap().ending.code()
    }

    /// Kills it as a crash would.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if !self.is_reaped {
            self.is_reaped = true;
            let _ = pidfd_send_signal(&self.child.pidfd, Signal::KILL);
            let _ = reap_waiting(self.child.pid);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

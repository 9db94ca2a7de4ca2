//! The two ends of a container's start: made, and running.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::process::Pid;
use tsorch_cgroups::Cgroup;

use crate::error::{CreateError, StartError};
use crate::spec::{Spec, Warning};

/// A container whose first process waits at its start gate.
#[derive(Debug)]
pub struct Created {
    pid: Pid,
    pidfd: OwnedFd,
    console: Option<OwnedFd>,
    cgroup: Cgroup,
    warnings: Vec<Warning>,
}

/// A container whose program was executed.
#[derive(Debug)]
pub struct Running {
    /// Process id of the first process; a child of the caller, who reaps it.
    pub pid: Pid,
    /// The same, safe against reuse of the number.
    pub pidfd: OwnedFd,
    /// Its control group.
    pub cgroup: Cgroup,
}

/// Makes the control group and the first process of a container, up to the start gate. Takes some milliseconds.
///
/// # Errors
/// [`CreateError`]; nothing is left then.
pub fn create(spec: Spec<'_>) -> Result<Created, CreateError> {
    drop(spec);
    Err(CreateError::Config("creation is being written".to_owned()))
}

impl Created {
    /// Process id of the first process, a child of the caller.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// The first process.
    #[must_use]
    pub fn pidfd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    /// Takes the master of the pseudoterminal, once.
    pub fn console(&mut self) -> Option<OwnedFd> {
        self.console.take()
    }

    /// What is not as the configuration says.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The container's control group.
    #[must_use]
    pub fn cgroup(&self) -> &Cgroup {
        &self.cgroup
    }

    /// Opens the start gate and waits until the program was executed.
    ///
    /// # Errors
    /// [`StartError`]: `execve` failed or a step just before; the first process has ended and is to be reaped.
    pub fn start(self) -> Result<Running, StartError> {
        Ok(self.leave())
    }

    /// Lets go of a container that somebody else will start.
    #[must_use]
    pub fn leave(self) -> Running {
        Running {
            pid: self.pid,
            pidfd: self.pidfd,
            cgroup: self.cgroup,
        }
    }
}

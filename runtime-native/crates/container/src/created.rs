//! The two ends of a container's start: made, and running.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::process::Pid;
use tsorch_cgroups::Cgroup;
use tsorch_oci::{Config, State};

use crate::error::{Failure, StartError};
use crate::first_process::{FirstProcess, end_child};
use crate::resctrl::Class;
use crate::seccomp::Listener;
use crate::spec::Warning;
use crate::step::Step;
use crate::sync::{FromInit, MakerEnd, ToInit};
use crate::waiter::{Blocking, Waiter};

/// A container whose first process waits at its start gate.
#[derive(Debug)]
pub struct Created {
    process: FirstProcess,
    cgroup: Cgroup,
    class: Option<Class>,
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

impl Created {
    pub(crate) fn new(
        mut process: FirstProcess,
        (cgroup, class): (Cgroup, Option<Class>),
        mut warnings: Vec<Warning>,
    ) -> Self {
        warnings.append(&mut process.warnings);
        process.warnings = warnings;
        Self {
            process,
            cgroup,
            class,
        }
    }

    /// Process id of the first process, a child of the caller.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.process.child.pid
    }

    /// The first process.
    #[must_use]
    pub fn pidfd(&self) -> BorrowedFd<'_> {
        self.process.child.pidfd.as_fd()
    }

    /// Takes the master of the pseudoterminal, once.
    pub fn console(&mut self) -> Option<OwnedFd> {
        self.process.console.take()
    }

    /// What is not as the configuration says.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.process.warnings
    }

    /// The container's control group.
    #[must_use]
    pub fn cgroup(&self) -> &Cgroup {
        &self.cgroup
    }

    /// Opens the start gate and waits until the program was executed. For [`crate::StartGate::Caller`].
    ///
    /// # Errors
    /// [`StartError`]: `execve` failed or a step just before. The first process has ended and was reaped, the control
    /// group was removed.
    pub fn start(self) -> Result<Running, StartError> {
        self.start_meanwhile(&mut Blocking)
    }

    /// As [`start`](Self::start); `waiter` waits, and may do something else meanwhile.
    ///
    /// # Errors
    /// As those of [`start`](Self::start).
    pub fn start_meanwhile(self, waiter: &mut dyn Waiter) -> Result<Running, StartError> {
        let process = &self.process;
        let opened = process.maker.send(ToInit::Start);
        let child = Starting {
            pid: process.child.pid,
            pidfd: process.child.pidfd.as_fd(),
            listener: process.listener.as_ref(),
        };
        let opened = opened.map_err(|_| StartError::Died);
        match opened.and_then(|()| wait_for_program(&process.maker, child, waiter)) {
            Ok(()) => Ok(self.leave()),
            Err(error) => {
                self.abort();
                Err(error)
            }
        }
    }

    /// Ends what was made: the first process is killed and reaped, the control group removed.
    pub fn abort(self) {
        let _ = self.cgroup.kill();
        end_child(&self.process.child);
        let _ = self.cgroup.remove();
        let _ = self.class.map(|class| class.remove());
    }

    /// Lets go of a container that somebody else will start.
    #[must_use]
    pub fn leave(self) -> Running {
        Running {
            pid: self.process.child.pid,
            pidfd: self.process.child.pidfd,
            cgroup: self.cgroup,
        }
    }
}

/// A container that another process has created and this one starts.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    /// Process id of its first process.
    pub pid: Pid,
    /// The same, safe against reuse.
    pub pidfd: BorrowedFd<'a>,
    /// Its configuration.
    pub config: &'a Config,
    /// Its state, for whoever answers calls that its filter holds up.
    pub state: &'a State,
}

/// Opens the gate of a container that another process has created, by a connection to its gate's socket, and waits
/// until the program was executed.
///
/// # Errors
/// [`StartError`]: `execve` failed or a step just before; the first process has ended or is about to.
pub fn start_by(connection: OwnedFd, waiting: Waiting<'_>) -> Result<(), StartError> {
    let listener = Listener::of(waiting.config.linux.seccomp.as_ref(), waiting.state);
    let child = Starting {
        pid: waiting.pid,
        pidfd: waiting.pidfd,
        listener: listener.as_ref(),
    };
    wait_for_program(&MakerEnd::new(connection), child, &mut Blocking)
}

/// A process on its last steps to its program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Starting<'a> {
    pub(crate) pid: Pid,
    pub(crate) pidfd: BorrowedFd<'a>,
    pub(crate) listener: Option<&'a Listener>,
}

pub(crate) fn wait_for_program(
    maker: &MakerEnd,
    child: Starting<'_>,
    waiter: &mut dyn Waiter,
) -> Result<(), StartError> {
    loop {
        let message = maker
            .receive_by(waiter)
            .step(|| "hear from the first process")
            .map_err(StartError::Program)?;
        match message {
            None => return Ok(()),
            Some(FromInit::Failed(failure)) => return Err(StartError::Program(failure)),
            Some(FromInit::Listener(number)) => {
                hand_over(number, child).map_err(StartError::Program)?;
                maker
                    .send(ToInit::Proceed(0))
                    .map_err(|_| StartError::Died)?;
            }
            Some(FromInit::Ready | FromInit::Console(_)) => {}
        }
    }
}

fn hand_over(number: i32, child: Starting<'_>) -> Result<(), Failure> {
    let pid = child.pid.as_raw_nonzero().get();
    match child.listener {
        Some(listener) => listener.hand_over((pid, child.pidfd), number),
        None => Err(Failure::plain("hand over notifications: nobody listens")),
    }
}

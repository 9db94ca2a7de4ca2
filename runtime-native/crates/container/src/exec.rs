//! Executing another process in a running container.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::process::Pid;
use tsorch_cgroups::Cgroup;
use tsorch_oci::{Config, Process};

use crate::error::ExecError;
use crate::spec::{Io, Leniency, Warning};

/// The container to enter.
#[derive(Debug)]
pub struct Target<'a> {
    /// Process id of its first process.
    pub pid: Pid,
    /// The same, safe against reuse.
    pub pidfd: BorrowedFd<'a>,
    /// Its control group.
    pub cgroup: &'a Cgroup,
    /// Its configuration: capabilities, filter, labels and `no_new_privs` come from here where `process` is silent.
    pub config: &'a Config,
}

/// What to execute.
#[derive(Debug)]
pub struct ExecSpec<'a> {
    /// The process. An empty `env` or `cwd` is taken from the container's own process.
    pub process: &'a Process,
    /// Standard streams.
    pub io: Io,
    /// What to do about what the host cannot give.
    pub leniency: Leniency,
    /// Directory of compiled system call filters; `None` = compile each time.
    pub seccomp_cache: Option<&'a Path>,
    /// How many descriptors from 3 on the program inherits.
    pub preserve_fds: u32,
    /// Enter a paused container; the process is frozen at once.
    pub ignore_paused: bool,
}

/// A process executed in a container; a child of the caller, who reaps it.
#[derive(Debug)]
pub struct ExecProcess {
    /// Its process id, as the caller sees it.
    pub pid: Pid,
    /// The same, safe against reuse.
    pub pidfd: OwnedFd,
    /// Master of its pseudoterminal.
    pub console: Option<OwnedFd>,
    /// What is not as the process document says.
    pub warnings: Vec<Warning>,
}

/// Executes a process in a running container; returns when `execve` has succeeded.
///
/// # Errors
/// [`ExecError`]; nothing is left then.
pub fn exec(target: &Target<'_>, spec: ExecSpec<'_>) -> Result<ExecProcess, ExecError> {
    let _ = target;
    drop(spec);
    Err(ExecError::Config("exec is being written".to_owned()))
}

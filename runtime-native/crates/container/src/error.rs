//! What can go wrong, with the code of `schemas/error-codes.json`.

use std::time::Duration;

use rustix::io::Errno;

use tsorch_cgroups::CgroupError;

/// A step failed; the text names it and its object, `errno` says why where the kernel said it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{step}{}", self.reason())]
pub struct Failure {
    /// What was tried, with its object: `mount proc on /proc`.
    pub step: String,
    /// The kernel's error number.
    pub errno: Option<i32>,
}

impl Failure {
    fn reason(&self) -> String {
        self.errno.map_or_else(String::new, |errno| {
            let text = std::io::Error::from_raw_os_error(errno).to_string();
            // In small letters, as Go has them: Docker and podman look for "no such file or directory".
            let (first, rest) = text.split_at(1);
            format!(": {}{rest}", first.to_lowercase())
        })
    }

    /// With the kernel's reason.
    pub fn new(step: impl Into<String>, errno: Errno) -> Self {
        Self {
            step: step.into(),
            errno: Some(errno.raw_os_error()),
        }
    }

    /// Without one.
    pub fn plain(step: impl Into<String>) -> Self {
        Self {
            step: step.into(),
            errno: None,
        }
    }
}

/// Why a container could not be created. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The configuration asks for something impossible or not supported.
    #[error("the configuration cannot be carried out: {0}")]
    Config(String),
    /// Its control group.
    #[error("cannot set up the control group")]
    Cgroup(#[source] CgroupError),
    /// A step of the creating process.
    #[error("cannot create the container: {0}")]
    Host(Failure),
    /// A step inside, before the program.
    #[error("cannot set up the container: {0}")]
    Init(Failure),
    /// The first process ended before it was ready, without saying why (out of memory, killed).
    #[error("the container's first process ended while it was set up{}", if *oom { ": out of memory" } else { "" })]
    Died {
        /// The kernel's out-of-memory killer did it.
        oom: bool,
    },
}

/// Why the program could not be executed. The container has ended.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The program is missing, not executable, or a last step before it failed.
    #[error("cannot start the program: {0}")]
    Program(Failure),
    /// The first process was gone before it could execute anything.
    #[error("the container's first process ended before the program was executed")]
    Died,
}

/// Why a process could not be executed in a container.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The container's first process is gone.
    #[error("the container is not running")]
    NotRunning,
    /// The container is frozen.
    #[error("the container is paused")]
    Paused,
    /// It took too long; its process was killed.
    #[error("the program was not executed within {0:?}")]
    Late(Duration),
    /// The process document asks for something impossible or not supported.
    #[error("the process cannot be carried out: {0}")]
    Config(String),
    /// Its control group.
    #[error("cannot enter the control group")]
    Cgroup(#[source] CgroupError),
    /// A step of the calling process.
    #[error("cannot enter the container: {0}")]
    Host(Failure),
    /// A step inside, before or at `execve`.
    #[error("cannot execute the program: {0}")]
    Program(Failure),
}

impl CreateError {
    /// The code in `schemas/error-codes.json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "container.start-failed"
    }
}

impl StartError {
    /// The code in `schemas/error-codes.json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "container.start-failed"
    }
}

impl ExecError {
    /// The code in `schemas/error-codes.json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotRunning => "container.not-running",
            _ => "container.exec-failed",
        }
    }
}

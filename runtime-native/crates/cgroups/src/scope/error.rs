//! What can go wrong with scopes.

use rustix::io::Errno;

/// Why systemd has made no scope, or ended none.
#[derive(Debug, thiserror::Error)]
pub enum ScopeError {
    /// `linux.cgroupsPath` does not name one.
    #[error(
        "{0:?} names no scope of systemd: the control group path must be SLICE:PREFIX:NAME, like \"system.slice:tsorch:web\""
    )]
    BadName(String),
    /// There is nobody to ask.
    #[error("systemd does not run this host")]
    NoSystemd,
    /// A system call failed.
    #[error("cannot {operation}")]
    Io {
        /// What was tried.
        operation: &'static str,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The peer does not speak D-Bus as we know it.
    #[error("systemd's answer cannot be read: {0}")]
    Protocol(&'static str),
    /// systemd refused.
    #[error("systemd refused {operation} of {unit}: {message} ({name})")]
    Refused {
        /// The method.
        operation: &'static str,
        /// The scope.
        unit: String,
        /// Name of the D-Bus error.
        name: String,
        /// systemd's words.
        message: String,
    },
    /// The job that systemd made of the call did not end well.
    #[error("systemd could not carry out {operation} of {unit}: {result}")]
    Job {
        /// The method.
        operation: &'static str,
        /// The scope.
        unit: String,
        /// `failed`, `timeout`, `canceled`...
        result: String,
    },
    /// What concerns the group below the scope.
    #[error(transparent)]
    Cgroup(#[from] crate::CgroupError),
}

pub(super) fn io(operation: &'static str) -> impl Fn(std::io::Error) -> ScopeError {
    move |source| ScopeError::Io { operation, source }
}

pub(super) fn errno(operation: &'static str) -> impl Fn(Errno) -> ScopeError {
    move |errno| ScopeError::Io {
        operation,
        source: errno.into(),
    }
}

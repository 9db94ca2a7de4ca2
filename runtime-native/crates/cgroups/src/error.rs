//! What can go wrong with a control group.

use rustix::io::Errno;

use crate::path::BadCgroupPath;

/// An operation on a control group failed.
#[derive(Debug, thiserror::Error)]
pub enum CgroupError {
    /// The host's hierarchies could not be found out.
    #[error("cannot look up the host's control group hierarchies ({what})")]
    Host {
        /// Which file or call.
        what: String,
        /// Why.
        #[source]
        errno: Errno,
    },
    /// No hierarchy is mounted.
    #[error("no control group hierarchy is mounted on /sys/fs/cgroup")]
    NoHierarchy,
    /// The path is unusable.
    #[error(transparent)]
    Path(#[from] BadCgroupPath),
    /// A group of that name has processes or is frozen; it is never taken over.
    #[error("control group {path} is in use: {reason}")]
    InUse {
        /// The group.
        path: String,
        /// What was found.
        reason: &'static str,
    },
    /// Making, opening or removing a group failed.
    #[error("cannot {operation} control group {path}")]
    Group {
        /// `create`, `open`, `remove`, ...
        operation: &'static str,
        /// The group's directory.
        path: String,
        /// Why.
        #[source]
        errno: Errno,
    },
    /// Reading a control file failed.
    #[error("cannot read {file} of control group {path}")]
    Read {
        /// The group.
        path: String,
        /// The file.
        file: String,
        /// Why.
        #[source]
        errno: Errno,
    },
    /// Writing a control file failed.
    #[error("cannot write {value:?} to {file} of control group {path}")]
    Write {
        /// The group.
        path: String,
        /// The file.
        file: String,
        /// What was written.
        value: String,
        /// Why.
        #[source]
        errno: Errno,
    },
    /// A limit asks for a controller that the host does not have.
    #[error("the {controller} controller, which {limit} needs, is not available")]
    MissingController {
        /// The controller.
        controller: &'static str,
        /// The limit, as the configuration names it.
        limit: String,
    },
    /// A limit's value makes no sense.
    #[error("{limit} cannot be set: {reason}")]
    BadLimit {
        /// The limit, as the configuration names it.
        limit: String,
        /// What is wrong.
        reason: String,
    },
}

impl CgroupError {
    /// The kernel's error number, where there is one.
    #[must_use]
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Host { errno, .. }
            | Self::Group { errno, .. }
            | Self::Read { errno, .. }
            | Self::Write { errno, .. } => Some(*errno),
            _ => None,
        }
    }
}

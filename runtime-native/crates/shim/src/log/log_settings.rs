//! How much of a container's output is kept, and what happens when it cannot be.

use std::time::Duration;

/// The settings of one log; they change while it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogSettings {
    /// Without it nothing is written, and what an earlier setting has left stays.
    pub(crate) is_kept: bool,
    pub(crate) limits: LogLimits,
    pub(crate) when_full: WhenFull,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogLimits {
    /// A file that would pass this many bytes is rotated first; 0 = never.
    pub(crate) max_bytes: u64,
    /// Files kept, the one that is written included; at least 1.
    pub(crate) max_files: u32,
    /// A file this old is rotated before it is written again.
    pub(crate) max_age: Option<Duration>,
}

/// What happens to output while the disk takes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhenFull {
    /// It stays with the container, whose programs wait.
    Block,
    /// This many bytes of it are kept; more pushes out the oldest, which the log counts.
    Drop(usize),
}

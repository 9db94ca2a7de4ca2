//! What keeps a container alive whose shim is killed: hostd holds copies of its stdio, and forks a shim that adopts it.
//!
//! Said on the socket pair of the hand-over, behind the shim's first answer; or, by a shim that a former hostd has forked,
//! on the connection on which `keep` was called. All are events:
//!
//! ```text
//! shim  -> hostd   keep [`KeptTask`] + pidfd, one descriptor per lane    before state.json says "running"
//! shim  -> hostd   letGo {task}                                          its record is written
//! hostd -> shim    ping {}, which is answered by pong {}                 its task has ended, and it has not let go
//! hostd -> shim    reaped [`ReapedTask`]                                 only to an adopting shim, which is no parent
//! ```

use serde::{Deserialize, Serialize};

/// A task runs, and its descriptors come with this frame.
pub const KEEP: &str = "keep";
/// The task is over.
pub const LET_GO: &str = "letGo";
/// hostd asks for a sign of life.
pub const PING: &str = "ping";
/// The answer to it.
pub const PONG: &str = "pong";
/// hostd has reaped the container's first process.
pub const REAPED: &str = "reaped";

/// A running task. Behind the frame come its first process's pidfd and a descriptor for each lane, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptTask {
    /// Its number.
    pub task: u64,
    /// Its first process.
    pub pid: i32,
    /// Of which streams there are descriptors.
    pub lanes: Vec<KeptLane>,
}

/// One of a program's streams, as the shim holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeptLane {
    /// Write end of its pipe.
    Stdin,
    /// Read end of its pipe.
    Stdout,
    /// Read end of its pipe.
    Stderr,
    /// Master of the terminal.
    Console,
}

/// How the first process of a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReapedTask {
    /// Its number, until it was reaped.
    pub pid: i32,
    /// Exit status; meaningless with a signal.
    pub status: u8,
    /// The signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<u8>,
    /// Whether a core was dumped.
    pub core_dumped: bool,
    /// Microseconds in user mode.
    pub user_us: u64,
    /// Microseconds in the kernel.
    pub sys_us: u64,
    /// KiB.
    pub max_rss_kb: u64,
}

//! What shim and hostd tell each other: the hand-over at the fork, and the files of a shim (schemas/protocol/shim.md).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error_body::ErrorBody;
use crate::keeping::KeptTask;

/// What a freshly forked shim is told. It also gets one end of a socket pair, on which it sends a frame when its
/// socket listens and, with `task`, when the program was executed: an answer with id 1 whose result is
/// [`ShimReady`], or whose error is that of the start. A failed start does not end the shim. What follows on this
/// socket is in [`crate::keeping`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShimHandover {
    /// The container, 32 hex digits.
    pub id: String,
    /// The node's root.
    pub root: PathBuf,
    /// The node's run directory.
    pub run_dir: PathBuf,
    /// Start this task at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<u64>,
    /// Watch this task, which a shim that was killed has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopt: Option<KeptTask>,
}

/// What the shim says first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShimReady {
    /// Of the container's first process, when a task was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<i32>,
    /// Epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<u64>,
}

/// `exit.json`: how a task ended. Written before anyone is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExitRecord {
    /// The container.
    pub id: String,
    /// Which of its tasks.
    pub task: u64,
    /// Of its first process; 0 when none was made.
    pub pid: i32,
    /// Epoch milliseconds; 0 when it never ran.
    pub started_at: u64,
    /// Epoch milliseconds.
    pub exited_at: u64,
    /// Exit status, or 128 + signal.
    pub code: u8,
    /// The signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<u8>,
    /// Whether the kernel killed a process of the container for lack of memory.
    pub oom_killed: bool,
    /// How many of them, where it can be counted.
    #[serde(default)]
    pub oom_kills: u64,
    /// Whether a core was dumped.
    pub core_dumped: bool,
    /// Why there is a record.
    pub reason: ExitReason,
    /// Of a start that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorBody>,
    /// What the container's first process and those it waited for have used.
    pub rusage: ExitUsage,
    /// Whether all output was read before the log was closed.
    pub drained: bool,
}

/// Why there is an exit record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExitReason {
    /// The first process ended.
    Exited,
    /// It could not be started.
    StartError,
    /// The shim was lost, and hostd ended the container.
    MonitorLost,
}

/// Of an exit record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExitUsage {
    /// Microseconds in user mode.
    pub user_us: u64,
    /// Microseconds in the kernel.
    pub sys_us: u64,
    /// KiB.
    pub max_rss_kb: u64,
}

/// The part of `state.json` below `tsorch`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShimState {
    /// 1.
    pub version: u32,
    /// Number of the present or last task; 0 before the first.
    pub task: u64,
    /// Start time of the container's first process: field 22 of /proc/PID/stat. With pid and boot id it names the
    /// process for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid_start: Option<u64>,
    /// /proc/sys/kernel/random/boot_id
    pub boot_id: String,
    /// The shim.
    pub shim_pid: i32,
    /// Epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<u64>,
    /// `/tsorch/shop/0f3c...`
    pub cgroup: String,
    /// Since when another shim than the one that had started the task watches it; epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted_at: Option<u64>,
    /// The task was told to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopState>,
    /// The last verdict of the task's probe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<HealthState>,
    /// Inode numbers of the pipes that are the task's stdin, stdout and stderr, as far as they are pipes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pipes: Vec<PipeState>,
}

/// A stop that is going on, for the shim that may have to go on with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopState {
    /// Signals that were sent.
    pub signals: Vec<i32>,
    /// When the control group is killed, in epoch milliseconds.
    pub deadline: u64,
}

/// What is known of a task's health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthState {
    /// `healthy`
    pub health: String,
    /// Epoch milliseconds.
    pub since: u64,
}

/// One pipe of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipeState {
    /// Which of its streams.
    pub lane: crate::keeping::KeptLane,
    /// Its inode in pipefs.
    pub inode: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_records_of_the_vectors() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../../test/fixtures/protocol/shim.json"))
                .unwrap();
        let methods = vectors["methods"].as_array().unwrap();
        let wait = methods
            .iter()
            .find(|vector| vector["method"] == "wait")
            .unwrap();
        let record: ExitRecord = serde_json::from_value(wait["result"].clone()).unwrap();
        assert_eq!(
            (record.code, record.signal, record.reason),
            (137, Some(9), ExitReason::Exited)
        );
        assert_eq!(serde_json::to_value(&record).unwrap(), wait["result"]);
    }
}

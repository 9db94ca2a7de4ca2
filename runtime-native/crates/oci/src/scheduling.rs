//! How the kernel places a process: scheduling, I/O priority, processors, memory nodes, execution domain.

use serde::Deserialize;

/// `process.scheduler`: sched_setattr(2) in words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scheduler {
    /// The policy.
    pub policy: SchedulerPolicy,
    /// -20..=19; `SCHED_OTHER` and `SCHED_BATCH` only.
    #[serde(default)]
    pub nice: i32,
    /// 1..=99; `SCHED_FIFO` and `SCHED_RR` only.
    #[serde(default)]
    pub priority: i32,
    /// More wishes.
    #[serde(default)]
    pub flags: Vec<SchedulerFlag>,
    /// Nanoseconds of work per period; `SCHED_DEADLINE` only.
    #[serde(default)]
    pub runtime: u64,
    /// Nanoseconds after the period's begin until the work must be done; `SCHED_DEADLINE` only.
    #[serde(default)]
    pub deadline: u64,
    /// Nanoseconds; `SCHED_DEADLINE` only.
    #[serde(default)]
    pub period: u64,
}

/// Policies of sched(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SchedulerPolicy {
    /// The default, by nice value.
    #[serde(rename = "SCHED_OTHER")]
    Other,
    /// Realtime, until it gives way.
    #[serde(rename = "SCHED_FIFO")]
    Fifo,
    /// Realtime, in turns.
    #[serde(rename = "SCHED_RR")]
    RoundRobin,
    /// Not interactive.
    #[serde(rename = "SCHED_BATCH")]
    Batch,
    /// Reserved; no kernel has it.
    #[serde(rename = "SCHED_ISO")]
    Iso,
    /// When nobody else wants to run.
    #[serde(rename = "SCHED_IDLE")]
    Idle,
    /// Earliest deadline first.
    #[serde(rename = "SCHED_DEADLINE")]
    Deadline,
}

/// Flags of sched_setattr(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SchedulerFlag {
    /// Children get the default policy.
    #[serde(rename = "SCHED_FLAG_RESET_ON_FORK")]
    ResetOnFork,
    /// Use what other deadline processes leave over.
    #[serde(rename = "SCHED_FLAG_RECLAIM")]
    Reclaim,
    /// SIGXCPU on an overrun.
    #[serde(rename = "SCHED_FLAG_DL_OVERRUN")]
    DeadlineOverrun,
    /// Change no policy.
    #[serde(rename = "SCHED_FLAG_KEEP_POLICY")]
    KeepPolicy,
    /// Change no parameters.
    #[serde(rename = "SCHED_FLAG_KEEP_PARAMS")]
    KeepParameters,
    /// Least utilisation to assume.
    #[serde(rename = "SCHED_FLAG_UTIL_CLAMP_MIN")]
    UtilClampMin,
    /// Most utilisation to assume.
    #[serde(rename = "SCHED_FLAG_UTIL_CLAMP_MAX")]
    UtilClampMax,
}

/// `process.ioPriority`: ioprio_set(2) in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct IoPriority {
    /// The class.
    pub class: IoPriorityClass,
    /// 0 (highest) to 7.
    #[serde(default)]
    pub priority: i32,
}

/// Classes of ioprio_set(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum IoPriorityClass {
    /// Before all others.
    #[serde(rename = "IOPRIO_CLASS_RT")]
    Realtime,
    /// The default.
    #[serde(rename = "IOPRIO_CLASS_BE")]
    BestEffort,
    /// When nobody else wants the disk.
    #[serde(rename = "IOPRIO_CLASS_IDLE")]
    Idle,
}

/// `process.execCPUAffinity`: processors of a process that is executed in a container, lists like `0-3,5`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CpuAffinity {
    /// Until it is in the container's control group.
    pub initial: Option<String>,
    /// From then on.
    #[serde(rename = "final")]
    pub finally: Option<String>,
}

/// `linux.personality`: personality(2) in words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Personality {
    /// `LINUX` or `LINUX32`.
    pub domain: String,
    /// Names of personality(2) like `ADDR_NO_RANDOMIZE`.
    #[serde(default)]
    pub flags: Vec<String>,
}

/// `linux.memoryPolicy`: set_mempolicy(2) in words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MemoryPolicy {
    /// `MPOL_...`.
    pub mode: String,
    /// A list like `0-1`; may be empty.
    #[serde(default)]
    pub nodes: String,
    /// `MPOL_F_...`.
    #[serde(default)]
    pub flags: Vec<String>,
}

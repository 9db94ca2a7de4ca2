//! The task of the container: where it is in its life, and what belongs to the one that runs.
//!
//! ```text
//! created --start--> starting --> running <--pause, resume--> paused
//!                       |            |                          |
//!                       |            `--stop--> stopping <------'
//!                       v                          v
//!                     exited <---------------------'   (the program may end at any time)
//!                       `--start with the next number--> starting
//! ```

use std::os::fd::OwnedFd;

use rustix::process::Pid;
use serde::Serialize;
use serde_json::{Value, json};
use tsorch_cgroups::{Cgroup, OomEvents};
use tsorch_oci::Config;
use tsorch_protocol::shim_files::ExitRecord;
use tsorch_sys::child::Reaped;
use tsorch_sys::poller::Watched;

use crate::foreign::runtime::ForeignRuntime;
use crate::health::HealthReport;
use crate::program_io::ProgramIo;
use crate::reply::ReplyTo;
use crate::task_start::Launched;
use crate::token::PeerId;

/// `phase` of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// No task yet.
    Created,
    Starting,
    Running,
    Paused,
    /// It was told to end.
    Stopping,
    Exited,
}

/// The present or last task.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) phase: Phase,
    /// 0 before the first.
    pub(crate) number: u64,
    pub(crate) run: Option<Run>,
    /// How it ended.
    pub(crate) record: Option<ExitRecord>,
    pub(crate) health: HealthReport,
    /// Who waits for the end of which task.
    pub(crate) waiters: Vec<(ReplyTo, u64)>,
    /// Who waits for its start.
    pub(crate) starters: Vec<ReplyTo>,
    /// Asked while it was starting: milliseconds of grace and the signal.
    pub(crate) stop_after_start: Option<StopOrder>,
}

/// `stop` with its defaults filled in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StopOrder {
    pub(crate) signal: rustix::process::Signal,
    pub(crate) grace: std::time::Duration,
}

/// A task whose program was executed.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) pid: Pid,
    /// The same, safe against reuse of the number.
    pub(crate) pidfd: OwnedFd,
    /// Epoch milliseconds.
    pub(crate) started_at: u64,
    pub(crate) cgroup: Cgroup,
    /// As carried out: users resolved, defaults filled in.
    pub(crate) config: Config,
    pub(crate) io: ProgramIo,
    /// Clients connected to the container's own stdio.
    pub(crate) attached: Vec<PeerId>,
    pub(crate) oom: OomWatch,
    /// `None` = our own.
    pub(crate) foreign: Option<ForeignRuntime>,
    /// Its first process is no more; its output may still come.
    pub(crate) ended: Option<Ended>,
    /// Signals that `stop` has sent.
    pub(crate) stop_signals: Vec<i32>,
    /// When the grace period of `stop` is over, in epoch milliseconds.
    pub(crate) stop_deadline: Option<u64>,
    /// The first process, watched because it is no child of ours: an earlier shim has made it and was killed.
    pub(crate) adopted: Option<Watched<OwnedFd>>,
    /// When we have taken it over; epoch milliseconds.
    pub(crate) adopted_at: Option<u64>,
    /// The kernel was asked how an adopted process ended.
    pub(crate) was_ending_asked: bool,
}

impl Run {
    /// Of a program that was just executed.
    pub(crate) fn new(launched: Launched, started_at: u64) -> Self {
        Self {
            pid: launched.pid,
            pidfd: launched.pidfd,
            started_at,
            cgroup: launched.cgroup,
            config: launched.config,
            io: launched.io,
            attached: Vec::new(),
            oom: launched.oom,
            foreign: launched.foreign,
            ended: None,
            stop_signals: Vec::new(),
            stop_deadline: None,
            adopted: None,
            adopted_at: None,
            was_ending_asked: false,
        }
    }
}

/// The end of the first process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) reaped: Reaped,
    /// Epoch milliseconds.
    pub(crate) at: u64,
    /// Or nobody saw it, and the status is made up.
    pub(crate) is_known: bool,
}

/// Out-of-memory kills of the container's cgroup.
#[derive(Debug)]
pub(crate) struct OomWatch {
    /// Wakes the loop; `None` where the host has no memory controller.
    pub(crate) bell: Option<Watched<OomBell>>,
    /// The counter before the task began.
    pub(crate) before: u64,
    /// Kills already told.
    pub(crate) told: u64,
}

/// The bell as a source of the event loop.
#[derive(Debug)]
pub(crate) struct OomBell(pub(crate) OomEvents);

impl std::os::fd::AsFd for OomBell {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.fd()
    }
}

impl Run {
    /// Whether its first process is no more.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }
}

impl Task {
    /// Before the first task of this shim; `record` is what an earlier shim of the container has left.
    pub(crate) fn new(record: Option<ExitRecord>) -> Self {
        Self {
            phase: if record.is_some() {
                Phase::Exited
            } else {
                Phase::Created
            },
            number: record.as_ref().map_or(0, |record| record.task),
            run: None,
            record,
            health: HealthReport::default(),
            waiters: Vec::new(),
            starters: Vec::new(),
            stop_after_start: None,
        }
    }

    /// Whether a program runs or is about to.
    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.phase, Phase::Created | Phase::Exited)
    }

    /// The running task, unless its first process has ended.
    pub(crate) fn living(&self) -> Option<&Run> {
        self.run.as_ref().filter(|run| run.ended.is_none())
    }

    /// The result of `state`, but `seq`.
    pub(crate) fn describe(&self) -> Value {
        let mut state = json!({ "phase": self.phase, "health": self.health.health() });
        let facts = [
            ("task", (self.number > 0).then(|| json!(self.number))),
            ("pid", self.pid().map(|pid| json!(pid))),
            ("startedAt", self.started_at().map(|at| json!(at))),
            ("adoptedAt", self.adopted_at().map(|at| json!(at))),
            ("exit", self.record.as_ref().map(|record| json!(record))),
            ("healthSince", self.health.since.map(|since| json!(since))),
            (
                "lastProbeOutput",
                self.health.last_output.as_ref().map(|text| json!(text)),
            ),
        ];
        if !self.health.recent.is_empty() {
            state["probes"] = json!(self.health.recent);
        }
        for (name, fact) in facts {
            if let Some(fact) = fact {
                state[name] = fact;
            }
        }
        state
    }

    fn pid(&self) -> Option<i32> {
        let recorded = self
            .record
            .as_ref()
            .map(|record| record.pid)
            .filter(|pid| *pid > 0);
        self.run
            .as_ref()
            .map(|run| run.pid.as_raw_pid())
            .or(recorded)
    }

    fn adopted_at(&self) -> Option<u64> {
        self.run.as_ref()?.adopted_at
    }

    fn started_at(&self) -> Option<u64> {
        let recorded = self
            .record
            .as_ref()
            .map(|record| record.started_at)
            .filter(|at| *at > 0);
        self.run.as_ref().map(|run| run.started_at).or(recorded)
    }
}

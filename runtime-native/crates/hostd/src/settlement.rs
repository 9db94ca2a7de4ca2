//! What a shim leaves behind when it ends: nothing, after `release`; else a container that nobody watches. It is ended
//! and its exit record is written here, so that the daemon finds the same facts as ever.
//!
//! ```text
//! shim ends -> record is there, or no task: told at once
//!           -> cgroup.kill -> wait for the group to empty and for the exit status -> exit.json -> told
//! ```

use std::time::{Duration, Instant};

use serde_json::json;
use tsorch_network::names::ContainerId;
use tsorch_protocol::shim_files::{ExitReason, ExitRecord, ExitUsage};
use tsorch_sys::child::{Ending, Reaped};

use crate::hostd::Hostd;
use crate::log::{Level, log, now_ms};
use crate::record::{StateFile, as_json, init_is_there, read_exit, read_state, write_exit};

/// A container that does not end in this time is in the hands of a stuck kernel; its record is written nevertheless.
const PATIENCE: Duration = Duration::from_secs(10);

/// Of a process whose end nobody saw.
const UNKNOWN_CODE: u8 = 255;

/// A container that is being ended because its shim is gone.
#[derive(Debug)]
pub(crate) struct Settlement {
    state: StateFile,
    deadline: Instant,
}

impl Hostd {
    /// Brings a container without a shim to its end; tells everybody when that is done.
    pub(crate) fn settle(&mut self, id: &ContainerId) {
        match self.unsettled_state(id) {
            Some(state) => {
                self.groups.kill(id);
                let deadline = Instant::now() + PATIENCE;
                self.settlements
                    .insert(id.clone(), Settlement { state, deadline });
                self.continue_settlement(id);
            }
            None => self.tell_settled(id),
        }
    }

    /// Looks again at all that are not over yet.
    pub(crate) fn continue_settlements(&mut self) {
        let ids: Vec<ContainerId> = self.settlements.keys().cloned().collect();
        for id in ids {
            self.continue_settlement(&id);
        }
    }

    /// The state of a task that has no exit record.
    pub(crate) fn unsettled_state(&self, id: &ContainerId) -> Option<StateFile> {
        let dir = self.dirs.shim(id);
        let recorded = read_exit(&dir).map_or(0, |record| record.task);
        read_state(&dir).filter(|state| state.tsorch.task > recorded)
    }

    fn continue_settlement(&mut self, id: &ContainerId) {
        let Some(settlement) = self.settlements.get(id) else {
            return;
        };
        let state = settlement.state.clone();
        let is_late = Instant::now() >= settlement.deadline;
        let lives = self.groups.is_populated(id) || init_is_there(&state);
        if lives && !is_late {
            // What was forked between the kernel's look and its signal is taken now.
            self.groups.kill(id);
            return;
        }
        if lives {
            log(
                Level::Error,
                "container does not end",
                json!({ "container": id }),
            );
        }
        self.reap();
        let record = self.lost_record(id, &state, self.orphan(&state));
        if let Err(errno) = write_exit(&self.dirs.shim(id), &record) {
            log(
                Level::Error,
                "cannot write the exit record",
                json!({ "container": id, "reason": errno.to_string() }),
            );
        }
        self.settlements.remove(id);
        self.tell_settled(id);
    }

    /// How the container's first process ended, when it came to us as an orphan.
    fn orphan(&self, state: &StateFile) -> Option<Reaped> {
        self.orphan_with(state.pid?)
    }

    /// How an orphan with this number ended, the last one if there were several.
    pub(crate) fn orphan_with(&self, pid: i32) -> Option<Reaped> {
        let known = self.orphans.iter().rev();
        known
            .copied()
            .find(|reaped| reaped.pid.as_raw_nonzero().get() == pid)
    }

    fn lost_record(
        &self,
        id: &ContainerId,
        state: &StateFile,
        reaped: Option<Reaped>,
    ) -> ExitRecord {
        let ending = reaped.map(|reaped| reaped.ending);
        let oom_kills = self.groups.oom_kills(id);
        ExitRecord {
            id: id.to_string(),
            task: state.tsorch.task,
            pid: state.pid.unwrap_or(0),
            started_at: state.tsorch.started_at.unwrap_or(0),
            exited_at: now_ms(),
            code: ending.map_or(UNKNOWN_CODE, Ending::code),
            signal: ending.and_then(Ending::signal),
            oom_killed: oom_kills > 0,
            oom_kills,
            core_dumped: matches!(
                ending,
                Some(Ending::Signaled {
                    core_dumped: true,
                    ..
                })
            ),
            reason: ExitReason::MonitorLost,
            error: None,
            rusage: reaped.map(usage_of).unwrap_or_default(),
            drained: false,
        }
    }

    fn tell_settled(&mut self, id: &ContainerId) {
        let mut data = json!({ "id": id });
        if let Some(record) = read_exit(&self.dirs.shim(id)) {
            data["exit"] = as_json(&record);
        }
        log(Level::Info, "shim ended", data.clone());
        self.tell_all("shim.exited", data);
        self.unpark(id);
    }
}

fn usage_of(reaped: Reaped) -> ExitUsage {
    let microseconds = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    ExitUsage {
        user_us: microseconds(reaped.usage.user),
        sys_us: microseconds(reaped.usage.system),
        max_rss_kb: reaped.usage.max_rss_kb,
    }
}

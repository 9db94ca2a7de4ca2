//! The end of a task: drain its output, write the record, then tell.

use std::time::{Duration, SystemTime};

use serde_json::json;
use tsorch_oci::Status;
use tsorch_protocol::shim_files::ExitRecord;
use tsorch_sys::child::Reaped;

use crate::clock::now_ms;
use crate::records::{RunFacts, StateFacts};
use crate::reply::ReplyTo;
use crate::shim::Shim;
use crate::task::{Ended, Phase, Run};
use crate::timers::Timer;

/// How long output may come after the end of the first process. Everything in the container's cgroup has been killed
/// then, but a descriptor may have been handed to somebody outside.
const DRAIN_AFTER: Duration = Duration::from_secs(2);
/// Between attempts to remove a cgroup that the kernel still holds.
const REMOVE_AGAIN_AFTER: Duration = Duration::from_secs(5);

impl Shim {
    /// The first process has ended.
    pub(crate) fn on_task_process_end(&mut self, reaped: Reaped) {
        self.end_task_process(Ended {
            reaped,
            at: now_ms(),
            is_known: true,
        });
    }

    /// Ends what is left of it, and waits for the rest of its output.
    pub(crate) fn end_task_process(&mut self, ended: Ended) {
        for timer in [Timer::StopGrace, Timer::OomCheck, Timer::AdoptedEnd] {
            self.timers.cancel(timer);
        }
        self.end_probing();
        let Some(run) = &mut self.task.run else {
            return;
        };
        run.ended = Some(ended);
        run.adopted = None;
        // Without a pid namespace of its own the others live on; nothing of a task outlives it.
        let _ = run.cgroup.thaw();
        let _ = run.cgroup.kill();
        run.io.end_console();
        if !self.log.holds_up() {
            run.io.set_reading(true);
        }
        self.settle_end();
    }

    /// Ends the task as soon as all its output is read.
    pub(crate) fn settle_end(&mut self) {
        if self
            .task
            .run
            .as_ref()
            .is_some_and(|run| run.io.is_output_open())
        {
            self.timers.set(Timer::TaskDrain, DRAIN_AFTER);
        } else {
            self.conclude_task();
        }
    }

    /// All output is read, or as much as there was time for: writes the record.
    pub(crate) fn conclude_task(&mut self) {
        self.timers.cancel(Timer::TaskDrain);
        if self.is_after_start() {
            return;
        }
        let Some((mut run, ended)) = self.take_ended_run() else {
            return;
        };
        self.log.end_lines(SystemTime::now());
        self.settle_log();
        let mut record = self.records.exited(self.task.number, &ended);
        record.started_at = run.started_at;
        record.drained = !run.io.is_output_open() && !self.log.is_blocked();
        let kills = run.cgroup.oom_kills().unwrap_or(run.oom.told);
        record.oom_kills = kills.saturating_sub(run.oom.before);
        record.oom_killed = record.oom_kills > 0;
        if kills > run.oom.told {
            self.emit(
                "oom",
                json!({ "task": self.task.number, "kills": kills - run.oom.before }),
            );
        }
        let _ = self.records.write_exit(&self.dir, &record);
        self.keeper.let_go(record.task);
        self.end_streams_of_task(&mut run, &record);
        match run.foreign.take() {
            Some(runtime) => self.delete_foreign(runtime, run, record),
            None => {
                let config = std::mem::take(&mut run.config);
                self.remove_cgroup(run);
                self.begin_poststop_hooks(&config, record);
            }
        }
    }

    fn take_ended_run(&mut self) -> Option<(Run, Ended)> {
        let ended = self.task.run.as_ref()?.ended?;
        Some((self.task.run.take()?, ended))
    }

    /// Removes the cgroup; one that the kernel does not let go yet, later.
    pub(crate) fn remove_cgroup(&mut self, run: Run) {
        let path = run.cgroup.path().clone();
        if run.cgroup.remove().is_err() {
            self.unremoved_cgroup = Some(path);
            self.timers.set(Timer::CgroupRemoval, REMOVE_AGAIN_AFTER);
        }
    }

    /// Tries again; a task that has begun since uses the group.
    pub(crate) fn remove_left_cgroup(&mut self) {
        let Some(path) = self
            .unremoved_cgroup
            .take()
            .filter(|_| !self.task.is_live())
        else {
            return;
        };
        let opened = tsorch_cgroups::Cgroup::open(&self.hierarchies, path.clone());
        if opened.is_ok_and(|cgroup| cgroup.remove().is_err()) {
            self.unremoved_cgroup = Some(path);
            self.timers.set(Timer::CgroupRemoval, REMOVE_AGAIN_AFTER);
        }
    }

    /// The record is written: tells everybody.
    pub(crate) fn publish_end(&mut self, record: ExitRecord) {
        let facts = StateFacts {
            status: Status::Stopped,
            task: record.task,
            pid: None,
            started_at: Some(record.started_at).filter(|at| *at > 0),
            config: None,
            run: RunFacts::default(),
        };
        let _ = self.records.write_state(&self.dir, facts);
        self.task.phase = Phase::Exited;
        let data = json!(record);
        self.task.record = Some(record);
        self.emit("exit", json!({ "record": data }));
        self.answer_waiters();
    }

    /// Answers `wait`, now or when the task has ended.
    pub(crate) fn wait_for_end(&mut self, task: u64, to: ReplyTo) {
        self.task.waiters.push((to, task));
        self.answer_waiters();
    }

    /// Whether this is the live task.
    fn is_due(&self, task: u64) -> bool {
        task == self.task.number && self.task.is_live()
    }

    fn answer_waiters(&mut self) {
        for (to, task) in std::mem::take(&mut self.task.waiters) {
            match &self.task.record {
                Some(record) if record.task == task => {
                    let outcome = Ok(json!(record));
                    self.reply(to, outcome);
                }
                _ if task > self.task.number || self.is_due(task) => {
                    self.task.waiters.push((to, task));
                }
                _ => {
                    let message = format!("the record of task {task} is gone");
                    self.reply(to, Err(crate::failure::bad_request(message)));
                }
            }
        }
    }
}

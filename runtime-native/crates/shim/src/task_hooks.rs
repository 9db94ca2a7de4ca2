//! Hooks of config.json that follow the start and the end of a task. A foreign runtime runs its own.
//!
//! They are children like others: while one runs, everything else goes on. Those before the start belong to the making
//! of the container (`meanwhile.rs`), so they are bounded.

use std::collections::VecDeque;
use std::time::Duration;

use rustix::process::{Signal, pidfd_send_signal};
use tsorch_container::{Failure, Warning, WarningKind, hook_outcome, start_hook};
use tsorch_oci::{Config, Hook, Hooks, SPEC_VERSION, State, Status};
use tsorch_protocol::shim_files::ExitRecord;
use tsorch_sys::child::Reaped;
use tsorch_sys::fork::Child;

use crate::shim::Shim;
use crate::task::{Phase, Run};
use crate::timers::Timer;

/// Seconds for a hook that names no timeout: somebody waits for it.
const LONGEST: u64 = 10;

/// Hooks that run one after another.
#[derive(Debug)]
pub(crate) struct HookRow {
    /// The first of them runs.
    left: VecDeque<Hook>,
    running: Option<Child>,
    has_timed_out: bool,
    state: State,
    purpose: HookPurpose,
}

/// What happens when they have ended.
#[derive(Debug)]
enum HookPurpose {
    /// The start is told, with what there is to warn of.
    Poststart(Vec<Warning>),
    /// The end is told.
    Poststop(Box<ExitRecord>),
}

impl Shim {
    /// Runs the hooks after the start, then tells it.
    pub(crate) fn begin_poststart_hooks(&mut self, warnings: Vec<Warning>) {
        let native = self.task.living().filter(|run| run.foreign.is_none());
        let hooks = native.map_or_else(VecDeque::new, |run| in_a_row(&run.config.hooks.poststart));
        let state = native.map(|run| State {
            pid: Some(run.pid.as_raw_pid()),
            ..self.state_for_hooks(&run.config, Status::Running)
        });
        match state.filter(|_| !hooks.is_empty()) {
            Some(state) => self.begin_hooks(hooks, state, HookPurpose::Poststart(warnings)),
            None => self.tell_begun(&warnings),
        }
    }

    /// Runs the hooks after the end, whichever fail, then tells it.
    pub(crate) fn begin_poststop_hooks(&mut self, config: &Config, record: ExitRecord) {
        let hooks = in_a_row(&config.hooks.poststop);
        if hooks.is_empty() {
            self.publish_end(record);
            return;
        }
        self.task.phase = Phase::Stopping;
        let state = self.state_for_hooks(config, Status::Stopped);
        let purpose = HookPurpose::Poststop(Box::new(record));
        self.begin_hooks(hooks, state, purpose);
    }

    /// Whether the end of the task has to wait until its start is told.
    pub(crate) fn is_after_start(&self) -> bool {
        let purpose = self.hooks.as_ref().map(|row| &row.purpose);
        matches!(purpose, Some(HookPurpose::Poststart(_)))
    }

    fn begin_hooks(&mut self, left: VecDeque<Hook>, state: State, purpose: HookPurpose) {
        self.hooks = Some(HookRow {
            left,
            running: None,
            has_timed_out: false,
            state,
            purpose,
        });
        self.run_next_hook();
    }

    fn run_next_hook(&mut self) {
        let Some(row) = &mut self.hooks else {
            return;
        };
        let Some(hook) = row.left.front() else {
            self.end_hooks();
            return;
        };
        match start_hook(hook, &row.state) {
            Ok(child) => {
                let seconds = hook.timeout.unwrap_or(LONGEST);
                row.running = Some(child);
                row.has_timed_out = false;
                self.timers.set(Timer::Hook, Duration::from_secs(seconds));
            }
            Err(failure) => self.go_on_after_hook(Err(failure)),
        }
    }

    /// The hook takes too long; its end is told by SIGCHLD.
    pub(crate) fn time_out_hook(&mut self) {
        if let Some(row) = &mut self.hooks
            && let Some(child) = &row.running
        {
            row.has_timed_out = true;
            let _ = pidfd_send_signal(&child.pidfd, Signal::KILL);
        }
    }

    /// False when the process was no hook.
    pub(crate) fn on_hook_end(&mut self, reaped: &Reaped) -> bool {
        let Some(row) = &mut self.hooks else {
            return false;
        };
        let is_hook = |child: &mut Child| child.pid == reaped.pid;
        if row.running.take_if(is_hook).is_none() {
            return false;
        }
        self.timers.cancel(Timer::Hook);
        let ending = Some(reaped.ending).filter(|_| !row.has_timed_out);
        let outcome = row
            .left
            .front()
            .map_or(Ok(()), |hook| hook_outcome(hook, ending));
        self.go_on_after_hook(outcome);
        true
    }

    fn go_on_after_hook(&mut self, outcome: Result<(), Failure>) {
        if let Some(row) = &mut self.hooks {
            row.left.pop_front();
            if let (Err(failure), HookPurpose::Poststart(warnings)) = (outcome, &mut row.purpose) {
                warnings.push(Warning {
                    kind: WarningKind::Hook,
                    message: failure.to_string(),
                });
                row.left.clear();
                // As the specification has it.
                let _ = self.task.run.as_ref().map(|run| run.cgroup.kill());
            }
        }
        self.run_next_hook();
    }

    fn end_hooks(&mut self) {
        match self.hooks.take().map(|row| row.purpose) {
            Some(HookPurpose::Poststart(warnings)) => {
                self.tell_begun(&warnings);
                if self.task.run.as_ref().is_some_and(Run::has_ended) {
                    self.settle_end();
                }
            }
            Some(HookPurpose::Poststop(record)) => self.publish_end(*record),
            None => {}
        }
    }

    fn state_for_hooks(&self, config: &Config, status: Status) -> State {
        State {
            oci_version: SPEC_VERSION.to_owned(),
            id: self.id.to_string(),
            status,
            pid: None,
            bundle: self.paths.bundle.clone(),
            annotations: config.annotations.clone(),
        }
    }
}

/// The same hooks, those before the start with a timeout each.
pub(crate) fn bound_creation_hooks(hooks: &mut Hooks) {
    let rows = [
        &mut hooks.prestart,
        &mut hooks.create_runtime,
        &mut hooks.create_container,
        &mut hooks.start_container,
    ];
    for hook in rows.into_iter().flatten() {
        hook.timeout.get_or_insert(LONGEST);
    }
}

fn in_a_row(hooks: &[Hook]) -> VecDeque<Hook> {
    hooks.iter().cloned().collect()
}

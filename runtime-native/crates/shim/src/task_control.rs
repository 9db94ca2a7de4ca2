//! What can be done to a running task: stop, kill, pause, resume, update; and out-of-memory kills.

use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Signal, pidfd_send_signal};
use serde_json::json;
use tsorch_cgroups::{Cgroup, OnMissing};
use tsorch_oci::Resources;
use tsorch_protocol::ErrorBody;
use tsorch_sys::poller::EventFlags;

use crate::clock::now_ms;
use crate::failure::{bad_request, cgroup_failed, host_failed, not_running};
use crate::foreign::command::CommandPurpose;
use crate::probe::config::ProbeConfig;
use crate::shim::Shim;
use crate::task::{OomBell, OomWatch, Phase, StopOrder};
use crate::timers::Timer;
use crate::token::Token;

/// The counter of kills lags behind the bell.
const OOM_CHECK_AFTER: Duration = Duration::from_millis(100);

impl Shim {
    /// Signals the task, and ends it when the grace period is over. Again: nothing twice, but an earlier end or another
    /// signal counts.
    pub(crate) fn stop_task(&mut self, order: StopOrder) {
        if self.task.phase == Phase::Starting {
            self.task.stop_after_start = Some(order);
            return;
        }
        if self.task.living().is_none() {
            return;
        }
        self.thaw_if_paused();
        self.task.phase = Phase::Stopping;
        let number = order.signal.as_raw();
        if let Some(run) = &mut self.task.run
            && !run.stop_signals.contains(&number)
        {
            run.stop_signals.push(number);
            // That it has ended meanwhile is what we want.
            let _ = self.signal_first_process(order.signal, CommandPurpose::Ignored);
        }
        let deadline = Instant::now() + order.grace;
        if self
            .timers
            .deadline(Timer::StopGrace)
            .is_none_or(|set| deadline < set)
        {
            self.timers.set(Timer::StopGrace, order.grace);
            if let Some(run) = &mut self.task.run {
                run.stop_deadline = Some(after_now(order.grace));
            }
        }
        self.save_run();
    }

    /// Writes down what an adopting shim would have to know. On a full disk it would not know it.
    pub(crate) fn save_run(&mut self) {
        if let Some(run) = self.task.living() {
            let _ = self.write_run_state(run);
        }
    }

    /// The grace period is over.
    pub(crate) fn end_grace(&mut self) {
        if let Some(run) = self.task.living() {
            let _ = run.cgroup.kill();
            let _ = pidfd_send_signal(&run.pidfd, Signal::KILL);
        }
    }

    /// Sends a signal to the first process. A foreign runtime is asked to do it: the process that we see may be a
    /// sandbox. What comes of that is for `purpose`.
    pub(crate) fn signal_first_process(
        &mut self,
        signal: Signal,
        purpose: CommandPurpose,
    ) -> Result<SignalSent, ErrorBody> {
        let run = self.task.living().ok_or_else(not_running)?;
        if let Some(runtime) = run.foreign.clone() {
            self.run_foreign(runtime.kill(signal), purpose)?;
            return Ok(SignalSent::Later);
        }
        match pidfd_send_signal(&run.pidfd, signal) {
            Ok(()) => Ok(SignalSent::Now),
            Err(Errno::SRCH) => Err(not_running()),
            Err(errno) => Err(host_failed("send the signal", errno)),
        }
    }

    /// Sends a signal to every process of the container.
    pub(crate) fn signal_all(&mut self, signal: Signal) -> Result<(), ErrorBody> {
        let run = self.task.living().ok_or_else(not_running)?;
        run.cgroup
            .signal(signal)
            .map_err(|error| cgroup_failed(&error))
    }

    /// Freezes the task. A paused one stays so; one that is to end is not held up.
    pub(crate) fn pause_task(&mut self) -> Result<(), ErrorBody> {
        let run = self.task.living().ok_or_else(not_running)?;
        match self.task.phase {
            Phase::Running => {
                run.cgroup.freeze().map_err(|error| cgroup_failed(&error))?;
                self.task.phase = Phase::Paused;
                Ok(())
            }
            Phase::Paused => Ok(()),
            _ => Err(not_running()),
        }
    }

    /// Thaws the task. One that runs goes on running.
    pub(crate) fn resume_task(&mut self) -> Result<(), ErrorBody> {
        let run = self.task.living().ok_or_else(not_running)?;
        if self.task.phase == Phase::Paused {
            run.cgroup.thaw().map_err(|error| cgroup_failed(&error))?;
            self.task.phase = Phase::Running;
        }
        Ok(())
    }

    fn thaw_if_paused(&mut self) {
        if self.task.phase == Phase::Paused {
            // When it does not thaw, the end of the grace period kills it.
            let _ = self.resume_task();
        }
    }

    /// Changes limits of the running task.
    pub(crate) fn update_resources(&mut self, resources: &Resources) -> Result<(), ErrorBody> {
        let run = self.task.living().ok_or_else(not_running)?;
        let updated = run.cgroup.update(resources, OnMissing::Skip);
        updated.map(drop).map_err(|error| cgroup_failed(&error))
    }

    /// Changes the probe, of this task and in our memory of shim.json.
    pub(crate) fn update_probe(&mut self, probe: Option<ProbeConfig>) -> Result<(), ErrorBody> {
        if let Some(fault) = probe.as_ref().and_then(ProbeConfig::fault) {
            return Err(bad_request(fault));
        }
        self.change_probe(probe);
        Ok(())
    }

    /// The counter before the task, and what wakes us when it rises.
    pub(crate) fn watch_oom(&self, cgroup: &Cgroup) -> Result<OomWatch, ErrorBody> {
        let failed = |error| cgroup_failed(&error);
        let before = cgroup.oom_kills().map_err(failed)?;
        let bell = match cgroup.oom_events().map_err(failed)? {
            Some(events) => {
                let flags = if events.is_priority() {
                    EventFlags::PRI
                } else {
                    EventFlags::IN
                };
                let watched = self
                    .poller
                    .watch(OomBell(events), Token::Oom.to_bits(), flags);
                Some(watched.map_err(|errno| host_failed("watch out-of-memory events", errno))?)
            }
            None => None,
        };
        Ok(OomWatch {
            bell,
            before,
            told: before,
        })
    }

    /// The bell has rung.
    pub(crate) fn on_oom_bell(&mut self) {
        if let Some(bell) = self.task.run.as_ref().and_then(|run| run.oom.bell.as_ref()) {
            bell.0.rearm();
        }
        self.check_oom();
        self.timers.set(Timer::OomCheck, OOM_CHECK_AFTER);
    }

    /// Tells kills that were not told yet.
    pub(crate) fn check_oom(&mut self) {
        let Some(run) = &mut self.task.run else {
            return;
        };
        let kills = run.cgroup.oom_kills().unwrap_or(run.oom.told);
        if kills > run.oom.told {
            run.oom.told = kills;
            let since_start = kills - run.oom.before;
            self.emit(
                "oom",
                json!({ "task": self.task.number, "kills": since_start }),
            );
        }
    }
}

/// Epoch milliseconds.
fn after_now(delay: Duration) -> u64 {
    now_ms().saturating_add(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
}

/// Whether a signal was sent already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignalSent {
    Now,
    /// A foreign runtime does it.
    Later,
}

//! Runs the probe of the task, and tells the verdict.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tsorch_protocol::ErrorBody;
use tsorch_protocol::shim_files::HealthState;
use tsorch_sys::poller::EventFlags;

use crate::clock::now_ms;
use crate::exec::ExecPurpose;
use crate::exec_request::ExecRequest;
use crate::exec_start::root_of_running;
use crate::exec_sync::AnswerOutput;
use crate::failure::not_running;
use crate::probe::config::{Check, ProbeConfig};
use crate::probe::network::{NetworkProbe, Step, Target};
use crate::probe::result::{MAX_OUTPUT_BYTES, ProbeResult, RecentProbes};
use crate::probe::verdict::{Health, Probe};
use crate::reply::ReplyTo;
use crate::shim::Shim;
use crate::task::Phase;
use crate::timers::{ExecId, Timer};

/// How long the rest of an answer is awaited whose meaning is known: a server that is cut off might log an error.
const LINGER: Duration = Duration::from_millis(200);

/// The probe of the present task, and the last verdict.
#[derive(Debug, Default)]
pub(crate) struct HealthReport {
    probe: Option<Probe>,
    /// Epoch milliseconds of the last change.
    pub(crate) since: Option<u64>,
    pub(crate) last_output: Option<String>,
    pub(crate) recent: RecentProbes,
    /// The probe that runs now.
    running: Option<Running>,
    /// Where the last probe got a connection.
    reached: Option<IpAddr>,
}

#[derive(Debug)]
struct Running {
    began_at: u64,
    began: Instant,
    means: Means,
}

#[derive(Debug)]
enum Means {
    Exec(ExecId),
    Network(Box<NetworkProbe>),
}

impl HealthReport {
    pub(crate) fn health(&self) -> Health {
        self.probe.as_ref().map_or(Health::None, Probe::health)
    }
}

impl Shim {
    /// A task has been started.
    pub(crate) fn begin_probing(&mut self, config: Option<ProbeConfig>) {
        self.task.health = HealthReport {
            since: config.is_some().then(now_ms),
            probe: config.map(|config| Probe::new(config, Instant::now())),
            ..HealthReport::default()
        };
        self.schedule_probe();
    }

    /// A task that an earlier shim has started goes on being probed, with the verdict that was told last.
    pub(crate) fn resume_probing(&mut self, started_at: u64, told: Option<&HealthState>) {
        let running_for = Duration::from_millis(now_ms().saturating_sub(started_at));
        let verdict = told.and_then(|told| Health::named(&told.health));
        let probe = self
            .config
            .probe
            .clone()
            .map(|config| Probe::resumed(config, (running_for, Instant::now()), verdict));
        let since = told.map_or(started_at, |told| told.since);
        self.task.health = HealthReport {
            since: probe.is_some().then_some(since),
            probe,
            ..HealthReport::default()
        };
        self.schedule_probe();
    }

    /// Other settings, or none, for the present task; counts as the beginning of a new probe when there was none. What a
    /// probe of the old settings finds counts no more.
    pub(crate) fn change_probe(&mut self, config: Option<ProbeConfig>) {
        self.config.probe.clone_from(&config);
        self.end_probing();
        let is_live = self.task.living().is_some();
        match (&mut self.task.health.probe, config) {
            (Some(probe), Some(config)) => probe.replace_config(config),
            (_, config) => {
                self.begin_probing(config.filter(|_| is_live));
                let data = self.health_data();
                self.emit("health", data);
                self.save_run();
            }
        }
        self.schedule_probe();
    }

    /// No probe runs any more, and none is due; the verdict stays for who asks.
    pub(crate) fn end_probing(&mut self) {
        self.timers.cancel(Timer::Probe);
        self.timers.cancel(Timer::ProbeDeadline);
        self.task.health.running = None;
    }

    fn schedule_probe(&mut self) {
        if self.task.health.running.is_some() || self.task.living().is_none() {
            return;
        }
        if let Some(probe) = &self.task.health.probe {
            let delay = probe.delay(Instant::now(), jitter());
            self.timers.set(Timer::Probe, delay);
        }
    }

    /// It is time for a probe. A container that is paused or stopping is not probed.
    pub(crate) fn run_probe(&mut self) {
        let Some(probe) = &self.task.health.probe else {
            return;
        };
        if self.task.phase != Phase::Running {
            self.schedule_probe();
            return;
        }
        let (began_at, began) = (now_ms(), Instant::now());
        let config = probe.config().clone();
        match self.start_probe(&config) {
            Ok(means) => {
                self.task.health.running = Some(Running {
                    began_at,
                    began,
                    means,
                })
            }
            Err(result) => self.end_probe((began_at, began), &result),
        }
    }

    fn start_probe(&mut self, config: &ProbeConfig) -> Result<Means, ProbeResult> {
        if let Check::Exec { args } = &config.check {
            let request = ExecRequest::for_probe(args, config.timeout());
            let exec = self.start_exec(
                request,
                (ExecPurpose::Probe, AnswerOutput::default()),
                ReplyTo::Nobody,
            );
            return exec
                .map(Means::Exec)
                .map_err(|error| ProbeResult::failed(error.message));
        }
        let probe = self.connect_probe(&config.check)?;
        self.timers.set(Timer::ProbeDeadline, config.timeout());
        Ok(Means::Network(Box::new(probe)))
    }

    fn connect_probe(&self, check: &Check) -> Result<NetworkProbe, ProbeResult> {
        let failed = |error: ErrorBody| ProbeResult::failed(error.message);
        let run = self.task.living().ok_or_else(not_running).map_err(failed)?;
        let root = root_of_running(run).map_err(failed)?;
        let target = Target {
            pid: run.pid,
            root: &root,
            known: self.task.health.reached,
        };
        NetworkProbe::begin(&self.poller, check, &target)
    }

    /// The connection of the running probe is ready.
    pub(crate) fn on_probe_ready(&mut self, flags: EventFlags) {
        let health = &mut self.task.health;
        let Some(Running {
            means: Means::Network(probe),
            ..
        }) = &mut health.running
        else {
            return;
        };
        let step = probe.on_ready(flags);
        health.reached = probe.reached().or(health.reached);
        match step {
            Step::Waiting => {}
            Step::Known => self.timers.bring_forward(Timer::ProbeDeadline, LINGER),
            Step::Ended(result) => self.finish_running_probe(&result),
        }
    }

    /// The running probe has no more time.
    pub(crate) fn expire_probe(&mut self) {
        if let Some(Running {
            means: Means::Network(probe),
            ..
        }) = &self.task.health.running
        {
            let result = probe.expire();
            self.finish_running_probe(&result);
        }
    }

    /// The program of a probe has ended; one whose settings were replaced meanwhile says nothing any more.
    pub(crate) fn end_exec_probe(&mut self, id: ExecId, result: &ProbeResult) {
        let running = self.task.health.running.as_ref();
        if running.is_some_and(|running| matches!(running.means, Means::Exec(exec) if exec == id)) {
            self.finish_running_probe(result);
        }
    }

    fn finish_running_probe(&mut self, result: &ProbeResult) {
        self.timers.cancel(Timer::ProbeDeadline);
        if let Some(Running {
            began_at, began, ..
        }) = self.task.health.running.take()
        {
            self.end_probe((began_at, began), result);
        }
    }

    /// A probe has ended, or could not be started.
    fn end_probe(&mut self, (began_at, began): (u64, Instant), result: &ProbeResult) {
        let health = &mut self.task.health;
        // What a frozen or ending container does not do says nothing about its health.
        if self.task.phase == Phase::Running
            && let Some(probe) = &mut health.probe
        {
            let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            health.recent.add(began_at, duration_ms, result);
            health.last_output = result.text(MAX_OUTPUT_BYTES);
            if probe.record(result.is_success(), Instant::now()).is_some() {
                health.since = Some(now_ms());
                let data = self.health_data();
                self.emit("health", data);
                self.save_run();
            }
        }
        self.schedule_probe();
    }

    fn health_data(&self) -> Value {
        let report = &self.task.health;
        let mut data =
            json!({ "health": report.health(), "since": report.since.unwrap_or_else(now_ms) });
        if let Some(output) = &report.last_output {
            data["output"] = json!(output);
        }
        data
    }
}

/// 0 to 255 from the clock's low digits: other ones for other shims, and that is all that is asked of it.
fn jitter() -> u8 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let [low, ..] = (since.unwrap_or_default().subsec_nanos() / 64).to_le_bytes();
    low
}

//! Runs the probe of the task, and tells the verdict.

use std::time::Instant;

use serde_json::{Value, json};

use crate::clock::now_ms;
use crate::exec::ExecPurpose;
use crate::exec_request::ExecRequest;
use crate::probe::{Health, Probe, ProbeConfig};
use crate::reply::ReplyTo;
use crate::shim::Shim;
use crate::task::Phase;
use crate::timers::{ExecId, Timer};

/// Longest output of a probe that is kept, in bytes.
pub(crate) const MAX_OUTPUT_BYTES: usize = 4096;

/// The probe of the present task, and the last verdict.
#[derive(Debug, Default)]
pub(crate) struct HealthReport {
    probe: Option<Probe>,
    /// Epoch milliseconds of the last change.
    pub(crate) since: Option<u64>,
    pub(crate) last_output: Option<String>,
    /// The probe that runs now.
    running: Option<ExecId>,
}

impl HealthReport {
    pub(crate) fn health(&self) -> Health {
        self.probe.as_ref().map_or(Health::None, Probe::health)
    }
}

/// How one probe ended.
#[derive(Debug)]
pub(crate) struct ProbeResult {
    pub(crate) is_success: bool,
    pub(crate) output: Vec<u8>,
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

    /// Other settings, or none, for the present task; counts as the beginning of a new probe when there was none.
    pub(crate) fn change_probe(&mut self, config: Option<ProbeConfig>) {
        self.config.probe.clone_from(&config);
        let is_live = self.task.living().is_some();
        match (&mut self.task.health.probe, config) {
            (Some(probe), Some(config)) => probe.replace_config(config),
            (_, config) => {
                self.begin_probing(config.filter(|_| is_live));
                let data = self.health_data();
                self.emit("health", data);
            }
        }
        self.timers.cancel(Timer::Probe);
        self.schedule_probe();
    }

    /// The task has ended; the verdict stays for who asks.
    pub(crate) fn end_probing(&mut self) {
        self.timers.cancel(Timer::Probe);
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
        let request = ExecRequest::for_probe(probe.config());
        let outcome = self.start_exec(request, ExecPurpose::Probe, ReplyTo::Nobody);
        match outcome {
            Ok(exec) => self.task.health.running = Some(exec),
            Err(error) => self.end_probe(ProbeResult {
                is_success: false,
                output: error.message.into_bytes(),
            }),
        }
    }

    /// A probe has ended, or could not be started.
    pub(crate) fn end_probe(&mut self, result: ProbeResult) {
        self.task.health.running = None;
        if self.task.phase != Phase::Running {
            // What a frozen or ending container does not do says nothing about its health.
            self.schedule_probe();
            return;
        }
        let Some(probe) = &mut self.task.health.probe else {
            return;
        };
        let change = probe.record(result.is_success, Instant::now());
        let text = String::from_utf8_lossy(&result.output)
            .trim_end()
            .to_owned();
        self.task.health.last_output = (!text.is_empty()).then_some(text);
        if change.is_some() {
            self.task.health.since = Some(now_ms());
            let data = self.health_data();
            self.emit("health", data);
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

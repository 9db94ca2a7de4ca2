//! The verdict about a container's health, from the results of its probe.
//!
//! ```text
//!        `successes` in a row                `retries` failures in a row
//! starting ------------> healthy  <----------------------------> unhealthy
//!     |                       `successes` in a row                   ^
//!     `----- `retries` failures outside the start period ------------'
//! ```
//!
//! In the start period (from the task's start until it is over, or until the first success) failures do not count and
//! probes come every start interval; afterwards every interval. The next probe is timed from the end of the last, with up
//! to a tenth more, so that many containers do not probe in step. What follows from a verdict is not decided here.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::config::ProbeConfig;

/// Shortest time between probes: a probe costs a process in the container.
const MIN_INTERVAL: Duration = Duration::from_millis(10);

/// `health` of the state and of the event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Health {
    /// No probe.
    #[default]
    None,
    /// No verdict yet.
    Starting,
    Healthy,
    Unhealthy,
}

impl Health {
    /// As it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }

    /// The one with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::None, Self::Starting, Self::Healthy, Self::Unhealthy];
        all.into_iter().find(|health| health.name() == name)
    }
}

/// One task's probe.
#[derive(Debug)]
pub(crate) struct Probe {
    config: ProbeConfig,
    health: Health,
    failures_in_a_row: u32,
    successes_in_a_row: u32,
    /// End of the start period; `None` once it is over for good.
    start_period_end: Option<Instant>,
}

impl Probe {
    /// For a task that starts at `now`.
    pub(crate) fn new(config: ProbeConfig, now: Instant) -> Self {
        let start_period = Duration::from_millis(config.start_period_ms);
        Self {
            start_period_end: (!start_period.is_zero()).then(|| now + start_period),
            config,
            health: Health::Starting,
            failures_in_a_row: 0,
            successes_in_a_row: 0,
        }
    }

    /// For a task that has run for some time at `now`, with the verdict of then.
    pub(crate) fn resumed(
        config: ProbeConfig,
        (running_for, now): (Duration, Instant),
        verdict: Option<Health>,
    ) -> Self {
        let start_period = Duration::from_millis(config.start_period_ms);
        let left = start_period.saturating_sub(running_for);
        let health = verdict.unwrap_or(Health::Starting);
        Self {
            start_period_end: (health == Health::Starting && !left.is_zero()).then(|| now + left),
            health,
            ..Self::new(config, now)
        }
    }

    /// Takes other settings for the same task: the verdict stays, failures are counted anew.
    pub(crate) fn replace_config(&mut self, config: ProbeConfig) {
        self.config = config;
        self.failures_in_a_row = 0;
        self.successes_in_a_row = 0;
    }

    pub(crate) fn config(&self) -> &ProbeConfig {
        &self.config
    }

    pub(crate) fn health(&self) -> Health {
        self.health
    }

    /// How long to wait for the next probe, the last one having ended `now`. `jitter` is 0 to 255 for nothing to a tenth.
    pub(crate) fn delay(&self, now: Instant, jitter: u8) -> Duration {
        let interval_ms = match self.start_period_end {
            Some(end) if now < end => self.config.start_interval_ms,
            _ => self.config.interval_ms,
        };
        let interval = Duration::from_millis(interval_ms).max(MIN_INTERVAL);
        interval + interval / 10 * u32::from(jitter) / 255
    }

    /// Takes a result; tells the verdict when it has changed.
    pub(crate) fn record(&mut self, is_success: bool, now: Instant) -> Option<Health> {
        let before = self.health;
        if is_success {
            self.failures_in_a_row = 0;
            self.start_period_end = None;
            self.successes_in_a_row = self.successes_in_a_row.saturating_add(1);
            if self.successes_in_a_row >= self.config.successes.max(1) {
                self.health = Health::Healthy;
            }
        } else if self.start_period_end.is_none_or(|end| now >= end) {
            self.start_period_end = None;
            self.successes_in_a_row = 0;
            self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
            if self.failures_in_a_row >= self.config.retries.max(1) {
                self.health = Health::Unhealthy;
            }
        } else {
            self.successes_in_a_row = 0;
        }
        (self.health != before).then_some(self.health)
    }
}

#[cfg(test)]
mod tests {
    use super::{Health, Probe, ProbeConfig};
    use std::time::{Duration, Instant};

    fn config(json: &str) -> ProbeConfig {
        serde_json::from_str(json).unwrap()
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn is_healthy_after_the_first_success_and_tells_it_once() {
        let start = Instant::now();
        let mut probe = Probe::new(config(r#"{"kind": "exec", "args": ["true"]}"#), start);
        assert_eq!(probe.health(), Health::Starting);
        assert_eq!(probe.record(true, start), Some(Health::Healthy));
        assert_eq!(probe.record(true, start), None);
    }

    #[test]
    fn is_unhealthy_after_as_many_failures_in_a_row_as_retries_say() {
        let start = Instant::now();
        let mut probe = Probe::new(
            config(r#"{"kind": "exec", "args": ["false"], "retries": 2}"#),
            start,
        );
        assert_eq!(probe.record(false, start), None);
        assert_eq!(probe.record(true, start), Some(Health::Healthy));
        assert_eq!(probe.record(false, start), None);
        assert_eq!(probe.record(false, start), Some(Health::Unhealthy));
        assert_eq!(probe.record(false, start), None);
        assert_eq!(probe.record(true, start), Some(Health::Healthy));
    }

    #[test]
    fn is_healthy_after_as_many_successes_in_a_row_as_wanted() {
        let start = Instant::now();
        let json = r#"{"kind": "exec", "args": ["x"], "successes": 2}"#;
        let mut probe = Probe::new(config(json), start);
        assert_eq!(probe.record(true, start), None);
        assert_eq!(probe.record(false, start), None);
        assert_eq!(probe.record(true, start), None);
        assert_eq!(probe.record(true, start), Some(Health::Healthy));
    }

    #[test]
    fn failures_in_the_start_period_do_not_count() {
        let start = Instant::now();
        let json = r#"{"kind": "exec", "args": ["x"], "retries": 1, "startPeriodMs": 10000}"#;
        let mut probe = Probe::new(config(json), start);
        assert_eq!(probe.record(false, start + seconds(5)), None);
        assert_eq!(
            probe.record(false, start + seconds(10)),
            Some(Health::Unhealthy)
        );
    }

    #[test]
    fn the_first_success_ends_the_start_period() {
        let start = Instant::now();
        let json = r#"{"kind": "exec", "args": ["x"], "retries": 1, "startPeriodMs": 10000}"#;
        let mut probe = Probe::new(config(json), start);
        probe.record(true, start + seconds(1));
        assert_eq!(
            probe.record(false, start + seconds(2)),
            Some(Health::Unhealthy)
        );
    }

    #[test]
    fn probes_every_start_interval_in_the_start_period_and_every_interval_after_it() {
        let start = Instant::now();
        let json = r#"{"kind": "exec", "args": ["x"], "intervalMs": 60000, "startIntervalMs": 2000, "startPeriodMs": 10000}"#;
        let probe = Probe::new(config(json), start);
        assert_eq!(probe.delay(start, 0), seconds(2));
        assert_eq!(probe.delay(start + seconds(11), 0), seconds(60));
        assert_eq!(probe.delay(start + seconds(11), 255), seconds(66));
    }

    #[test]
    fn without_a_start_period_the_interval_holds_from_the_start() {
        let start = Instant::now();
        let probe = Probe::new(
            config(r#"{"kind": "exec", "args": ["x"], "intervalMs": 1000}"#),
            start,
        );
        assert_eq!(probe.delay(start, 0), seconds(1));
    }
}

//! Deadlines of the event loop. There are a few dozen at most, so a plain map does.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Number of an exec session; a probe is one too.
pub(crate) type ExecId = u32;

/// What a deadline is for; there is one deadline for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// Descriptors were exhausted; perhaps a client can be accepted again.
    Accept,
    /// Unfinished lines are written into the log.
    LogFlush,
    /// The disk took nothing; try again.
    LogRetry,
    /// The grace period of `stop` is over.
    StopGrace,
    /// The task has ended, but somebody holds its output open.
    TaskDrain,
    /// The first process of an adopted task has ended, and nobody has said how.
    AdoptedEnd,
    /// The kernel counts a kill a moment after it has rung.
    OomCheck,
    /// The cgroup of the ended task could not be removed yet.
    CgroupRemoval,
    /// The next probe.
    Probe,
    /// The probe that runs over a connection has no more time.
    ProbeDeadline,
    /// The exec has run too long.
    ExecTimeout(ExecId),
    /// Nobody has connected to the exec.
    ExecUnclaimed(ExecId),
    /// The exec has ended, but somebody holds its output open.
    ExecDrain(ExecId),
    /// The exec's result is forgotten.
    ExecForget(ExecId),
    /// The hook that runs takes too long.
    Hook,
    /// A call of a foreign runtime takes too long; named by its process.
    Command(i32),
}

/// Deadlines by what they are for.
#[derive(Debug, Default)]
pub(crate) struct Timers(BTreeMap<Timer, Instant>);

impl Timers {
    /// Sets the deadline, in place of an earlier or later one.
    pub(crate) fn set(&mut self, timer: Timer, delay: Duration) {
        self.0.insert(timer, Instant::now() + delay);
    }

    /// Sets the deadline unless there is one.
    pub(crate) fn set_once(&mut self, timer: Timer, delay: Duration) {
        self.0
            .entry(timer)
            .or_insert_with(|| Instant::now() + delay);
    }

    /// Makes the deadline no later than this; sets none.
    pub(crate) fn bring_forward(&mut self, timer: Timer, delay: Duration) {
        if let Some(deadline) = self.0.get_mut(&timer) {
            *deadline = (*deadline).min(Instant::now() + delay);
        }
    }

    pub(crate) fn cancel(&mut self, timer: Timer) {
        self.0.remove(&timer);
    }

    /// When this is due, if it is set.
    pub(crate) fn deadline(&self, timer: Timer) -> Option<Instant> {
        self.0.get(&timer).copied()
    }

    /// How long the loop may sleep; `None` = until something happens.
    pub(crate) fn next_delay(&self, now: Instant) -> Option<Duration> {
        let next = self.0.values().min()?;
        Some(next.saturating_duration_since(now))
    }

    /// Takes one that is due.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let due = self.0.iter().filter(|(_, deadline)| **deadline <= now);
        let (timer, _) = due.min_by_key(|(_, deadline)| **deadline)?;
        let timer = *timer;
        self.0.remove(&timer);
        Some(timer)
    }
}

#[cfg(test)]
mod tests {
    use super::{Timer, Timers};
    use std::time::{Duration, Instant};

    #[test]
    fn gives_out_what_is_due_in_the_order_of_deadlines() {
        let mut timers = Timers::default();
        timers.set(Timer::Probe, Duration::from_secs(2));
        timers.set(Timer::ExecTimeout(1), Duration::from_secs(1));
        timers.set(Timer::LogFlush, Duration::from_secs(60));
        timers.set_once(Timer::Probe, Duration::from_secs(90));
        timers.cancel(Timer::StopGrace);
        let later = Instant::now() + Duration::from_secs(3);
        assert_eq!(timers.take_due(later), Some(Timer::ExecTimeout(1)));
        assert_eq!(timers.take_due(later), Some(Timer::Probe));
        assert_eq!(timers.take_due(later), None);
        assert!(timers.next_delay(Instant::now()).unwrap() > Duration::from_secs(50));
    }
}

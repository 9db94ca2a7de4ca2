//! What hostd does while nobody waits.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::hostd::Hostd;
use crate::log::{Level, log};
use crate::worker::Job;

/// Nobody waits when nothing has come for so long: requests of one start follow each other faster.
const IDLE_AFTER: Duration = Duration::from_millis(1);
/// How long a stack without containers keeps its control groups. Its next container mostly follows the last one at once, and
/// would have to make them again.
const EMPTY_STACK_STAYS: Duration = Duration::from_secs(1);

impl Hostd {
    /// How long the loop may sleep before [`Hostd::use_idle_time`] has something to do.
    pub(crate) fn idle_delay(&self) -> Option<Duration> {
        let network = self.network.as_ref().map(|network| &network.0);
        let preparation = network
            .is_some_and(|network| network.wants_preparation())
            .then_some(IDLE_AFTER);
        let pruning = self
            .prune_at
            .map(|due| due.saturating_duration_since(Instant::now()));
        preparation.into_iter().chain(pruning).min()
    }

    /// Nothing has come.
    pub(crate) fn use_idle_time(&mut self) {
        if let Some(network) = self.network.as_mut() {
            network.0.prepare();
        }
        if self.prune_at.is_some_and(|due| due <= Instant::now()) {
            self.prune_at = None;
            self.prune_stacks();
        }
    }

    /// A container is gone, perhaps the last one of its stack.
    pub(crate) fn prune_stacks_later(&mut self) {
        self.prune_at = Some(Instant::now() + EMPTY_STACK_STAYS);
    }

    /// By a worker: the kernel makes whoever removes a group wait for others that change some.
    fn prune_stacks(&mut self) {
        let groups = self.groups.clone();
        let begun = self.start_worker(Job::Quiet("cannot prune stacks"), &[], |_| {
            groups.prune_stacks();
        });
        if let Err(errno) = begun {
            let reason = json!({ "reason": errno.to_string() });
            log(Level::Warn, "cannot fork a worker", reason);
            self.prune_stacks_later();
        }
    }
}

//! A shim that is stuck: its task's first process has ended, and it does nothing about it.
//!
//! ```text
//! the process ends -> letGo within some seconds: well
//!                  -> ping -> pong: it is busy (hooks) -> left alone
//!                          -> nothing: killed, and replaced like any killed shim
//! ```
//!
//! Nothing is asked of a shim whose task runs: it sleeps.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use serde_json::json;
use tsorch_network::names::ContainerId;
use tsorch_sys::poller::Watched;

use crate::hostd::{Hostd, Source, Token};
use crate::log::{Level, log};

/// Output is drained for 2 seconds at most before the record is written.
const LETS_GO_WITHIN: Duration = Duration::from_secs(5);
/// A shim does nothing that takes longer at once.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// The first process of a task, until it ends.
#[derive(Debug)]
pub(crate) struct TaskEnd {
    token: Token,
    _pidfd: Watched<OwnedFd>,
}

/// A shim that should have said something.
#[derive(Debug)]
pub(crate) struct Suspicion {
    deadline: Instant,
    is_pinged: bool,
}

impl Hostd {
    /// Watches the end of the task that is kept now, and of no other.
    pub(crate) fn watch_task_end(&mut self, id: &ContainerId) {
        let kept = self.keepers.get(id).and_then(|keeper| keeper.kept.as_ref());
        let pidfd = kept.and_then(|kept| kept.pidfd_copy());
        self.forget_task_end(id);
        let watched = pidfd.and_then(|pidfd| self.watch(pidfd, Source::TaskEnd(id.clone())).ok());
        if let Some((token, pidfd)) = watched {
            let end = TaskEnd {
                token,
                _pidfd: pidfd,
            };
            self.task_ends.insert(id.clone(), end);
        }
    }

    /// There is no task, or nobody to be suspected.
    pub(crate) fn forget_task_end(&mut self, id: &ContainerId) {
        self.suspicions.remove(id);
        if let Some(end) = self.task_ends.remove(id) {
            self.forget(end.token);
        }
    }

    /// The first process of a task has ended; its shim knows that, too.
    pub(crate) fn on_task_end(&mut self, id: &ContainerId) {
        self.forget_task_end(id);
        let suspicion = Suspicion {
            deadline: Instant::now() + LETS_GO_WITHIN,
            is_pinged: false,
        };
        self.suspicions.insert(id.clone(), suspicion);
    }

    /// The shim has answered.
    pub(crate) fn clear_suspicion(&mut self, id: &ContainerId) {
        self.suspicions.remove(id);
    }

    /// How long the loop may sleep before a suspicion is due.
    pub(crate) fn suspicion_delay(&self) -> Option<Duration> {
        let next = self.suspicions.values().map(|suspicion| suspicion.deadline);
        let next = next.min()?;
        Some(next.saturating_duration_since(Instant::now()))
    }

    /// Follows suspicions up.
    pub(crate) fn look_after_shims(&mut self) {
        let now = Instant::now();
        let due = self.suspicions.iter();
        let due: Vec<ContainerId> = due
            .filter(|(_, suspicion)| suspicion.deadline <= now)
            .map(|(id, _)| id.clone())
            .collect();
        for id in due {
            self.suspect(&id);
        }
    }

    fn suspect(&mut self, id: &ContainerId) {
        let Some(mut suspicion) = self.suspicions.remove(id) else {
            return;
        };
        if suspicion.is_pinged {
            log(
                Level::Error,
                "a shim is stuck, and is killed",
                json!({ "container": id }),
            );
            if let Some(shim) = self.shims.get(id) {
                shim.kill();
            }
            return;
        }
        if let Some(keeper) = self.keepers.get(id) {
            keeper.ping();
            suspicion.is_pinged = true;
            suspicion.deadline = Instant::now() + ANSWERS_WITHIN;
            self.suspicions.insert(id.clone(), suspicion);
        }
    }
}

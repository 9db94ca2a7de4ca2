//! A shim that was killed while its task runs is replaced by one that adopts the task.
//!
//! ```text
//! shim ends -> state.json says "running", its descriptors are here
//!           -> wait until its lock is free -> fork a shim with them -> told: shim.replaced
//!           -> when that fails: the container is settled as one that nobody watches
//! ```
//!
//! Nothing of the container is touched: its pipes have a reader all the time, and its first process is ours by now.

use std::time::{Duration, Instant};

use serde_json::json;
use tsorch_network::names::ContainerId;
use tsorch_protocol::ErrorBody;
use tsorch_protocol::shim_files::ShimReady;

use crate::hostd::Hostd;
use crate::keeper::Kept;
use crate::log::{Level, log};
use crate::record::is_locked;
use crate::reopen::reopened_task;
use crate::spawn::{Purpose, Wish};

/// A process that the dead shim has just cloned may hold its lock a moment longer.
const LOCK_FREE_WITHIN: Duration = Duration::from_secs(2);
/// Shims of one adoption that may end before they are ready.
const ATTEMPTS: u8 = 3;

/// A task that waits for a shim.
#[derive(Debug)]
pub(crate) struct Adoption {
    kept: Option<Kept>,
    deadline: Instant,
    attempt: u8,
}

impl Hostd {
    /// The container of a shim that is no more, and of which nothing is held here: its task is adopted if it can be.
    pub(crate) fn adopt_or_settle(&mut self, id: &ContainerId) {
        if !self.begin_adoption(id, None) {
            self.settle(id);
        }
    }

    /// Has the running task of a shim that is no more adopted by another. False when there is none, or nothing to adopt
    /// it with.
    pub(crate) fn begin_adoption(&mut self, id: &ContainerId, kept: Option<Kept>) -> bool {
        let Some(state) = self.unsettled_state(id).filter(|state| state.pid.is_some()) else {
            return false;
        };
        let kept = kept.filter(|kept| kept.task.task == state.tsorch.task);
        let Some(mut kept) = kept.or_else(|| reopened_task(&state)) else {
            return false;
        };
        kept.complete(self.orphan_with(kept.task.pid));
        if self.is_busy(id) || self.shutdown.is_some() {
            return false;
        }
        self.adopt_kept(id, kept, 1);
        true
    }

    fn adopt_kept(&mut self, id: &ContainerId, kept: Kept, attempt: u8) {
        let adoption = Adoption {
            kept: Some(kept),
            deadline: Instant::now() + LOCK_FREE_WITHIN,
            attempt,
        };
        self.adoptions.insert(id.clone(), adoption);
        self.continue_adoption(id);
    }

    /// Whoever fails to adopt is not tried again.
    pub(crate) fn adopt_no_more(&mut self, id: &ContainerId) {
        if let Some(adoption) = self.adoptions.get_mut(id) {
            adoption.attempt = ATTEMPTS;
        }
    }

    /// Looks again at those whose lock was held.
    pub(crate) fn continue_adoptions(&mut self) {
        let ids: Vec<ContainerId> = self.adoptions.keys().cloned().collect();
        for id in ids {
            self.continue_adoption(&id);
        }
    }

    /// Whether an adoption waits for a lock.
    pub(crate) fn adoptions_wait(&self) -> bool {
        self.adoptions
            .values()
            .any(|adoption| adoption.kept.is_some())
    }

    fn continue_adoption(&mut self, id: &ContainerId) {
        let is_held = is_locked(&self.dirs.shim(id));
        let Some(adoption) = self.adoptions.get_mut(id) else {
            return;
        };
        if is_held && Instant::now() < adoption.deadline {
            return;
        }
        // Taken: the shim is being made.
        let Some(kept) = adoption.kept.take() else {
            return;
        };
        let wish = Wish::Adopt(kept.task.clone());
        if let Err(errno) = self.begin_spawn(Purpose::Adoption, id, (wish, Some(kept))) {
            log(
                Level::Error,
                "cannot fork a shim",
                json!({ "container": id, "reason": errno.to_string() }),
            );
            self.give_up_adoption(id);
        }
    }

    /// The adopting shim watches the task, or has ended.
    pub(crate) fn finish_adoption(
        &mut self,
        id: &ContainerId,
        shim_pid: Option<i32>,
        outcome: Result<ShimReady, ErrorBody>,
    ) {
        match outcome {
            Ok(_) => {
                self.adoptions.remove(id);
                let data = json!({ "id": id, "shimPid": shim_pid });
                log(Level::Warn, "shim replaced", data.clone());
                self.tell_all("shim.replaced", data);
            }
            Err(error) => {
                log(
                    Level::Error,
                    "a shim could not adopt its task",
                    json!({ "container": id, "reason": error.message }),
                );
                self.end_failed_shim(id);
            }
        }
    }

    /// Its end is what goes on from here.
    fn end_failed_shim(&mut self, id: &ContainerId) {
        match self.shims.get(id) {
            Some(shim) => shim.kill(),
            None => self.retry_adoption(id),
        }
    }

    /// A shim has ended that should have adopted the task. False when there was none.
    pub(crate) fn adopting_shim_ended(&mut self, id: &ContainerId) -> bool {
        let is_adopting = self.adoptions.contains_key(id);
        if is_adopting && !self.spawns.contains_key(id) {
            self.retry_adoption(id);
        }
        is_adopting
    }

    fn retry_adoption(&mut self, id: &ContainerId) {
        let kept = self.drop_keeper(id);
        let attempt = self
            .adoptions
            .get(id)
            .map_or(0, |adoption| adoption.attempt);
        match kept {
            Some(kept) if attempt < ATTEMPTS && !self.removals.contains(id) => {
                self.adopt_kept(id, kept, attempt + 1);
            }
            _ => self.give_up_adoption(id),
        }
    }

    fn give_up_adoption(&mut self, id: &ContainerId) {
        self.adoptions.remove(id);
        self.drop_keeper(id);
        if !self.removals.contains(id) {
            self.settle(id);
        }
    }
}

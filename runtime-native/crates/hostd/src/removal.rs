//! `container.remove`: ends what is left of a container and removes its groups and directories. Everything that may
//! wait is done in a worker.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Signal, pidfd_send_signal};
use serde::Deserialize;
use serde_json::Value;
use tsorch_cgroups::Cgroup;
use tsorch_network::names::ContainerId;
use tsorch_protocol::{ErrorBody, code};

use crate::adopt::{Found, find_shim};
use crate::client::Waiter;
use crate::dirs::{NodeDirs, Trash};
use crate::dispatch::{Answer, nothing};
use crate::groups::{self, Groups};
use crate::hostd::Hostd;
use crate::tree;
use crate::worker::{Job, Report};

/// How long processes may take to end after SIGKILL.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often an emptying group is looked at.
const TICK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 1_000_000,
};

/// Params of `container.remove`.
#[derive(Debug, Deserialize)]
pub(crate) struct RemoveParams {
    id: ContainerId,
}

/// Containers that a worker removes.
#[derive(Debug)]
pub(crate) struct Removal {
    pub(crate) ids: Vec<ContainerId>,
    pub(crate) extent: Extent,
    pub(crate) then: Then,
}

/// How much of a container goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Processes, groups and what is below the run directory.
    RunDir,
    /// Its files below the root too.
    Everything,
}

/// What follows when they are gone.
#[derive(Debug)]
pub(crate) enum Then {
    /// `container.remove` is answered.
    Answer(Waiter),
    /// `node.sweep` is answered with what was removed.
    AnswerSwept(Waiter, Result<Value, ErrorBody>),

    /// `node.shutdown` goes on.
    Shutdown,
}

impl Hostd {
    /// `container.remove`
    pub(crate) fn container_remove(
        &mut self,
        waiter: Waiter,
        params: RemoveParams,
    ) -> Result<Answer, ErrorBody> {
        let (ids, extent) = (vec![params.id], Extent::Everything);
        let removal = Removal {
            ids,
            extent,
            then: Then::Answer(waiter),
        };
        self.begin_removal(removal).map_err(not_begun)?;
        Ok(Answer::Later)
    }

    /// Ends the shims at once, so that none of them starts anything more, and leaves the rest to a worker.
    pub(crate) fn begin_removal(&mut self, removal: Removal) -> Result<(), Errno> {
        let mut shims = Vec::new();
        for id in &removal.ids {
            self.unready.remove(id);
            self.adoptions.remove(id);
            self.drop_keeper(id);
            if let Some(shim) = self.take_shim(id) {
                shim.kill();
                shims.push(shim.pidfd.into_source());
            }
        }
        let ids = removal.ids.clone();
        let keep: Vec<BorrowedFd<'_>> = shims.iter().map(OwnedFd::as_fd).collect();
        let remover = Remover {
            dirs: self.dirs.clone(),
            groups: self.groups.clone(),
            ids: removal.ids.clone(),
            extent: removal.extent,
        };
        self.start_worker(Job::Removal(removal), &keep, |report| {
            remover.work(&keep, report)
        })?;
        self.removals.extend(ids);
        Ok(())
    }

    /// The worker has removed them, or not all.
    pub(crate) fn finish_removal(&mut self, removal: Removal, outcome: Result<Value, ErrorBody>) {
        for id in &removal.ids {
            self.removals.remove(id);
        }
        self.prune_stacks_later();
        match removal.then {
            Then::Answer(waiter) => self.answer(waiter, outcome),
            Then::AnswerSwept(waiter, swept) => self.answer(waiter, outcome.and(swept)),

            Then::Shutdown => self.containers_removed(outcome),
        }
        for id in &removal.ids {
            self.unpark(id);
        }
    }
}

/// No worker could be made.
pub(crate) fn not_begun(errno: Errno) -> ErrorBody {
    ErrorBody::new(code!("host.failed"), "cannot fork a worker")
        .errno(errno)
        .retryable()
}

/// What the worker knows.
struct Remover {
    dirs: NodeDirs,
    groups: Groups,
    ids: Vec<ContainerId>,
    extent: Extent,
}

impl Remover {
    fn work(&self, shims: &[BorrowedFd<'_>], report: Report) {
        let deadline = Instant::now() + PATIENCE;
        for shim in shims {
            wait_for_end(*shim, deadline);
        }
        let outcomes: Vec<_> = self
            .ids
            .iter()
            .map(|id| self.remove(id, deadline))
            .collect();
        let failed = outcomes.into_iter().find_map(Result::err);
        report.send(failed.map_or_else(|| Ok(nothing()), Err));
        // Nobody waits for this; what is left after a crash is found in the trash at the next start.
        for trash in [Trash::RunDir, Trash::Root] {
            let _ = tree::empty(&self.dirs.trash(trash));
        }
    }

    /// Goes on after an error: whatever can go, goes.
    fn remove(&self, id: &ContainerId, deadline: Instant) -> Result<(), ErrorBody> {
        let found = end_processes(&self.groups, (id, &self.dirs.shim(id)), deadline);
        let grouped = groups::remove_all(found);
        let mut outcome =
            grouped.map_err(|error| groups::error_body(&error).about(id.as_str()).retryable());

        if self.extent == Extent::Everything {
            outcome = outcome.and(self.discard(&self.dirs.container(id), Trash::Root));
        }
        outcome = outcome.and(self.discard(&self.dirs.bundle(id), Trash::RunDir));
        // Last: as long as it is there, the container is known.
        outcome.and(self.discard(&self.dirs.shim(id), Trash::RunDir))
    }

    fn discard(&self, path: &Path, trash: Trash) -> Result<(), ErrorBody> {
        tree::discard(path, &self.dirs.trash(trash)).map_err(|errno| {
            ErrorBody::new(code!("host.failed"), "cannot remove a directory")
                .about(path.display().to_string())
                .errno(errno)
                .retryable()
        })
    }
}

/// Ends a shim that nobody has told us of (a predecessor has forked it) and every process of the container: a process
/// just cloned may hold the shim's lock a moment longer than the shim, so neither is waited for alone. Returns the
/// container's groups.
fn end_processes(
    groups: &Groups,
    (id, dir): (&ContainerId, &Path),
    deadline: Instant,
) -> Vec<Cgroup> {
    loop {
        let shim = find_shim(dir);
        if let Found::Shim(child) = &shim {
            let _ = pidfd_send_signal(&child.pidfd, Signal::KILL);
        }
        // After the shim's end nobody makes another one.
        let found = groups.of_container(id);
        groups::kill_all(&found);
        let is_over = matches!(shim, Found::Nobody) && !groups::is_any_populated(&found);
        if is_over || Instant::now() >= deadline {
            return found;
        }
        let _ = poll(&mut [], Some(&TICK));
    }
}

fn wait_for_end(pidfd: BorrowedFd<'_>, deadline: Instant) {
    let left = deadline.saturating_duration_since(Instant::now());
    let Ok(timeout) = Timespec::try_from(left) else {
        return;
    };
    let _ = poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&timeout));
}

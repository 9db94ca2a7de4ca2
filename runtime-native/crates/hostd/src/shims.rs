//! The living shims, and the end of each.

use std::os::fd::OwnedFd;

use rustix::process::{Pid, Signal, pidfd_send_signal};
use serde_json::{Value, json};
use tsorch_network::names::ContainerId;
use tsorch_sys::fork::Child;
use tsorch_sys::poller::Watched;

use crate::dirs::ids_in;
use crate::hostd::{Hostd, Source, Token};
use crate::record::{as_json, read_exit};

/// A shim that lives.
#[derive(Debug)]
pub(crate) struct Shim {
    pub(crate) pid: Pid,
    pub(crate) pidfd: Watched<OwnedFd>,
    token: Token,
}

impl Shim {
    /// Sends SIGKILL.
    pub(crate) fn kill(&self) {
        let _ = pidfd_send_signal(&*self.pidfd, Signal::KILL);
    }
}

impl Hostd {
    /// Watches over a shim from now on.
    pub(crate) fn add_shim(
        &mut self,
        id: &ContainerId,
        child: Child,
    ) -> Result<(), rustix::io::Errno> {
        let (token, pidfd) = self.watch(child.pidfd, Source::ShimEnd(id.clone()))?;
        self.shims.insert(
            id.clone(),
            Shim {
                pid: child.pid,
                pidfd,
                token,
            },
        );
        Ok(())
    }

    /// Watches no more. The shim may live on.
    pub(crate) fn take_shim(&mut self, id: &ContainerId) -> Option<Shim> {
        let shim = self.shims.remove(id)?;
        self.forget(shim.token);
        Some(shim)
    }

    /// A shim has ended: released, or lost.
    pub(crate) fn on_shim_end(&mut self, id: &ContainerId) {
        if self.take_shim(id).is_none() {
            return;
        }
        // What it has said last still counts.
        self.on_keeper(id);
        self.reap();
        if self.adopting_shim_ended(id) {
            return;
        }
        // A shim that ended before it was ready is told by the spawn.
        let kept = match self.spawns.contains_key(id) {
            true => None,
            false => self.drop_keeper(id),
        };
        if !self.begin_adoption(id, kept) {
            self.settle(id);
        }
    }

    /// Whether one lives, or is about to.
    fn has_shim(&self, id: &ContainerId) -> bool {
        let is_coming = self.unready.contains(id) || self.adoptions.contains_key(id);
        is_coming || self.shims.contains_key(id)
    }

    /// `shim.list`
    pub(crate) fn shim_list(&self) -> Value {
        let entry = |id: ContainerId| {
            let shim = self.shims.get(&id);
            let mut entry = json!({ "id": id, "alive": self.has_shim(&id) });
            if let Some(shim) = shim {
                entry["shimPid"] = shim.pid.as_raw_nonzero().get().into();
            }
            if let Some(record) = read_exit(&self.dirs.shim(&id)) {
                entry["exit"] = as_json(&record);
            }
            entry
        };
        json!({ "shims": ids_in(&self.dirs.shims()).into_iter().map(entry).collect::<Vec<_>>() })
    }
}

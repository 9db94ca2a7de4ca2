//! A recorded container, looked at now.

use std::os::fd::OwnedFd;
use std::path::Path;

use anyhow::{Context, bail};
use rustix::process::Pid;
use tsorch_cgroups::{Cgroup, CgroupPath, Hierarchies};
use tsorch_container::identity::open_recorded;
use tsorch_container::store::{Record, Slot, Store};
use tsorch_container::{DEFAULT_CGROUP_PARENT, run_hooks};
use tsorch_oci::{Config, ContainerId, State, Status};

/// What is recorded about a container, and its first process if it lives.
#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) slot: Slot,
    pub(crate) record: Record,
    pub(crate) process: Option<(Pid, OwnedFd)>,
}

impl Container {
    /// Looks a container up.
    pub(crate) fn find(store: &Store, id: &ContainerId) -> anyhow::Result<Self> {
        let slot = store.find(id)?;
        let record = slot
            .record()?
            .with_context(|| format!("container {id} is being created"))?;
        let process =
            open_recorded(&record).context("cannot look at the container's first process")?;
        Ok(Self {
            slot,
            record,
            process,
        })
    }

    /// Looks a container up to change it: one that a shim owns is the shim's business.
    pub(crate) fn find_to_change(store: &Store, id: &ContainerId) -> anyhow::Result<Self> {
        let found = Self::find(store, id)?;
        if found.record.tsorch.shim_pid.is_some() && found.process.is_some() {
            bail!("container {id} belongs to a shim; use tsorch");
        }
        Ok(found)
    }

    /// Whether it has a control group of its own.
    pub(crate) fn has_cgroup(&self) -> bool {
        !self.record.tsorch.cgroup.is_empty()
    }

    /// Its control group; of a container without one, a group that does not exist.
    pub(crate) fn cgroup(&self) -> anyhow::Result<Cgroup> {
        if !self.has_cgroup() {
            let path = CgroupPath::parse(Path::new(DEFAULT_CGROUP_PARENT))?;
            return Ok(Cgroup::open(&Hierarchies::default(), path)?);
        }
        let path = CgroupPath::parse(Path::new(&self.record.tsorch.cgroup))?;
        Ok(Cgroup::open(&Hierarchies::of_host()?, path)?)
    }

    /// Runs the hooks that follow the start; when one fails the container ends.
    pub(crate) fn run_poststart_hooks(&self) -> anyhow::Result<()> {
        let config = self.slot.config()?;
        let state = State {
            status: Status::Running,
            ..self.record.state.clone()
        };
        let ran = run_hooks(&config.hooks.poststart, &state);
        if ran.is_err() {
            let _ = self.cgroup().map(|cgroup| cgroup.kill());
        }
        ran.context("a poststart hook failed")
    }

    /// Runs the hooks that follow the removal, all of them, whichever fail: a failure changes nothing any more and is
    /// only told.
    pub(crate) fn run_poststop_hooks(&self, config: &Config) -> Vec<anyhow::Error> {
        let state = State {
            status: Status::Stopped,
            pid: None,
            ..self.record.state.clone()
        };
        let hooks = config.hooks.poststop.chunks(1);
        hooks
            .filter_map(|hook| run_hooks(hook, &state).err())
            .map(|failure| anyhow::Error::new(failure).context("a poststop hook failed"))
            .collect()
    }

    /// Where it is in its life, now.
    pub(crate) fn status(&self) -> Status {
        if self.process.is_none() {
            return Status::Stopped;
        }
        if self.slot.has_gate() {
            return Status::Created;
        }
        let frozen = self
            .cgroup()
            .is_ok_and(|cgroup| cgroup.is_frozen().unwrap_or(false));
        if frozen {
            Status::Paused
        } else {
            Status::Running
        }
    }
}

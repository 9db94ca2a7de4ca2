//! One control group, in every hierarchy of the host.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::process::Pid;
use tsorch_oci::Resources;

use crate::devices;
use crate::error::CgroupError;
use crate::file;
use crate::hierarchies::{Hierarchies, Hierarchy, Version};
use crate::limits::{self, Plan, Write};
use crate::node::{Node, group_error};
use crate::path::CgroupPath;

/// A container's control group: the directories of one path in all hierarchies.
#[derive(Debug)]
pub struct Cgroup {
    pub(crate) path: CgroupPath,
    /// In the order of the host's mount table. Empty when the group does not exist.
    pub(crate) nodes: Vec<Node>,
}

/// What to do about a limit that this host cannot set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnMissing {
    /// An error.
    Fail,
    /// Leave it out and tell.
    Skip,
}

/// A limit that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The limit, as the configuration names it.
    pub limit: String,
    /// Why.
    pub reason: String,
}

impl Cgroup {
    /// Makes the group, without limits. An empty one of that name is made anew: old limits and counters would stay,
    /// and kernels since February 2025, stable ones included, kill at once what `CLONE_INTO_CGROUP` puts into a group
    /// whose `cgroup.kill` was ever written (`kill_seq` in kernel/cgroup/cgroup.c is compared with the parent's).
    ///
    /// # Errors
    /// [`CgroupError::InUse`] when a group of that name has processes or is frozen; otherwise what the kernel says.
    pub fn create(host: &Hierarchies, path: CgroupPath) -> Result<Self, CgroupError> {
        let (group, is_fresh) = Self::make(host, path)?;
        if is_fresh {
            return Ok(group);
        }
        group.check_unused()?;
        let path = group.path.clone();
        group.remove()?;
        Ok(Self::make(host, path)?.0)
    }

    /// Makes what is missing of the group; tells whether all of it was.
    fn make(host: &Hierarchies, path: CgroupPath) -> Result<(Self, bool), CgroupError> {
        let mut group = Self {
            path,
            nodes: Vec::with_capacity(host.all().len()),
        };
        let mut all_fresh = true;
        for hierarchy in host.all() {
            match Node::create(hierarchy, &group.path) {
                Ok((node, fresh)) => {
                    all_fresh &= fresh;
                    group.nodes.push(node);
                }
                Err(error) => {
                    // Half a group is none. One that was there before and is used stays: it cannot be removed.
                    group.remove_if_unused();
                    return Err(error);
                }
            }
        }
        Ok((group, all_fresh))
    }

    /// Opens the group as far as it exists; for one that does not, every operation is a no-op.
    ///
    /// # Errors
    /// What the kernel says, except that something is not there.
    pub fn open(host: &Hierarchies, path: CgroupPath) -> Result<Self, CgroupError> {
        let nodes = host
            .all()
            .iter()
            .filter_map(|hierarchy| Node::open(hierarchy, &path).transpose());
        Ok(Self {
            nodes: nodes.collect::<Result<_, _>>()?,
            path,
        })
    }

    /// Opens the group `below` this one in the hierarchies of `controllers` (none = wherever it exists), and this one in all
    /// others.
    ///
    /// # Errors
    /// ENOENT when it does not exist where it is asked for, or nowhere; a path that leads out of this group.
    pub fn open_below(
        &self,
        host: &Hierarchies,
        (below, controllers): (&Path, &[&str]),
    ) -> Result<Self, CgroupError> {
        let path = self.path.join(below)?;
        let mut nodes = Vec::with_capacity(host.all().len());
        let mut found = false;
        for hierarchy in host.all() {
            let named = controllers
                .iter()
                .any(|name| hierarchy.controllers.iter().any(|other| other == name));
            let inner = if named || controllers.is_empty() {
                Node::open(hierarchy, &path)?
            } else {
                None
            };
            if inner.is_none() && named {
                let place = hierarchy.mount.join(path.as_path());
                return Err(group_error("open", &place, Errno::NOENT));
            }
            found |= inner.is_some();
            match inner {
                Some(node) => nodes.push(node),
                None => nodes.extend(Node::open(hierarchy, &self.path)?),
            }
        }
        if !found {
            return Err(group_error("open", path.as_path(), Errno::NOENT));
        }
        Ok(Self { path, nodes })
    }

    /// The group's path below the root of each hierarchy.
    #[must_use]
    pub fn path(&self) -> &CgroupPath {
        &self.path
    }

    /// Whether it exists in any hierarchy.
    #[must_use]
    pub fn exists(&self) -> bool {
        !self.nodes.is_empty()
    }

    /// Sets the limits of a new group, and its device rules: what the configuration does not allow is denied.
    ///
    /// # Errors
    /// A contradictory limit, one that the kernel refuses, and with [`OnMissing::Fail`] one that the host cannot set.
    pub fn apply(
        &self,
        resources: &Resources,
        on_missing: OnMissing,
    ) -> Result<Vec<Skipped>, CgroupError> {
        let plan = limits::plan(resources, |name| self.home(name))?;
        let mut skipped = missing(&plan, on_missing)?;
        for write in &plan.writes {
            skipped.extend(self.carry_out(write, on_missing)?);
        }
        skipped.extend(devices::restrict(self, &resources.devices, on_missing)?);
        Ok(skipped)
    }

    /// The group's directory in the v2 tree, for `CLONE_INTO_CGROUP`.
    #[must_use]
    pub fn unified(&self) -> Option<BorrowedFd<'_>> {
        self.v2().map(|node| node.dir.as_fd())
    }

    /// The group's directory in one hierarchy; `None` where it does not exist.
    #[must_use]
    pub fn directory_in(&self, hierarchy: &Hierarchy) -> Option<BorrowedFd<'_>> {
        let place = hierarchy.mount.join(self.path.as_path());
        let node = self.nodes.iter().find(|node| node.place == place)?;
        Some(node.dir.as_fd())
    }

    /// The `tasks` files of the v1 hierarchies, opened for writing: a process with one thread joins by writing `0` to each.
    ///
    /// Not `cgroup.procs`: to move all threads of a process the kernel stops every fork and exit on the host, and waits for
    /// an RCU grace period of some 10 ms before it does (kernel/cgroup/cgroup.c, `cgroup_procs_write_start`).
    ///
    /// # Errors
    /// What the kernel says.
    pub fn v1_tasks(&self) -> Result<Vec<OwnedFd>, CgroupError> {
        let v1 = self.nodes.iter().filter(|node| node.version == Version::V1);
        let open = |node: &Node| {
            file::open(&node.dir, "tasks", OFlags::WRONLY)
                .map_err(|errno| group_error("open", &node.place, errno))
        };
        v1.map(open).collect()
    }

    /// Moves a process into the group, in every hierarchy.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn attach(&self, pid: Pid) -> Result<(), CgroupError> {
        let text = pid.as_raw_nonzero().to_string();
        self.nodes
            .iter()
            .try_for_each(|node| node.write("cgroup.procs", &text))
    }

    pub(crate) fn node(&self, controller: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.has(controller))
    }

    pub(crate) fn v2(&self) -> Option<&Node> {
        self.nodes.iter().find(|node| node.version == Version::V2)
    }

    pub(crate) fn home(&self, controller: &str) -> Option<Version> {
        self.node(controller).map(|node| node.version)
    }

    pub(crate) fn carry_out(
        &self,
        write: &Write,
        on_missing: OnMissing,
    ) -> Result<Option<Skipped>, CgroupError> {
        let Some(node) = self.node(write.controller) else {
            return Ok(None);
        };
        let done = match node.write(&write.file, &write.value) {
            Err(error) if error.errno() == Some(Errno::NOENT) => match &write.otherwise {
                Some((file, value)) => node.write(file, value),
                None => Err(error),
            },
            done => done,
        };
        let Err(error) = done else { return Ok(None) };
        // Kernels are built without some files (swap accounting, weights), devices (RDMA, disks) and rights may be lacking.
        let unavailable = matches!(
            error.errno(),
            Some(Errno::NOENT | Errno::NODEV | Errno::ACCESS | Errno::PERM | Errno::OPNOTSUPP)
        );
        match on_missing {
            OnMissing::Skip if unavailable => Ok(Some(Skipped {
                limit: write.limit.clone(),
                reason: describe(&error),
            })),
            _ => Err(error),
        }
    }
}

/// What of a plan cannot be carried out here.
pub(crate) fn missing(plan: &Plan, on_missing: OnMissing) -> Result<Vec<Skipped>, CgroupError> {
    let skip = |(controller, limit): &(&'static str, String)| {
        let error = CgroupError::MissingController {
            controller,
            limit: limit.clone(),
        };
        match on_missing {
            OnMissing::Fail => Err(error),
            OnMissing::Skip => Ok(Skipped {
                limit: limit.clone(),
                reason: error.to_string(),
            }),
        }
    };
    let without_effect = plan.without_effect.iter().map(|limit| {
        Ok(Skipped {
            limit: (*limit).to_owned(),
            reason: "control groups v2 have nothing like it".to_owned(),
        })
    });
    plan.missing
        .iter()
        .map(skip)
        .chain(without_effect)
        .collect()
}

/// The error with its cause in one line.
pub(crate) fn describe(error: &CgroupError) -> String {
    error
        .errno()
        .map_or_else(|| error.to_string(), |errno| format!("{error}: {errno}"))
}

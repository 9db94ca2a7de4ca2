//! Where the node's processes live: `<parent>/_hostd`, `<parent>/_shims` and one control group per container,
//! `<parent>/<stack>/<id>`. No stack can have a name with a leading underscore.
//!
//! A parent that somebody else has made (systemd, a unit with `Delegate=`) stays his: it is never removed, and hostd itself
//! stays in the group it was started in, by which systemd knows it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustix::process::Pid;
use serde_json::json;
use tsorch_cgroups::{Cgroup, CgroupError, CgroupPath, Hierarchies};
use tsorch_network::names::ContainerId;
use tsorch_protocol::{ErrorBody, code};

use crate::log::{Level, log};

/// Leaf of hostd and its workers.
pub(crate) const HOSTD: &str = "_hostd";
/// Leaf of the template, and so of every shim that it forks.
pub(crate) const SHIMS: &str = "_shims";

/// The node's part of every hierarchy.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    host: Hierarchies,
    parent: CgroupPath,
    is_delegated: bool,
}

impl Groups {
    /// Looks at the host. `delegated` is somebody else's group for ours, like `/tsorch.slice/tsorch-containers.service`;
    /// without one the node has a group of its own.
    pub(crate) fn open(delegated: Option<&Path>, node_key: &str) -> Result<Self, CgroupError> {
        let own = default_parent(node_key);
        Ok(Self {
            host: Hierarchies::of_host()?,
            parent: CgroupPath::parse(delegated.unwrap_or(&own))?,
            is_delegated: delegated.is_some(),
        })
    }

    /// The hierarchies in which groups are looked for.
    pub(crate) fn hierarchies(&self) -> &Hierarchies {
        &self.host
    }

    /// Whether the parent is somebody else's.
    pub(crate) fn is_delegated(&self) -> bool {
        self.is_delegated
    }

    /// Moves a process of ours into one of the leaves.
    pub(crate) fn enter(&self, leaf: &str, pid: Pid) -> Result<(), CgroupError> {
        let path = self.parent.join(Path::new(leaf))?;
        let group = match Cgroup::create(&self.host, path.clone()) {
            // Shims of a predecessor live there.
            Err(CgroupError::InUse { .. }) => Cgroup::open(&self.host, path)?,
            made => made?,
        };
        group.attach(pid)
    }

    /// Every container that has a group.
    pub(crate) fn ids(&self) -> BTreeSet<ContainerId> {
        let mut ids = BTreeSet::new();
        for hierarchy in self.host.all() {
            let parent = hierarchy.mount.join(self.parent.as_path());
            for stack in stacks_in(&parent) {
                ids.extend(crate::dirs::ids_in(&parent.join(stack)));
            }
        }
        ids
    }

    /// The groups of all containers, by id. Looks where every group has a directory: the v2 tree, and the hierarchy
    /// that counts memory on hosts without one.
    pub(crate) fn of_all(&self) -> BTreeMap<ContainerId, CgroupPath> {
        let mut found = BTreeMap::new();
        let hierarchies = [self.host.unified(), self.host.of_controller("memory")];
        for hierarchy in hierarchies.into_iter().flatten() {
            let parent = hierarchy.mount.join(self.parent.as_path());
            for stack in stacks_in(&parent) {
                for id in crate::dirs::ids_in(&parent.join(&stack)) {
                    let below = Path::new(&stack).join(id.as_str());
                    if let Ok(path) = self.parent.join(&below) {
                        found.insert(id, path);
                    }
                }
            }
        }
        found
    }

    /// Opens a group; one that is gone has no directories.
    pub(crate) fn open_group(&self, path: CgroupPath) -> Result<Cgroup, CgroupError> {
        Cgroup::open(&self.host, path)
    }

    /// The groups of a container: one, unless two stacks ever had the same id.
    pub(crate) fn of_container(&self, id: &ContainerId) -> Vec<Cgroup> {
        let mut paths = BTreeSet::new();
        for hierarchy in self.host.all() {
            let parent = hierarchy.mount.join(self.parent.as_path());
            let with_it = |stack: &String| parent.join(stack).join(id.as_str()).is_dir();
            paths.extend(stacks_in(&parent).into_iter().filter(with_it));
        }
        let groups = paths.iter().filter_map(|stack| {
            let path = self.parent.join(&Path::new(stack).join(id.as_str())).ok()?;
            told(Cgroup::open(&self.host, path))
        });
        groups.collect()
    }

    /// Sends SIGKILL to every process of a container.
    pub(crate) fn kill(&self, id: &ContainerId) {
        kill_all(&self.of_container(id));
    }

    /// Whether a container has a process.
    pub(crate) fn is_populated(&self, id: &ContainerId) -> bool {
        is_any_populated(&self.of_container(id))
    }

    /// How many processes of a container the kernel has killed for lack of memory.
    pub(crate) fn oom_kills(&self, id: &ContainerId) -> u64 {
        self.of_container(id)
            .iter()
            .filter_map(|group| told(group.oom_kills()))
            .sum()
    }

    /// Removes the groups of stacks that have no container any more. Whoever makes a group at the same moment makes
    /// its parents again.
    pub(crate) fn prune_stacks(&self) {
        for hierarchy in self.host.all() {
            let parent = hierarchy.mount.join(self.parent.as_path());
            for stack in stacks_in(&parent) {
                // Refused for all but empty ones.
                let _ = rustix::fs::rmdir(parent.join(stack));
            }
        }
    }

    /// Removes everything of the node. hostd and what still works for it leave for the root of each hierarchy.
    pub(crate) fn remove_all(&self) -> Result<(), CgroupError> {
        if self.is_delegated {
            return self.remove_below();
        }
        let ours = Cgroup::open(&self.host, self.parent.join(Path::new(HOSTD))?)?;
        for pid in ours.procs()? {
            for hierarchy in self.host.all() {
                let text = pid.as_raw_nonzero().to_string();
                let _ = std::fs::write(hierarchy.mount.join("cgroup.procs"), text);
            }
        }
        Cgroup::open(&self.host, self.parent.clone())?.remove()
    }

    /// Removes the stacks and leaves, not the parent.
    fn remove_below(&self) -> Result<(), CgroupError> {
        let mut names = BTreeSet::new();
        for hierarchy in self.host.all() {
            names.extend(groups_in(&hierarchy.mount.join(self.parent.as_path())));
        }
        let remove = |name: &String| {
            let path = self.parent.join(Path::new(name))?;
            Cgroup::open(&self.host, path)?.remove()
        };
        names.iter().map(remove).fold(Ok(()), Result::and)
    }
}

/// Sends SIGKILL to every process of the groups.
pub(crate) fn kill_all(groups: &[Cgroup]) {
    for group in groups {
        told(group.kill());
    }
}

/// Whether one of the groups has a process.
pub(crate) fn is_any_populated(groups: &[Cgroup]) -> bool {
    let populated = |group: &Cgroup| told(group.is_populated()).unwrap_or(false);
    groups.iter().any(populated)
}

/// Removes the groups; goes on after an error and returns the first.
pub(crate) fn remove_all(groups: Vec<Cgroup>) -> Result<(), CgroupError> {
    let removed = groups.into_iter().map(Cgroup::remove);
    removed.fold(Ok(()), Result::and)
}

/// As it goes to the daemon.
pub(crate) fn error_body(error: &CgroupError) -> ErrorBody {
    let body = ErrorBody::new(code!("host.failed"), error.to_string());
    match error.errno() {
        Some(errno) => body.errno(errno),
        None => body,
    }
}

/// Of the node itself, where nobody gives it a place.
fn default_parent(node_key: &str) -> PathBuf {
    match node_key {
        "" => PathBuf::from("/tsorch"),
        key => PathBuf::from(format!("/tsorch-{key}")),
    }
}

fn stacks_in(parent: &Path) -> Vec<String> {
    let names = groups_in(parent).into_iter();
    names.filter(|name| !name.starts_with('_')).collect()
}

fn groups_in(parent: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    let directories = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    directories
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// The value, or a line in the log and nothing.
fn told<T>(outcome: Result<T, CgroupError>) -> Option<T> {
    outcome
        .inspect_err(|error| {
            let errno = error.errno().map(|errno| errno.to_string());
            log(
                Level::Warn,
                "control group",
                json!({ "problem": error.to_string(), "reason": errno }),
            );
        })
        .ok()
}

//! The container's own control groups, for a container that has no namespace for them.

use std::os::fd::OwnedFd;

use rustix::mount::{OpenTreeFlags, open_tree};
use tsorch_cgroups::{Cgroup, Hierarchies, Hierarchy};
use tsorch_oci::NamespaceKind;
use tsorch_sys::mount_attributes::{Change, Depth, Propagation, change_mount};

use crate::error::Failure;
use crate::plan::Plan;
use crate::plan::mounts::{MountPlan, What};
use crate::step::Step;

/// The container's group in each hierarchy, if the container asks for the groups and has no control group namespace: a
/// mount of theirs would show the host's, and in a user namespace the kernel refuses it.
pub(crate) fn open_groups(
    plan: &Plan,
    hierarchies: &Hierarchies,
    cgroup: &Cgroup,
) -> Result<Vec<Option<OwnedFd>>, Failure> {
    let asks = |mount: &&MountPlan| matches!(mount.what, What::Cgroup);
    let Some(mount) = plan.mounts.iter().find(asks) else {
        return Ok(Vec::new());
    };
    if plan.namespaces.is_private(NamespaceKind::Cgroup) {
        return Ok(Vec::new());
    }
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_EMPTY_PATH;
    let private = Change {
        propagation: Some(Propagation::Private),
        ..mount.one
    };
    let open = |hierarchy: &Hierarchy| {
        let directory = cgroup.directory_in(hierarchy);
        let tree = directory.map(|directory| {
            let tree = open_tree(directory, "", flags)?;
            change_mount(&tree, Depth::One, private)?;
            Ok(tree)
        });
        tree.transpose()
            .step(|| format!("open the group in {}", hierarchy.mount.display()))
    };
    hierarchies.all().iter().map(open).collect()
}

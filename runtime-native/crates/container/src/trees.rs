//! Sources of bind mounts, opened by the maker: copies of parts of the host's tree that are attached inside later.

use std::os::fd::OwnedFd;

use rustix::fs::CWD;
use rustix::io::Errno;
use rustix::mount::{OpenTreeFlags, open_tree};
use tsorch_sys::mount_attributes::{Change, Depth, Propagation, change_mount};

use crate::error::Failure;
use crate::plan::Plan;
use crate::plan::mounts::{MountPlan, What};
use crate::step::Step;

/// One per mount of the plan; `None` where it is no bind mount.
pub(crate) fn open_sources(plan: &Plan) -> Result<Vec<Option<OwnedFd>>, Failure> {
    let open = |mount: &MountPlan| match &mount.what {
        What::Bind { source, depth } => {
            let opened = open_source(source, *depth, mount);
            opened
                .step(|| format!("open {} for {}", source.display(), mount.target.display()))
                .map(Some)
        }
        _ => Ok(None),
    };
    plan.mounts.iter().map(open).collect()
}

fn open_source(
    source: &std::path::Path,
    depth: Depth,
    mount: &MountPlan,
) -> Result<OwnedFd, Errno> {
    let mut flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    if depth == Depth::Recursive {
        flags |= OpenTreeFlags::AT_RECURSIVE;
    }
    let tree = open_tree(CWD, source, flags)?;
    // Without a word about it nothing travels; `rslave` keeps the host's mounts below it coming.
    let (kind, reach) = mount
        .propagation
        .unwrap_or((Propagation::Private, Depth::Recursive));
    let propagate = Change {
        propagation: Some(kind),
        ..Change::default()
    };
    match reach {
        Depth::Recursive => change_mount(&tree, reach, propagate)?,
        Depth::One => {
            let private = Change {
                propagation: Some(Propagation::Private),
                ..Change::default()
            };
            if kind == Propagation::Private {
                change_mount(&tree, Depth::Recursive, private)?;
            } else {
                change_mount(&tree, Depth::One, propagate)?;
            }
        }
    }
    if mount.one != Change::default() {
        change_mount(&tree, Depth::One, mount.one)?;
    }
    if mount.recursive != Change::default() {
        change_mount(&tree, Depth::Recursive, mount.recursive)?;
    }
    Ok(tree)
}

/// The host's nodes for a container that may not make any (it has a user namespace): one per device.
pub(crate) fn open_nodes(plan: &Plan) -> Result<Vec<OwnedFd>, Failure> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let open = |node: &crate::plan::devices::DeviceNode| {
        open_tree(CWD, &node.path, flags)
            .step(|| format!("open the host's {}", node.path.display()))
    };
    plan.devices.iter().map(open).collect()
}

//! Mounts that the maker opens, detached; the first process only attaches them.
//!
//! A filesystem belongs to the namespaces of the process that opens it, and a copy of a part of the host's tree needs the
//! host's rights. So the maker opens what a process in a user namespace of its own could not, and what must keep its ties
//! to the host (`shared`) or shows other owners. All else is opened where it is attached, in the order of the
//! configuration: newer kernels list mounts by age.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{OpenTreeFlags, open_tree};
use tsorch_oci::{DeviceKind, NamespaceKind};
use tsorch_sys::mount_attributes::{
    Change, Depth, NOEXEC, NOSUID, Propagation, change_mount, map_ids,
};

use crate::error::Failure;
use crate::init::open_filesystem;
use crate::plan::Plan;
use crate::plan::devices::DeviceNode;
use crate::plan::idmap::{IdmapPlan, Mappings};
use crate::plan::mounts::{Filesystem, MountPlan, What};
use crate::step::Step;
use crate::{join, mappings};

/// One per mount of the plan; `None` where the first process opens it.
pub(crate) fn open_early(plan: &Plan) -> Result<Vec<Option<OwnedFd>>, Failure> {
    if plan.is_rootless {
        let mapped = plan.mounts.iter().find(|mount| mount.idmap.is_some());
        return match mapped {
            None => Ok(plan.mounts.iter().map(|_| None).collect()),
            Some(mount) => Err(Failure::plain(format!(
                "map the ids of {}: only root may do that",
                mount.target.display()
            ))),
        };
    }
    let mut carriers = Carriers::default();
    let open = |mount: &MountPlan| {
        let tree = match &mount.what {
            What::Bind { .. } if is_early(mount, plan) => open_bind(mount)?,
            What::Filesystem(filesystem) => match namespace_shown(filesystem, plan) {
                Some(kind) => open_as_seen_in(kind, plan, (filesystem, mount))?,
                None if mount.idmap.is_some() => open_here(filesystem, mount)?,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        if let Some(idmap) = &mount.idmap {
            carriers.map(&tree, idmap, mount)?;
        }
        Ok(Some(tree))
    };
    plan.mounts.iter().map(open).collect()
}

fn is_early(mount: &MountPlan, plan: &Plan) -> bool {
    let is_shared = matches!(mount.propagation, Some((Propagation::Shared, _)));
    plan.namespaces.has_user() || mount.idmap.is_some() || is_shared
}

/// Opens the source of a bind mount, as a copy with the attributes of the mount.
pub(crate) fn open_bind(mount: &MountPlan) -> Result<OwnedFd, Failure> {
    let What::Bind {
        source,
        depth,
        link_is_source,
    } = &mount.what
    else {
        return Err(Failure::plain("open the source of what is no bind mount"));
    };
    let mut flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    if *depth == Depth::Recursive {
        flags |= OpenTreeFlags::AT_RECURSIVE;
    }
    if *link_is_source {
        flags |= OpenTreeFlags::AT_SYMLINK_NOFOLLOW;
    }
    let tree = open_tree(CWD, source, flags);
    tree.and_then(|tree| set_attributes(&tree, mount).map(|()| tree))
        .step(|| format!("open {} for {}", source.display(), mount.target.display()))
}

fn set_attributes(tree: &OwnedFd, mount: &MountPlan) -> Result<(), Errno> {
    // Without a word about it nothing travels; `rslave` keeps the host's mounts below it coming.
    let (kind, reach) = mount
        .propagation
        .unwrap_or((Propagation::Private, Depth::Recursive));
    // A private mount has nothing private below it by accident.
    let reach = match kind {
        Propagation::Private => Depth::Recursive,
        _ => reach,
    };
    let propagate = Change {
        propagation: Some(kind),
        ..Change::default()
    };
    change_mount(tree, reach, propagate)?;
    if mount.one != Change::default() {
        change_mount(tree, Depth::One, mount.one)?;
    }
    if mount.recursive != Change::default() {
        change_mount(tree, Depth::Recursive, mount.recursive)?;
    }
    Ok(())
}

/// The kind of namespace that a filesystem shows, if a process in the container's user namespace could not mount it
/// because that namespace is not the container's own.
fn namespace_shown(filesystem: &Filesystem, plan: &Plan) -> Option<NamespaceKind> {
    let kind = match filesystem.kind.as_str() {
        "sysfs" => NamespaceKind::Network,
        "mqueue" => NamespaceKind::Ipc,
        "proc" => NamespaceKind::Pid,
        _ => return None,
    };
    let is_new = plan.namespaces.is_private(kind) && plan.namespaces.joined(kind).is_none();
    // A joined pid namespace cannot be visited: whoever enters it only sends its children there.
    let is_out_of_reach = kind == NamespaceKind::Pid && plan.namespaces.is_private(kind);
    (plan.namespaces.has_user() && !is_new && !is_out_of_reach).then_some(kind)
}

fn open_as_seen_in(
    kind: NamespaceKind,
    plan: &Plan,
    (filesystem, mount): (&Filesystem, &MountPlan),
) -> Result<OwnedFd, Failure> {
    match plan.namespaces.joined(kind) {
        Some(path) => join::visit(kind, path, || open_here(filesystem, mount)),
        None => open_here(filesystem, mount),
    }
}

fn open_here(filesystem: &Filesystem, mount: &MountPlan) -> Result<OwnedFd, Failure> {
    open_filesystem(filesystem, mount.one)
        .step(|| format!("mount {} on {}", filesystem.kind, mount.target.display()))
}

/// User namespaces that carry mappings, each made once.
#[derive(Default)]
struct Carriers(Vec<(Mappings, OwnedFd)>);

impl Carriers {
    fn map(&mut self, tree: &OwnedFd, idmap: &IdmapPlan, mount: &MountPlan) -> Result<(), Failure> {
        let carrier = self.find(&idmap.mappings)?;
        map_ids(tree, idmap.depth, carrier.as_fd()).step(|| {
            let target = mount.target.display();
            format!("map the ids of {target} (its filesystem may not be able to)")
        })
    }

    fn find(&mut self, wanted: &Mappings) -> Result<&OwnedFd, Failure> {
        let place = match self.0.iter().position(|(known, _)| known == wanted) {
            Some(place) => place,
            None => {
                self.0.push((wanted.clone(), open_carrier(wanted)?));
                self.0.len() - 1
            }
        };
        Ok(&self.0[place].1)
    }
}

fn open_carrier(wanted: &Mappings) -> Result<OwnedFd, Failure> {
    match wanted {
        Mappings::Given(uids, gids) => mappings::carrier(uids, gids),
        Mappings::Of(path) => join::open_namespace(path, NamespaceKind::User),
    }
}

/// The host's nodes for a container that may not make any (it has a user namespace): one per device, `None` for what it
/// may make.
pub(crate) fn open_nodes(plan: &Plan) -> Result<Vec<Option<OwnedFd>>, Failure> {
    let open = |node: &DeviceNode| match node.kind {
        DeviceKind::Fifo => Ok(None),
        _ => open_node(node)
            .step(|| format!("find the device {} on the host", node.path.display()))
            .map(Some),
    };
    plan.devices.iter().map(open).collect()
}

/// By its name, or where all devices are by number; it must be the very device.
fn open_node(node: &DeviceNode) -> Result<OwnedFd, Errno> {
    let (directory, sort) = match node.kind {
        DeviceKind::Block => ("block", FileType::BlockDevice),
        _ => ("char", FileType::CharacterDevice),
    };
    let by_number = format!("/dev/{directory}/{}:{}", node.major, node.minor);
    let mut reason = Errno::NODEV;
    for path in [node.path.as_path(), Path::new(&by_number)] {
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let opened = match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(opened) => opened,
            Err(errno) => {
                reason = errno;
                continue;
            }
        };
        let found = rustix::fs::fstat(&opened)?;
        let number = (
            rustix::fs::major(found.st_rdev),
            rustix::fs::minor(found.st_rdev),
        );
        if FileType::from_raw_mode(found.st_mode) == sort && number == (node.major, node.minor) {
            let flags = OpenTreeFlags::OPEN_TREE_CLONE
                | OpenTreeFlags::OPEN_TREE_CLOEXEC
                | OpenTreeFlags::AT_EMPTY_PATH;
            let tree = open_tree(&opened, "", flags)?;
            let change = Change {
                set: NOSUID | NOEXEC,
                ..Change::default()
            };
            return change_mount(&tree, Depth::One, change).map(|()| tree);
        }
        reason = Errno::NODEV;
    }
    Err(reason)
}

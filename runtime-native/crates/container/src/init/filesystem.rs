//! The container's mount table: root, mounts, devices, masks, and the step inside.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, StatxFlags};
use rustix::io::Errno;
use rustix::mount::{MoveMountFlags, OpenTreeFlags, UnmountFlags, move_mount, open_tree, unmount};
use tsorch_oci::{NamespaceKind, State};
use tsorch_sys::mount_attributes::{Change, Depth, Propagation, RDONLY, change_mount};
use tsorch_sys::root::{Make, Root};

use super::console::{self, Console};
use super::{Init, devices, masks, mounts};
use crate::error::Failure;
use crate::hooks::run_hooks;
use crate::join;
use crate::spec::RootChange;
use crate::step::Step;
use crate::streams::Streams;

/// Builds the mount table and makes it this process's; gives the terminal, if one was asked for.
///
/// Everything is done on descriptors below the new root before it becomes `/`, so that no path is resolved by the rules
/// of a root that the image controls.
pub(super) fn build(
    init: &Init<'_>,
    root: Root,
    state: &State,
) -> Result<Option<Console>, Failure> {
    let unfinished = mounts::mount_all(init, &root)?;
    devices::make_all(init, &root)?;
    let console = match &init.streams {
        Streams::Terminal(size) => Some(console::open(&root, *size)?),
        Streams::Pipes(_) => None,
    };
    if let Some(console) = &console {
        console.show_as_dev_console(&root)?;
    }
    make_working_directory(init, &root);
    masks::apply(init.plan, &root)?;
    mounts::close(&unfinished)?;
    let read_only = Change {
        set: RDONLY,
        ..Change::default()
    };
    if init.plan.root_readonly {
        change_mount(&root, Depth::One, read_only).step(|| "make the root read-only")?;
    }
    run_hooks(&init.hooks.create_container, state)?;
    match (&init.mount_table, init.root_change) {
        (Some(table), _) => enter_in(table, &root)?,
        (None, RootChange::Pivot) => enter(&root)?,
        (None, RootChange::Move) => enter_over(&root)?,
    }
    if let Some((kind, depth)) = init.plan.root_propagation {
        let change = Change {
            propagation: Some(kind),
            ..Change::default()
        };
        let here = open_directory("/").step(|| "open the new root")?;
        change_mount(&here, depth, change).step(|| "set the propagation of the root")?;
    }
    Ok(console)
}

/// Attaches the root filesystem as a mount of its own where it is: pivot_root(2) wants a mount, and hooks look for it
/// there.
pub(super) fn attach_root(rootfs: &Path) -> Result<Root, Failure> {
    isolate()?;
    let name = || format!("attach the root filesystem {}", rootfs.display());
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    let tree = open_tree(CWD, rootfs, flags).step(name)?;
    let private = Change {
        propagation: Some(Propagation::Private),
        ..Change::default()
    };
    change_mount(&tree, Depth::Recursive, private).step(name)?;
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_SYMLINKS;
    move_mount(&tree, "", CWD, rootfs, flags).step(name)?;
    Ok(Root::new(tree))
}

/// Mounts made from here on stay here. The host's still come in, and with them what is bound from it keeps coming.
fn isolate() -> Result<(), Failure> {
    let host_root = open_directory("/").step(|| "open the host's root")?;
    let follow = Change {
        propagation: Some(Propagation::Slave),
        ..Change::default()
    };
    change_mount(&host_root, Depth::Recursive, follow)
        .step(|| "detach the mount table from the host's")
}

/// A working directory that the image lacks is made, if the root can be written; a failure shows when it is entered.
fn make_working_directory(init: &Init<'_>, root: &Root) {
    let _ = root.open_or_make(&init.plan.process.cwd, Make::Directory);
}

/// Makes `root` the root of this process and drops the host's tree.
fn enter(root: &Root) -> Result<(), Failure> {
    rustix::process::fchdir(root).step(|| "enter the root")?;
    rustix::process::pivot_root(".", ".").step(|| "pivot to the new root")?;
    // The old root now lies over the new one, at the same place.
    unmount(".", UnmountFlags::DETACH).step(|| "drop the host's mounts")?;
    rustix::process::chdir("/").step(|| "enter the new root")?;
    prove_inside(root)
}

/// For a host whose root is its first one, which cannot be pivoted away: the new root is moved over it. What lies below
/// cannot be reached by a path, but a procfs or sysfs there would let others be mounted whole.
fn enter_over(root: &Root) -> Result<(), Failure> {
    for place in ["/proc", "/sys"] {
        let _ = unmount(place, UnmountFlags::DETACH);
    }
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
    move_mount(root, "", CWD, "/", flags).step(|| "move the root over the host's")?;
    rustix::process::fchdir(root).step(|| "enter the root")?;
    change_root()?;
    prove_inside(root)
}

/// The finished root goes along into a mount table that is not ours: as a copy that is attached nowhere there, so nothing
/// is left in that table at the end. Only this process and its children can reach it.
fn enter_in(table: &OwnedFd, root: &Root) -> Result<(), Failure> {
    let copy = copy_of(root, Depth::Recursive).step(|| "copy the finished root")?;
    join::enter(table.as_fd(), NamespaceKind::Mount)?;
    rustix::process::fchdir(&copy).step(|| "enter the root")?;
    change_root()?;
    prove_inside(&copy)
}

fn change_root() -> Result<(), Failure> {
    rustix::process::chroot(".").step(|| "change the root")
}

/// Whatever the kernel answered above: the container's root is where paths begin, and nothing is above it.
fn prove_inside(root: impl AsFd) -> Result<(), Failure> {
    let name = || "make sure that the host's root is gone";
    let expected = mount_of(root, "").step(name)?;
    for path in ["/", "/..", "."] {
        if mount_of(CWD, path).step(name)? != expected {
            return Err(Failure::plain(format!("{}: {path} is not inside", name())));
        }
    }
    Ok(())
}

/// Number of the mount, and of the directory in it.
fn mount_of(dir: impl AsFd, path: &str) -> Result<(u64, u64), Errno> {
    let wanted = StatxFlags::MNT_ID | StatxFlags::INO;
    let flags = AtFlags::EMPTY_PATH | AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT;
    let found = rustix::fs::statx(dir, path, flags, wanted)?;
    Ok((found.stx_mnt_id, found.stx_ino))
}

fn open_directory(path: &str) -> Result<OwnedFd, Errno> {
    rustix::fs::open(
        path,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )
}

/// Attaches a detached mount onto an open place.
pub(super) fn attach(mount: impl AsFd, target: impl AsFd) -> Result<(), Errno> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    move_mount(mount, "", target, "", flags)
}

/// A detached copy of what is open, with the mounts below it if `depth` says so.
pub(super) fn copy_of(place: impl AsFd, depth: Depth) -> Result<OwnedFd, Errno> {
    let mut flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_EMPTY_PATH;
    if depth == Depth::Recursive {
        flags |= OpenTreeFlags::AT_RECURSIVE;
    }
    open_tree(place, "", flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_that_is_not_the_present_one_is_noticed() {
        let elsewhere = open_directory("/proc").expect("there");
        assert!(prove_inside(&elsewhere).is_err());
        let below = open_directory("/usr").expect("there");
        assert!(prove_inside(&below).is_err());
    }
}

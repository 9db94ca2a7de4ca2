//! Carrying out the mounts of a plan, in order, each onto a descriptor.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, FsPickFlags, MountAttrFlags, fsconfig_create, fsconfig_reconfigure,
    fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen, fspick,
};
use tsorch_sys::mount_attributes::{Change, Depth, RDONLY, change_mount};
use tsorch_sys::proc::is_proc;
use tsorch_sys::root::{Make, Root};

use super::copy_up::copy_up;
use super::filesystem::attach;
use super::{Init, cgroup_mount};
use crate::error::Failure;
use crate::plan::mounts::{Filesystem, MountPlan, What};
use crate::step::Step;
use crate::trees::open_bind;

/// Filesystems that only look like one: their superblock is shared, so "read-only" is said of the mount alone.
const PSEUDO: [&str; 8] = [
    "proc", "sysfs", "devpts", "mqueue", "tmpfs", "cgroup", "cgroup2", "bpf",
];

/// Files of `/proc` that system container tools cover with their own (lxcfs); nothing else below it may be covered.
const COVERABLE: [&str; 9] = [
    "/proc/cpuinfo",
    "/proc/diskstats",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/swaps",
    "/proc/uptime",
    "/proc/loadavg",
    "/proc/slabinfo",
    "/proc/sys/kernel/ns_last_pid",
];

/// Mounts everything, in the plan's order. Gives the mounts that become read-only when all below them is made.
pub(super) fn mount_all(init: &Init<'_>, root: &Root) -> Result<Vec<OwnedFd>, Failure> {
    let mut unfinished = Vec::new();
    for (mount, tree) in init.plan.mounts.iter().zip(&init.trees) {
        init.network.enter_before(mount, &init.sync)?;
        let target = mount.target.display();
        match &mount.what {
            What::Bind { source, .. } => {
                let name = || format!("bind {} to {target}", source.display());
                match tree {
                    Some(tree) => bind(mount, tree, root).step(name)?,
                    None => bind(mount, &open_bind(mount)?, root).step(name)?,
                }
            }
            What::Filesystem(filesystem) => {
                let name = || format!("mount {} on {target}", filesystem.kind);
                let place = open_place(root, mount, Make::Directory).step(name)?;
                keep_proc_bare(&place, &filesystem.kind).step(name)?;
                match tree {
                    Some(tree) => put(mount, filesystem, (tree, &place)).step(name)?,
                    None => {
                        let tree = open_filesystem(filesystem, first_change(mount)).step(name)?;
                        put(mount, filesystem, (&tree, &place)).step(name)?;
                        if mount.is_closed_late() {
                            unfinished.push(tree);
                        }
                    }
                }
            }
            What::Cgroup => cgroup_mount::mount(init, mount, root)?,
            What::Remount(data) => {
                let name = || format!("change the mount {target}");
                let place = root.open(&mount.target, OFlags::PATH).step(name)?;
                reconfigure(&place, data).step(name)?;
                change_mount(&place, Depth::One, mount.one).step(name)?;
                finish(mount, place.as_fd()).step(name)?;
            }
        }
    }
    // What follows, hooks and devices, is for all namespaces.
    init.network.enter(&init.sync)?;
    Ok(unfinished)
}

/// Makes mounts read-only that had to be written until now.
pub(super) fn close(mounts: &[OwnedFd]) -> Result<(), Failure> {
    let read_only = Change {
        set: RDONLY,
        ..Change::default()
    };
    mounts.iter().try_for_each(|mount| {
        change_mount(mount, Depth::One, read_only).step(|| "make a tmpfs read-only")
    })
}

/// A filesystem may not hide a part of `/proc` either, to which a link of the image can lead; binfmt_misc has its place
/// there.
pub(super) fn keep_proc_bare(place: &OwnedFd, kind: &str) -> Result<(), Errno> {
    if is_proc(place)? && !matches!(kind, "proc" | "binfmt_misc") {
        return Err(Errno::ACCESS);
    }
    Ok(())
}

/// What is to be filled first becomes read-only later.
fn first_change(mount: &MountPlan) -> Change {
    let later = if mount.is_closed_late() { RDONLY } else { 0 };
    Change {
        set: mount.one.set & !later,
        ..mount.one
    }
}

fn put(
    mount: &MountPlan,
    filesystem: &Filesystem,
    (tree, place): (&OwnedFd, &OwnedFd),
) -> Result<(), Errno> {
    if mount.copy_up {
        copy_up(place, tree, filesystem)?;
    }
    finish(mount, tree.as_fd())?;
    attach(tree, place)
}

/// Options that are the filesystem's own business.
fn reconfigure(place: &OwnedFd, data: &[(String, Option<String>)]) -> Result<(), Errno> {
    if data.is_empty() {
        return Ok(());
    }
    let flags = FsPickFlags::FSPICK_CLOEXEC | FsPickFlags::FSPICK_EMPTY_PATH;
    let context = fspick(place, "", flags)?;
    set_options(&context, data)?;
    fsconfig_reconfigure(&context)
}

fn set_options(context: &OwnedFd, data: &[(String, Option<String>)]) -> Result<(), Errno> {
    for (key, value) in data {
        match value {
            Some(value) => fsconfig_set_string(context, key, value)?,
            None => fsconfig_set_flag(context, key)?,
        }
    }
    Ok(())
}

fn bind(mount: &MountPlan, tree: &OwnedFd, root: &Root) -> Result<(), Errno> {
    let source = FileType::from_raw_mode(rustix::fs::fstat(tree)?.st_mode);
    let make = if source == FileType::Directory {
        Make::Directory
    } else {
        Make::File
    };
    let place = open_place(root, mount, make)?;
    if is_proc(&place)?
        && !COVERABLE.iter().any(|path| mount.target == Path::new(path))
        && !is_proc(tree)?
    {
        return Err(Errno::ACCESS);
    }
    if mount.target == Path::new("/proc") && !is_proc(tree)? {
        return Err(Errno::ACCESS);
    }
    attach(tree, &place)
}

fn open_place(root: &Root, mount: &MountPlan, make: Make) -> Result<OwnedFd, Errno> {
    if !mount.link_is_target {
        return open_target(root, &mount.target, make);
    }
    let (dir, name) = root.open_parent(&mount.target)?;
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match rustix::fs::openat(&dir, name, flags, Mode::empty()) {
        Err(Errno::NOENT) => open_target(root, &mount.target, make),
        done => done,
    }
}

/// Where a mount goes. `/proc` and `/sys` must be what they seem: a link there could make a procfs of the host's
/// files (CVE-2023-27561).
pub(super) fn open_target(root: &Root, target: &Path, make: Make) -> Result<OwnedFd, Errno> {
    let is_special = target == Path::new("/proc") || target == Path::new("/sys");
    if !is_special {
        return root.open_or_make(target, make);
    }
    let open = || root.open_without_links(target, OFlags::PATH | OFlags::DIRECTORY);
    match open() {
        Err(Errno::NOENT) => {
            root.open_or_make(target, Make::Directory)?;
            open()
        }
        done => done,
    }
}

/// Opens a new filesystem, detached.
pub(crate) fn open_filesystem(filesystem: &Filesystem, change: Change) -> Result<OwnedFd, Errno> {
    let context = fsopen(&filesystem.kind, FsOpenFlags::FSOPEN_CLOEXEC)?;
    if let Some(source) = &filesystem.source {
        fsconfig_set_string(&context, "source", source)?;
    }
    if change.set & RDONLY != 0 && !PSEUDO.contains(&filesystem.kind.as_str()) {
        fsconfig_set_flag(&context, "ro")?;
    }
    set_options(&context, &filesystem.data)?;
    fsconfig_create(&context)?;
    let attributes = u32::try_from(change.set).map_err(|_| Errno::INVAL)?;
    let attributes = MountAttrFlags::from_bits_retain(attributes);
    fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, attributes)
}

/// Recursive attributes and propagation.
fn finish(mount: &MountPlan, made: std::os::fd::BorrowedFd<'_>) -> Result<(), Errno> {
    if mount.recursive != Change::default() {
        change_mount(made, Depth::Recursive, mount.recursive)?;
    }
    if let Some((kind, depth)) = mount.propagation {
        change_mount(
            made,
            depth,
            Change {
                propagation: Some(kind),
                ..Change::default()
            },
        )?;
    }
    Ok(())
}

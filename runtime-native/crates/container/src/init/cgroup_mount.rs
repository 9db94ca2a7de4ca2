//! The container's view of the control groups, below `/sys/fs/cgroup`.
//!
//! On a pure v2 host: one cgroup2. Else a small tmpfs with one directory per hierarchy, as on the host. The container's
//! own group is the root of each: they are mounted after the control group namespace was made, or, where the container
//! has none, bound from what the maker opened (`own_groups`).

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use tsorch_cgroups::{Hierarchy, MOUNT_ROOT, Version};
use tsorch_sys::mount_attributes::{Change, Depth, RDONLY, change_mount};
use tsorch_sys::root::{Make, Root};

use super::Init;
use super::filesystem::attach;
use super::mounts::{keep_proc_bare, open_filesystem, open_target};
use crate::error::Failure;
use crate::plan::mounts::{Filesystem, MountPlan};
use crate::step::Step;

/// Mounts it at the place the configuration names.
pub(super) fn mount(init: &Init<'_>, mount: &MountPlan, root: &Root) -> Result<(), Failure> {
    let name = || format!("mount the control groups on {}", mount.target.display());
    let place = open_target(root, &mount.target, Make::Directory).step(name)?;
    keep_proc_bare(&place, "cgroup").step(name)?;
    let all = init.hierarchies.all();
    if let [only] = all {
        if only.version == Version::V2 {
            return match init.groups.first() {
                Some(Some(own)) => attach(own, &place),
                _ => open_filesystem(&description(only), mount.one)
                    .and_then(|tree| attach(&tree, &place)),
            }
            .step(name);
        }
    }
    let writable = Change {
        set: mount.one.set & !RDONLY,
        ..Change::default()
    };
    let tmpfs = Filesystem {
        kind: "tmpfs".to_owned(),
        source: Some("tmpfs".into()),
        data: vec![("mode".to_owned(), Some("0755".to_owned()))],
    };
    let top = open_filesystem(&tmpfs, writable).step(name)?;
    attach(&top, &place).step(name)?;
    for (number, hierarchy) in all.iter().enumerate() {
        let own = init.groups.get(number).and_then(Option::as_ref);
        let relative = hierarchy
            .mount
            .strip_prefix(MOUNT_ROOT)
            .unwrap_or(Path::new(""));
        mount_hierarchy(&top, (hierarchy, own), (relative, mount.one))
            .step(|| format!("mount the control groups {}", relative.display()))?;
    }
    if mount.one.set & RDONLY != 0 {
        let read_only = Change {
            set: RDONLY,
            ..Change::default()
        };
        change_mount(&top, Depth::One, read_only).step(name)?;
    }
    Ok(())
}

fn mount_hierarchy(
    top: &OwnedFd,
    (hierarchy, own): (&Hierarchy, Option<&OwnedFd>),
    (name, change): (&Path, Change),
) -> Result<(), Errno> {
    rustix::fs::mkdirat(top, name, Mode::from_raw_mode(0o755))?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let place = rustix::fs::openat(top, name, flags, Mode::empty())?;
    match own {
        Some(own) => attach(own, &place)?,
        None => attach(open_filesystem(&description(hierarchy), change)?, &place)?,
    }
    // `cpu` and `cpuacct` beside `cpu,cpuacct`, as programs expect it.
    if hierarchy.controllers.len() > 1 {
        for controller in &hierarchy.controllers {
            match rustix::fs::symlinkat(name, top, controller.as_str()) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(errno) => return Err(errno),
            }
        }
    }
    Ok(())
}

fn description(hierarchy: &Hierarchy) -> Filesystem {
    let (kind, options) = match hierarchy.version {
        Version::V1 => ("cgroup", hierarchy.options.as_str()),
        Version::V2 => ("cgroup2", ""),
    };
    let options = options.split(',').filter(|option| !option.is_empty());
    let data = options.map(|option| match option.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (option.to_owned(), None),
    });
    Filesystem {
        kind: kind.to_owned(),
        source: Some(PathBuf::from(kind)),
        data: data.collect(),
    }
}

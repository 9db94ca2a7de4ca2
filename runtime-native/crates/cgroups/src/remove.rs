//! Removing a group, bottom-up, in every hierarchy.

use std::ffi::CString;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, Dir, DirEntry, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::node::group_error;
use crate::processes::pause;

/// How long the kernel may take to let go of processes that have ended.
const PATIENCE: Duration = Duration::from_secs(2);

impl Cgroup {
    /// Removes the group and what is below it; that it is gone already is no error. Goes on after an error and
    /// returns the first.
    ///
    /// # Errors
    /// [`CgroupError::Group`] with EBUSY when processes are still in it after two seconds; else what the kernel says.
    pub fn remove(self) -> Result<(), CgroupError> {
        let mut outcome = Ok(());
        for node in self.nodes {
            let removed = remove_patiently(&node.place);
            let removed = removed.map_err(|errno| group_error("remove", &node.place, errno));
            outcome = outcome.and(removed);
        }
        outcome
    }

    /// As [`Cgroup::remove`], and the parent goes with the last of its groups.
    ///
    /// # Errors
    /// As [`Cgroup::remove`]; that the parent is still used is none.
    pub fn remove_with_parent(self) -> Result<(), CgroupError> {
        let parents = self.nodes.iter().filter_map(|node| node.place.parent());
        let parents: Vec<PathBuf> = parents.map(Path::to_path_buf).collect();
        self.remove()?;
        for parent in parents {
            let _ = rustix::fs::rmdir(parent);
        }
        Ok(())
    }

    /// Removes the group where it has no processes and no groups below it, without waiting.
    pub fn remove_if_unused(self) {
        for node in &self.nodes {
            let _ = rustix::fs::rmdir(&node.place);
        }
    }

    /// Removes parents of the group that are empty, up to and without the first component of its path.
    pub fn prune_parents(host: &crate::Hierarchies, path: &crate::CgroupPath) {
        for hierarchy in host.all() {
            for parent in path.as_path().ancestors().skip(1) {
                let is_top = parent
                    .parent()
                    .is_none_or(|above| above.as_os_str().is_empty());
                if is_top || rustix::fs::rmdir(hierarchy.mount.join(parent)).is_err() {
                    break;
                }
            }
        }
    }
}

fn remove_patiently(place: &Path) -> Result<(), Errno> {
    let deadline = Instant::now() + PATIENCE;
    let mut wait = Duration::from_micros(200);
    loop {
        match rustix::fs::rmdir(place) {
            Ok(()) | Err(Errno::NOENT) => return Ok(()),
            Err(Errno::BUSY | Errno::NOTEMPTY) => {}
            Err(errno) => return Err(errno),
        }
        remove_below(place)?;
        match rustix::fs::rmdir(place) {
            Ok(()) | Err(Errno::NOENT) => return Ok(()),
            Err(Errno::BUSY | Errno::NOTEMPTY) if Instant::now() < deadline => {}
            Err(errno) => return Err(errno),
        }
        pause(wait);
        wait = (wait * 2).min(Duration::from_millis(20));
    }
}

/// Removes what can be removed below a group: children before their parents, without recursion.
fn remove_below(place: &Path) -> Result<(), Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let top = match rustix::fs::open(place, flags, Mode::empty()) {
        Ok(top) => top,
        Err(Errno::NOENT) => return Ok(()),
        Err(errno) => return Err(errno),
    };
    let mut pending: Vec<(OwnedFd, CString)> = list(&top)?
        .into_iter()
        .filter_map(|name| Some((rustix::io::fcntl_dupfd_cloexec(&top, 3).ok()?, name)))
        .collect();
    let mut steps = 0;
    while let Some((parent, name)) = pending.pop() {
        steps += 1;
        let removed = rustix::fs::unlinkat(&parent, &name, AtFlags::REMOVEDIR);
        if removed.is_ok() || steps > 10_000 {
            continue;
        }
        let Ok(dir) = rustix::fs::openat(&parent, &name, flags, Mode::empty()) else {
            continue;
        };
        let below = list(&dir)?;
        if below.is_empty() {
            continue;
        }
        pending.push((parent, name));
        for name in below {
            pending.push((rustix::io::fcntl_dupfd_cloexec(dir.as_fd(), 3)?, name));
        }
    }
    Ok(())
}

fn list(dir: &OwnedFd) -> Result<Vec<CString>, Errno> {
    match Dir::read_from(dir) {
        Ok(entries) => Ok(subdirectories(&entries.collect::<Vec<_>>())),
        Err(Errno::NOENT) => Ok(Vec::new()),
        Err(errno) => Err(errno),
    }
}

/// The names of the directories among `entries`.
pub(crate) fn subdirectories(entries: &[Result<DirEntry, Errno>]) -> Vec<CString> {
    let entries = entries.iter().flatten();
    let directories = entries.filter(|entry| entry.file_type() == FileType::Directory);
    let names = directories.map(|entry| entry.file_name().to_owned());
    names
        .filter(|name| !matches!(name.to_bytes(), b"." | b".."))
        .collect()
}

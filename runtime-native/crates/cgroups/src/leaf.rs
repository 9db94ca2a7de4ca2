//! A group below a container's, for a part of its processes that must be killed as one.

use std::ffi::CString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, Dir, Mode, OFlags, mkdirat, openat, unlinkat};
use rustix::io::Errno;

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::file;
use crate::node::group_error;

/// Looks for what a process of the group has forked while it was moved out.
const ROUNDS: usize = 8;

/// A child of a container's v2 group. It has no controllers: what its processes use counts for the container alone.
#[derive(Debug)]
pub struct Leaf {
    parent: OwnedFd,
    name: CString,
    dir: OwnedFd,
}

impl Cgroup {
    /// Makes the group `name` below this one; `None` on a host without v2.
    ///
    /// # Errors
    /// What the kernel says: EEXIST when there is one.
    pub fn make_leaf(&self, name: &str) -> Result<Option<Leaf>, CgroupError> {
        let Some(node) = self.v2() else {
            return Ok(None);
        };
        let make = || {
            let name = CString::new(name).map_err(|_| Errno::INVAL)?;
            let parent = rustix::io::fcntl_dupfd_cloexec(&node.dir, 3)?;
            mkdirat(&parent, &name, Mode::from_raw_mode(0o755))?;
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
            let dir = openat(&parent, &name, flags, Mode::empty())?;
            Ok(Leaf { parent, name, dir })
        };
        make()
            .map(Some)
            .map_err(|errno| group_error("create a group below", &node.place, errno))
    }
}

impl Cgroup {
    /// Kills what is in groups below this one whose names begin with `prefix`, and removes them: somebody made them and
    /// is no more. What cannot go yet goes with this group.
    pub fn clear_leaves(&self, prefix: &str) {
        let Some(node) = self.v2() else {
            return;
        };
        let entries = Dir::read_from(&node.dir).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_owned());
        for name in names.filter(|name| name.to_bytes().starts_with(prefix.as_bytes())) {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
            let Ok(dir) = openat(&node.dir, &name, flags, Mode::empty()) else {
                continue;
            };
            let _ = file::write(&dir, "cgroup.kill", "1");
            let _ = unlinkat(&node.dir, &name, AtFlags::REMOVEDIR);
        }
    }
}

impl Leaf {
    /// Its directory, for `CLONE_INTO_CGROUP`.
    #[must_use]
    pub fn unified(&self) -> BorrowedFd<'_> {
        self.dir.as_fd()
    }

    /// Kills everything in it, and what is being forked there.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn kill(&self) -> Result<(), Errno> {
        file::write(&self.dir, "cgroup.kill", "1")
    }

    /// Removes it; what still runs in it goes on in the container's own group.
    ///
    /// # Errors
    /// The group, when it cannot go yet: it goes with the container's.
    pub fn dissolve(self) -> Result<(), Self> {
        for _ in 0..ROUNDS {
            match unlinkat(&self.parent, &self.name, AtFlags::REMOVEDIR) {
                Err(Errno::BUSY) => {}
                _ => return Ok(()),
            }
            let processes = file::read(&self.dir, "cgroup.procs").unwrap_or_default();
            for process in processes.lines() {
                // It may have ended meanwhile.
                let _ = file::write(&self.parent, "cgroup.procs", process);
            }
        }
        Err(self)
    }
}

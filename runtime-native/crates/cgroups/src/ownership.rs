//! Handing a v2 group to the user that a container's program is, so that it can make groups of its own below.

use std::os::fd::BorrowedFd;
use std::path::Path;

use rustix::fs::{AtFlags, Mode, OFlags, Uid};
use rustix::io::Errno;

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::file;

/// Where the kernel lists the files that go with a group.
const LIST: &str = "/sys/kernel/cgroup/delegate";
/// The same for kernels without the list. config-linux.md, "Cgroup ownership"
const FILES: [&str; 3] = ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"];

impl Cgroup {
    /// Gives the group's v2 directory and the files to delegate with it to a user of the host.
    ///
    /// # Errors
    /// [`CgroupError::Write`] when an owner cannot be changed.
    pub fn give_to(&self, user: u32) -> Result<(), CgroupError> {
        let Some(dir) = self.unified() else {
            return Ok(());
        };
        give(dir, &files(), Uid::from_raw(user)).map_err(|errno| CgroupError::Group {
            operation: "give away",
            path: self.path().to_string(),
            errno,
        })
    }
}

fn files() -> Vec<String> {
    let listed = rustix::fs::open(LIST, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
        .and_then(|list| file::read_all(&list));
    match listed {
        Ok(text) => text.split_whitespace().map(str::to_owned).collect(),
        Err(_) => FILES.map(str::to_owned).to_vec(),
    }
}

fn give(dir: BorrowedFd<'_>, files: &[String], user: Uid) -> Result<(), Errno> {
    rustix::fs::chownat(dir, "", Some(user), None, AtFlags::EMPTY_PATH)?;
    for file in files {
        match rustix::fs::chownat(
            dir,
            Path::new(file),
            Some(user),
            None,
            AtFlags::SYMLINK_NOFOLLOW,
        ) {
            // Files of controllers that are not enabled, of newer kernels.
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

//! A group's directory in one hierarchy.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::error::CgroupError;
use crate::file;
use crate::hierarchies::{Hierarchy, Version};
use crate::path::CgroupPath;

/// Controllers that a limit can need: these are handed down to our groups where v2 has them.
const WANTED: [&str; 7] = ["cpuset", "cpu", "io", "memory", "hugetlb", "pids", "misc"];
const DIR: OFlags = OFlags::PATH
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOFOLLOW);

/// The directory of a group in one hierarchy.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) version: Version,
    pub(crate) controllers: Vec<String>,
    pub(crate) dir: OwnedFd,
    /// For messages, and for finding the directory again when it is removed.
    pub(crate) place: PathBuf,
}

impl Node {
    /// Opens the group in `hierarchy`; `None` when it does not exist there.
    pub(crate) fn open(
        hierarchy: &Hierarchy,
        path: &CgroupPath,
    ) -> Result<Option<Self>, CgroupError> {
        let place = hierarchy.mount.join(path.as_path());
        match rustix::fs::open(&place, DIR, Mode::empty()) {
            Ok(dir) => {
                let mut node = Self::new(hierarchy, dir, place);
                node.look_up_controllers()?;
                Ok(Some(node))
            }
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(group_error("open", &place, errno)),
        }
    }

    /// Makes the group and its parents in `hierarchy`; tells whether the group itself is new.
    pub(crate) fn create(
        hierarchy: &Hierarchy,
        path: &CgroupPath,
    ) -> Result<(Self, bool), CgroupError> {
        // A neighbour's removal of an empty parent may come between two steps of ours.
        for _ in 0..8 {
            match Self::try_create(hierarchy, path) {
                Err(error) if error.errno() == Some(Errno::NOENT) => {}
                done => return done,
            }
        }
        Self::try_create(hierarchy, path)
    }

    fn try_create(hierarchy: &Hierarchy, path: &CgroupPath) -> Result<(Self, bool), CgroupError> {
        let mut place = hierarchy.mount.clone();
        let failed = |place: &Path, errno| group_error("create", place, errno);
        let mut dir =
            rustix::fs::open(&place, DIR, Mode::empty()).map_err(|errno| failed(&place, errno))?;
        let mut fresh = false;
        for name in path.as_path() {
            if hierarchy.version == Version::V2 && !hierarchy.controllers.is_empty() {
                hand_down(&dir);
            }
            place.push(name);
            fresh = match rustix::fs::mkdirat(&dir, name, Mode::from_raw_mode(0o755)) {
                Ok(()) => true,
                Err(Errno::EXIST) => false,
                Err(errno) => return Err(failed(&place, errno)),
            };
            let below = rustix::fs::openat(&dir, name, DIR, Mode::empty());
            let below = below.map_err(|errno| failed(&place, errno))?;
            if hierarchy.version == Version::V1
                && hierarchy.controllers.iter().any(|name| name == "cpuset")
            {
                inherit_cpuset(&dir, &below).map_err(|errno| failed(&place, errno))?;
            }
            dir = below;
        }
        let mut node = Self::new(hierarchy, dir, place);
        node.look_up_controllers()?;
        Ok((node, fresh))
    }

    fn new(hierarchy: &Hierarchy, dir: OwnedFd, place: PathBuf) -> Self {
        let controllers = hierarchy.controllers.clone();
        Self {
            version: hierarchy.version,
            controllers,
            dir,
            place,
        }
    }

    /// In v2 a group has the controllers that its parents handed down, perhaps fewer than the root's.
    fn look_up_controllers(&mut self) -> Result<(), CgroupError> {
        if self.version == Version::V2 && !self.controllers.is_empty() {
            let names = self.read("cgroup.controllers")?;
            self.controllers = names.split_whitespace().map(str::to_owned).collect();
        }
        Ok(())
    }

    pub(crate) fn has(&self, controller: &str) -> bool {
        self.controllers.iter().any(|name| name == controller)
    }

    pub(crate) fn read(&self, file: &str) -> Result<String, CgroupError> {
        file::read(&self.dir, file).map_err(|errno| CgroupError::Read {
            path: self.place.display().to_string(),
            file: file.to_owned(),
            errno,
        })
    }

    pub(crate) fn write(&self, file: &str, value: &str) -> Result<(), CgroupError> {
        file::write(&self.dir, file, value).map_err(|errno| CgroupError::Write {
            path: self.place.display().to_string(),
            file: file.to_owned(),
            value: value.to_owned(),
            errno,
        })
    }
}

pub(crate) fn group_error(operation: &'static str, place: &Path, errno: Errno) -> CgroupError {
    CgroupError::Group {
        operation,
        path: place.display().to_string(),
        errno,
    }
}

/// Hands the wanted controllers that a v2 group has down to its children. What cannot be handed down shows later, as a
/// missing controller, if a limit asks for it.
fn hand_down(dir: &OwnedFd) {
    let words = |name| file::read(dir, name).unwrap_or_default();
    let (there, enabled) = (words("cgroup.controllers"), words("cgroup.subtree_control"));
    let enabled: Vec<&str> = enabled.split_whitespace().collect();
    let lacking = there
        .split_whitespace()
        .filter(|name| WANTED.contains(name) && !enabled.contains(name));
    let commands: Vec<String> = lacking.map(|name| format!("+{name}")).collect();
    if commands.is_empty()
        || file::write(dir, "cgroup.subtree_control", &commands.join(" ")).is_ok()
    {
        return;
    }
    for command in commands {
        let _ = file::write(dir, "cgroup.subtree_control", &command);
    }
}

/// A v1 cpuset starts empty and takes no process before both lists are filled.
fn inherit_cpuset(parent: &OwnedFd, child: &OwnedFd) -> Result<(), Errno> {
    for name in ["cpuset.cpus", "cpuset.mems"] {
        if file::read(child, name)?.trim().is_empty() {
            file::write(child, name, file::read(parent, name)?.trim())?;
        }
    }
    Ok(())
}

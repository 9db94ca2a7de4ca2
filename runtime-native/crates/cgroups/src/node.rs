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
const WANTED: [&str; 8] = [
    "cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma", "misc",
];
const CPUSET_LISTS: [&str; 2] = ["cpuset.cpus", "cpuset.mems"];
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
                node.look_up_controllers(hierarchy)?;
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
        let place = hierarchy.mount.join(path.as_path());
        let mut made = make(&place);
        // Mostly the parents are there. A neighbour may remove an empty one between two steps of ours.
        for _ in 0..8 {
            if made != Err(Errno::NOENT) {
                break;
            }
            make_parents(hierarchy, path)?;
            made = make(&place);
        }
        let fresh = made.map_err(|errno| group_error("create", &place, errno))?;
        let dir = open_dir(&place)?;
        let mut node = Self::new(hierarchy, dir, place);
        node.look_up_controllers(hierarchy)?;
        let lacks = |name: &String| WANTED.contains(&name.as_str()) && !node.has(name);
        if hierarchy.controllers.iter().any(lacks) {
            hand_down_to(hierarchy, path)?;
            node.look_up_controllers(hierarchy)?;
        }
        if fills_cpuset(hierarchy) {
            inherit_cpuset(hierarchy, &node.place)?;
        }
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
    fn look_up_controllers(&mut self, hierarchy: &Hierarchy) -> Result<(), CgroupError> {
        if self.version == Version::V2 && !hierarchy.controllers.is_empty() {
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
        self.write_again(&mut None, file, value)
    }

    /// As [`Node::write`], for several commands to one file: it is opened for the first one and kept in `opened`.
    pub(crate) fn write_again(
        &self,
        opened: &mut Option<OwnedFd>,
        file: &str,
        value: &str,
    ) -> Result<(), CgroupError> {
        let fd = match opened.take() {
            Some(fd) => Ok(fd),
            None => file::open(&self.dir, file, OFlags::WRONLY),
        };
        let written = fd.and_then(|fd| file::write_open(opened.insert(fd), value));
        written.map_err(|errno| CgroupError::Write {
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

/// Makes a directory; tells whether it is new.
fn make(place: &Path) -> Result<bool, Errno> {
    match rustix::fs::mkdir(place, Mode::from_raw_mode(0o755)) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Ok(false),
        Err(errno) => Err(errno),
    }
}

fn open_dir(place: &Path) -> Result<OwnedFd, CgroupError> {
    rustix::fs::open(place, DIR, Mode::empty()).map_err(|errno| group_error("open", place, errno))
}

/// The directories above a group, from the top, without the root of the hierarchy.
fn parents(hierarchy: &Hierarchy, path: &CgroupPath) -> Vec<PathBuf> {
    let above = path.as_path().ancestors().skip(1);
    let above = above.filter(|parent| !parent.as_os_str().is_empty());
    let mut places: Vec<PathBuf> = above.map(|parent| hierarchy.mount.join(parent)).collect();
    places.reverse();
    places
}

/// The caller looks whether it was of use: a parent may go away again at once.
fn make_parents(hierarchy: &Hierarchy, path: &CgroupPath) -> Result<(), CgroupError> {
    for place in parents(hierarchy, path) {
        match make(&place) {
            Ok(_) => {}
            Err(Errno::NOENT | Errno::NODEV) => return Ok(()),
            Err(errno) => return Err(group_error("create", &place, errno)),
        }
    }
    Ok(())
}

/// Hands the wanted controllers down from the root of a v2 hierarchy to a group. What cannot be handed down shows later,
/// as a missing controller, if a limit asks for it.
fn hand_down_to(hierarchy: &Hierarchy, path: &CgroupPath) -> Result<(), CgroupError> {
    hand_down(&open_dir(&hierarchy.mount)?);
    for place in parents(hierarchy, path) {
        hand_down(&open_dir(&place)?);
    }
    Ok(())
}

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

fn fills_cpuset(hierarchy: &Hierarchy) -> bool {
    hierarchy.version == Version::V1 && hierarchy.controllers.iter().any(|name| name == "cpuset")
}

/// A v1 cpuset starts empty, takes no process before both lists are filled, and gives nothing to its children. A parent may
/// have been made a moment ago by a neighbour who has not filled it yet, so the way up is looked at too; all write the
/// same.
/// Gives the lists as they are then.
fn inherit_cpuset(hierarchy: &Hierarchy, place: &Path) -> Result<[String; 2], CgroupError> {
    let failed = |errno| group_error("prepare", place, errno);
    let dir = open_dir(place)?;
    let read = |name| file::read(&dir, name).map(|list| list.trim().to_owned());
    let [cpus, mems] = CPUSET_LISTS.map(read);
    let mut lists = [cpus.map_err(failed)?, mems.map_err(failed)?];
    let above = place
        .parent()
        .filter(|above| above.starts_with(&hierarchy.mount));
    let Some(above) = above.filter(|_| lists.iter().any(String::is_empty)) else {
        return Ok(lists);
    };
    let inherited = inherit_cpuset(hierarchy, above)?;
    for ((name, list), from) in CPUSET_LISTS.iter().zip(&mut lists).zip(inherited) {
        if list.is_empty() {
            file::write(&dir, name, &from).map_err(failed)?;
            *list = from;
        }
    }
    Ok(lists)
}

//! One control group, in every hierarchy of the host.

use crate::path::CgroupPath;

/// A container's control group: the directories of one path in all hierarchies.
#[derive(Debug)]
pub struct Cgroup {
    path: CgroupPath,
}

impl Cgroup {
    /// The group's path below the root of each hierarchy.
    #[must_use]
    pub fn path(&self) -> &CgroupPath {
        &self.path
    }
}

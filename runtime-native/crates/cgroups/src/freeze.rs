//! Stopping and continuing all processes of a group at once.

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::time::Timespec;

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::file;
use crate::node::{Node, group_error};
use crate::processes::pause;

/// How long freezing may take; a process in an uninterruptible sleep can hold it up.
const PATIENCE: Duration = Duration::from_secs(2);

impl Cgroup {
    /// Freezes the group and waits until every process has stopped.
    ///
    /// # Errors
    /// ETIMEDOUT after two seconds (the group is thawed again then); else what the kernel says.
    pub fn freeze(&self) -> Result<(), CgroupError> {
        let frozen = match (self.v2(), self.node("freezer")) {
            (Some(node), _) => freeze_v2(node),
            (None, Some(node)) => freeze_v1(node),
            (None, None) => return Err(no_freezer("pause")),
        };
        if frozen.is_err() {
            let _ = self.thaw();
        }
        frozen
    }

    /// Lets the group go on.
    ///
    /// # Errors
    /// What the kernel says; that the group is gone is none.
    pub fn thaw(&self) -> Result<(), CgroupError> {
        let thawed = match (self.v2(), self.node("freezer")) {
            (Some(node), _) => node.write("cgroup.freeze", "0"),
            (None, Some(node)) => node.write("freezer.state", "THAWED"),
            (None, None) => Ok(()),
        };
        match thawed {
            Err(error) if matches!(error.errno(), Some(Errno::NODEV | Errno::NOENT)) => Ok(()),
            thawed => thawed,
        }
    }

    /// Whether the group is frozen, by us or by somebody else's v1 freezer.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn is_frozen(&self) -> Result<bool, CgroupError> {
        if let Some(node) = self.v2() {
            if file::keyed(&node.read("cgroup.events")?, "frozen") == Some(1) {
                return Ok(true);
            }
        }
        match self.node("freezer") {
            Some(node) => Ok(node.read("freezer.state")?.trim() != "THAWED"),
            None => Ok(false),
        }
    }
}

fn no_freezer(limit: &str) -> CgroupError {
    CgroupError::MissingController {
        controller: "freezer",
        limit: limit.to_owned(),
    }
}

fn timed_out(node: &Node) -> CgroupError {
    group_error("freeze", &node.place, Errno::TIMEDOUT)
}

fn freeze_v2(node: &Node) -> Result<(), CgroupError> {
    let failed = |errno| group_error("freeze", &node.place, errno);
    node.write("cgroup.freeze", "1")?;
    let events = file::open(&node.dir, "cgroup.events", OFlags::RDONLY).map_err(failed)?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        rustix::fs::seek(&events, rustix::fs::SeekFrom::Start(0)).map_err(failed)?;
        if file::keyed(&file::read_all(&events).map_err(failed)?, "frozen") == Some(1) {
            return Ok(());
        }
        let left = deadline
            .checked_duration_since(Instant::now())
            .ok_or_else(|| timed_out(node))?;
        let left = Timespec::try_from(left).map_err(|_| timed_out(node))?;
        // The file raises POLLPRI when its content changes.
        match poll(&mut [PollFd::new(&events, PollFlags::PRI)], Some(&left)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(failed(errno)),
        }
    }
}

fn freeze_v1(node: &Node) -> Result<(), CgroupError> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        // Writing again makes the kernel take up processes that were forked meanwhile.
        node.write("freezer.state", "FROZEN")?;
        if node.read("freezer.state")?.trim() == "FROZEN" {
            return Ok(());
        }
        pause(Duration::from_millis(1));
    }
    Err(timed_out(node))
}

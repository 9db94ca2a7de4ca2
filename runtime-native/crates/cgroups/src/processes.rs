//! The processes of a group: who they are, and their end.

use std::time::{Duration, Instant};

use rustix::fs::{Dir, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::file;
use crate::node::{Node, group_error};

/// How deep a container may nest groups before we stop looking.
const DEPTH: usize = 64;
/// How long killing one by one goes on: every round takes what the round before has forked.
const PATIENCE: Duration = Duration::from_secs(2);

impl Cgroup {
    /// Every process in the group and below it.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn procs(&self) -> Result<Vec<Pid>, CgroupError> {
        let mut pids = Vec::new();
        if let Some(node) = self.tracker() {
            collect(node, &mut pids)
                .map_err(|errno| group_error("list the processes of", &node.place, errno))?;
        }
        Ok(pids)
    }

    /// Whether there is any process in the group or below it.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn is_populated(&self) -> Result<bool, CgroupError> {
        match self.v2() {
            Some(node) => Ok(file::keyed(&node.read("cgroup.events")?, "populated") == Some(1)),
            None => self.procs().map(|pids| !pids.is_empty()),
        }
    }

    /// Sends SIGKILL to every process of the group and below it. They may take a moment to go.
    ///
    /// # Errors
    /// What the kernel says; that nothing is left to kill is none.
    pub fn kill(&self) -> Result<(), CgroupError> {
        match self.v2() {
            Some(node) => match node.write("cgroup.kill", "1") {
                Err(error) if gone(&error) => Ok(()),
                done => done,
            },
            None => self.kill_one_by_one(),
        }
    }

    /// Sends a signal to every process of the group and below it, each once.
    ///
    /// # Errors
    /// What the kernel says; that a process has ended meanwhile is none.
    pub fn signal(&self, signal: Signal) -> Result<(), CgroupError> {
        for pid in self.procs()? {
            let _ = kill_process(pid, signal);
        }
        Ok(())
    }

    /// v1 alone: a frozen group cannot fork while it is killed; SIGKILL acts when it thaws.
    fn kill_one_by_one(&self) -> Result<(), CgroupError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let _ = self.freeze();
            let signalled = self.signal(Signal::KILL);
            self.thaw()?;
            signalled?;
            if self.procs()?.is_empty() || Instant::now() > deadline {
                return Ok(());
            }
            pause(Duration::from_millis(2));
        }
    }

    /// An existing group is taken only when it is empty and not frozen.
    pub(crate) fn check_unused(&self) -> Result<(), CgroupError> {
        let in_use = |reason| {
            Err(CgroupError::InUse {
                path: self.path.to_string(),
                reason,
            })
        };
        for node in &self.nodes {
            let mut pids = Vec::new();
            collect(node, &mut pids)
                .map_err(|errno| group_error("look into", &node.place, errno))?;
            if !pids.is_empty() {
                return in_use("it has processes");
            }
        }
        if self.is_frozen()? {
            in_use("it is frozen")
        } else {
            Ok(())
        }
    }

    /// The hierarchy that is asked who is in the group.
    fn tracker(&self) -> Option<&Node> {
        self.v2()
            .or_else(|| self.node("freezer"))
            .or_else(|| self.nodes.first())
    }
}

/// Sleeps; the process has one thread and nothing else to do.
pub(crate) fn pause(time: Duration) {
    if let Ok(time) = rustix::time::Timespec::try_from(time) {
        let _ = rustix::event::poll(&mut [], Some(&time));
    }
}

fn gone(error: &CgroupError) -> bool {
    matches!(error.errno(), Some(Errno::NODEV | Errno::NOENT))
}

fn collect(node: &Node, pids: &mut Vec<Pid>) -> Result<(), Errno> {
    let mut waiting = vec![(rustix::io::fcntl_dupfd_cloexec(&node.dir, 3)?, 0)];
    while let Some((dir, depth)) = waiting.pop() {
        match file::read(&dir, "cgroup.procs") {
            Ok(text) => pids.extend(
                text.lines()
                    .filter_map(|line| Pid::from_raw(line.parse().ok()?)),
            ),
            // Gone meanwhile, or a threaded group, whose processes its domain lists.
            Err(Errno::NODEV | Errno::NOENT | Errno::OPNOTSUPP) => {}
            Err(errno) => return Err(errno),
        }
        if depth < DEPTH {
            waiting.extend(children(&dir)?.into_iter().map(|child| (child, depth + 1)));
        }
    }
    Ok(())
}

fn children(dir: &std::os::fd::OwnedFd) -> Result<Vec<std::os::fd::OwnedFd>, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let listing = match rustix::fs::openat(dir, ".", flags, Mode::empty()) {
        Ok(listing) => listing,
        Err(Errno::NOENT | Errno::NODEV) => return Ok(Vec::new()),
        Err(errno) => return Err(errno),
    };
    let mut found = Vec::new();
    for name in crate::remove::subdirectories(&Dir::read_from(&listing)?.collect::<Vec<_>>()) {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        match rustix::fs::openat(dir, name, flags, Mode::empty()) {
            Ok(child) => found.push(child),
            Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(found)
}

//! The last means when shim and hostd were killed together: nobody has copies of the task's pipes, but the program itself has
//! its ends open, and through them others can be opened. proc_pid_fd(5), pipe(7)
//!
//! Until then its output has no reader: what it writes meanwhile is a SIGPIPE. A terminal is gone with its master.

use std::fs::read_link;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, fstat, fstatfs, open};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tsorch_protocol::keeping::{KeptLane, KeptTask};
use tsorch_protocol::shim_files::PipeState;

use crate::keeper::Kept;
use crate::record::{StateFile, init_is_there};

/// linux/magic.h
const PIPEFS_MAGIC: u64 = 0x5049_5045;

/// The task that a state tells of, with pipes opened anew; `None` when it has ended, or no output of it can be read.
pub(crate) fn reopened_task(state: &StateFile) -> Option<Kept> {
    let pid = Pid::from_raw(state.pid?)?;
    let pidfd = pidfd_open(pid, PidfdFlags::empty()).ok()?;
    // The number was its own when the descriptor was opened.
    if !init_is_there(state) {
        return None;
    }
    let descriptors = PathBuf::from(format!("/proc/{}/fd", pid.as_raw_nonzero()));
    let mut lanes = Vec::new();
    let mut fds = vec![pidfd];
    for pipe in &state.tsorch.pipes {
        if let Some(fd) = reopened_pipe(&descriptors, pipe) {
            lanes.push(pipe.lane);
            fds.push(fd);
        }
    }
    let task = KeptTask {
        task: state.tsorch.task,
        pid: pid.as_raw_nonzero().get(),
        lanes,
    };
    let is_readable = |lane: &KeptLane| matches!(lane, KeptLane::Stdout | KeptLane::Stderr);
    task.lanes
        .iter()
        .any(is_readable)
        .then(|| Kept::new(task, fds))
}

fn reopened_pipe(descriptors: &Path, pipe: &PipeState) -> Option<OwnedFd> {
    let name = format!("pipe:[{}]", pipe.inode);
    let entries = std::fs::read_dir(descriptors).ok()?.flatten();
    let is_it = |path: &PathBuf| read_link(path).is_ok_and(|target| target.as_os_str() == &*name);
    let path = entries.map(|entry| entry.path()).find(is_it)?;
    // The program may put something else there at any time; looked at before it is opened.
    let found = open(&path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).ok()?;
    let stat = fstat(&found).ok()?;
    let is_pipe = FileType::from_raw_mode(stat.st_mode) == FileType::Fifo
        && u64::try_from(fstatfs(&found).ok()?.f_type).is_ok_and(|magic| magic == PIPEFS_MAGIC);
    if !is_pipe || stat.st_ino != pipe.inode {
        return None;
    }
    let access = match pipe.lane {
        KeptLane::Stdin => OFlags::WRONLY,
        _ => OFlags::RDONLY,
    };
    let path = format!("/proc/self/fd/{}", found.as_raw_fd());
    open(
        path,
        access | OFlags::NONBLOCK | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .ok()
}

//! Naming a process so that another one with the same number is never taken for it.

use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::store::Record;

/// When the process `pid` was started (field 22 of /proc/PID/stat), unless it has ended.
#[must_use]
pub fn start_time(pid: Pid) -> Option<u64> {
    parse(&read_short(&format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?)
}

/// Files of /proc tell no size, so readers that ask for it feel their way in small steps; these are short.
fn read_short(path: &str) -> Result<Vec<u8>, Errno> {
    let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let mut text = vec![0; 1024];
    let count = rustix::io::read(&file, &mut text)?;
    text.truncate(count);
    Ok(text)
}

/// `pid (name) state ppid ...`: the name may hold anything, so the fields are counted from its end.
fn parse(text: &[u8]) -> Option<u64> {
    let end_of_name = text.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(text.get(end_of_name + 1..)?).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let start = fields.nth(18)?.parse().ok()?;
    (!matches!(state, "Z" | "X" | "x")).then_some(start)
}

/// This boot's identity: pids and start times of another one mean nothing.
#[must_use]
pub fn boot_id() -> String {
    let text = read_short("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    String::from_utf8_lossy(&text).trim().to_owned()
}

/// Opens the first process of a recorded container; `None` when it has ended.
///
/// # Errors
/// What pidfd_open(2) says, except that there is no such process.
pub fn open_recorded(record: &Record) -> Result<Option<(Pid, OwnedFd)>, Errno> {
    let Some(pid) = record.state.pid.and_then(Pid::from_raw) else {
        return Ok(None);
    };
    if record.tsorch.boot_id != boot_id() {
        return Ok(None);
    }
    let pidfd = match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(pidfd) => pidfd,
        Err(Errno::SRCH) => return Ok(None),
        Err(errno) => return Err(errno),
    };
    // Looked at after it was opened: if it is the right one now, the descriptor is the right one for ever.
    let same = start_time(pid).is_some_and(|start| Some(start) == record.tsorch.pid_start);
    Ok(same.then_some((pid, pidfd)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_start_behind_a_hostile_name() {
        let text = b"42 (a) R 1 2) S 7 8 9 0 -1 1 2 3 4 5 6 7 8 9 10 11 12 13 4711 0 0\n";
        assert_eq!(parse(text), Some(4711));
    }

    #[test]
    fn an_ended_process_has_no_start() {
        let text = b"42 (x) Z 7 8 9 0 -1 1 2 3 4 5 6 7 8 9 10 11 12 13 4711 0 0\n";
        assert_eq!(parse(text), None);
        assert_eq!(parse(b"42 (x"), None);
    }
}

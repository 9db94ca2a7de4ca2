//! A shim's files, as hostd reads them, and the exit record that hostd writes in the place of a lost shim.

use std::path::Path;

use rustix::fs::{CWD, FlockOperation, Mode, OFlags, flock, open, renameat};
use rustix::io::Errno;
use serde::Deserialize;
use serde_json::Value;
use tsorch_protocol::shim_files::{ExitRecord, ShimState};

/// Larger ones are not ours.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The used part of `state.json`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StateFile {
    /// Of the container's first process.
    #[serde(default)]
    pub(crate) pid: Option<i32>,
    pub(crate) tsorch: ShimState,
}

/// Reads `state.json` of a shim directory; `None` when there is none that makes sense.
pub(crate) fn read_state(shim_dir: &Path) -> Option<StateFile> {
    read_json(&shim_dir.join("state.json"))
}

/// Reads `exit.json`.
pub(crate) fn read_exit(shim_dir: &Path) -> Option<ExitRecord> {
    read_json(&shim_dir.join("exit.json"))
}

/// Writes `exit.json` by rename.
pub(crate) fn write_exit(shim_dir: &Path, record: &ExitRecord) -> Result<(), Errno> {
    let bytes = serde_json::to_vec(record).map_err(|_| Errno::INVAL)?;
    let (place, temporary) = (
        shim_dir.join("exit.json"),
        shim_dir.join(".exit.json.hostd"),
    );
    let flags =
        OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = open(&temporary, flags, Mode::from_raw_mode(0o600))?;
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        rest = &rest[rustix::io::write(&file, rest)?..];
    }
    renameat(CWD, &temporary, CWD, &place)
}

/// Whether a shim lives in this directory: it holds an exclusive lock on `lock`.
pub(crate) fn is_locked(shim_dir: &Path) -> bool {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let Ok(file) = open(shim_dir.join("lock"), flags, Mode::empty()) else {
        return false;
    };
    flock(&file, FlockOperation::NonBlockingLockShared) == Err(Errno::WOULDBLOCK)
}

/// Whether the process that a state names still runs: same number, same start, same boot.
pub(crate) fn init_is_there(state: &StateFile) -> bool {
    let (Some(pid), Some(start)) = (state.pid, state.tsorch.pid_start) else {
        return false;
    };
    let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    boot_id.trim() == state.tsorch.boot_id && start_time(pid) == Some(start)
}

/// Field 22 of /proc/PID/stat, none of a zombie; the second field, in parentheses, may hold anything.
fn start_time(pid: i32) -> Option<u64> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let behind_name = stat.iter().rposition(|byte| *byte == b')')?;
    let fields = std::str::from_utf8(stat.get(behind_name + 2..)?).ok()?;
    let mut fields = fields.split(' ');
    let has_ended = matches!(fields.next()?, "Z" | "X");
    fields.nth(18)?.parse().ok().filter(|_| !has_ended)
}

fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Option<T> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = std::fs::File::from(open(path, flags, Mode::empty()).ok()?);
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(file, MAX_FILE_BYTES), &mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A record as it stands in answers and events.
pub(crate) fn as_json(record: &ExitRecord) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::start_time;

    #[test]
    fn reads_the_start_time_of_a_process() {
        let own = i32::try_from(std::process::id()).unwrap();
        assert!(start_time(own).is_some_and(|ticks| ticks > 0));
        assert_eq!(start_time(i32::MAX), None);
    }
}

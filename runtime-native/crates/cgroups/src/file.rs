//! Reading and writing control files relative to a group's directory.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// Control files are small; more than this is not one.
const LIMIT: usize = 4 << 20;

/// Reads an open file to its end, as text.
pub(crate) fn read_all(fd: impl AsFd) -> Result<String, Errno> {
    let mut bytes = Vec::new();
    let mut chunk = [0u8; 4096];
    loop {
        match rustix::io::read(&fd, &mut chunk) {
            Ok(0) => return String::from_utf8(bytes).map_err(|_| Errno::ILSEQ),
            Ok(_) if bytes.len() > LIMIT => return Err(Errno::FBIG),
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// Opens a control file for reading or writing.
pub(crate) fn open(dir: impl AsFd, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    rustix::fs::openat(
        dir,
        name,
        flags | OFlags::CLOEXEC | OFlags::NOFOLLOW,
        Mode::empty(),
    )
}

/// Reads a control file.
pub(crate) fn read(dir: impl AsFd, name: &str) -> Result<String, Errno> {
    read_all(open(dir, name, OFlags::RDONLY)?)
}

/// Writes a control file with one call: the kernel takes each write as one command.
pub(crate) fn write(dir: impl AsFd, name: &str, value: &str) -> Result<(), Errno> {
    write_open(&open(dir, name, OFlags::WRONLY)?, value)
}

/// Writes an open control file with one call.
pub(crate) fn write_open(file: impl AsFd, value: &str) -> Result<(), Errno> {
    match rustix::io::write(file, value.as_bytes())? {
        count if count == value.len() => Ok(()),
        _ => Err(Errno::IO),
    }
}

/// The value of a `key value` line, as in `memory.events`.
pub(crate) fn keyed(text: &str, key: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::keyed;

    #[test]
    fn finds_whole_keys_only() {
        let text = "oom 3\noom_kill 2\n";
        assert_eq!(
            (
                keyed(text, "oom"),
                keyed(text, "oom_kill"),
                keyed(text, "oo")
            ),
            (Some(3), Some(2), None)
        );
    }
}

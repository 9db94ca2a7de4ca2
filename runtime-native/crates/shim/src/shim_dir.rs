//! `<run-dir>/shims/<id>/`: lock, socket, state and exit record. Each file appears by rename, whole or not at all.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, flock, openat, renameat, unlinkat};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, listen, socket_with,
};
use rustix::process::umask;
use serde::de::DeserializeOwned;

use crate::paths::make_private_dir;

const SOCKET: &str = "sock";
const LOCK: &str = "lock";
/// OCI state and ours.
pub(crate) const STATE: &str = "state.json";
/// Of the last task.
pub(crate) const EXIT_RECORD: &str = "exit.json";

/// Clients that may wait to be accepted.
const BACKLOG: i32 = 32;

/// Largest file of ours that is read back.
const MAX_FILE_BYTES: usize = 1 << 20;

/// The directory, with the lock held as long as this lives.
#[derive(Debug)]
pub(crate) struct ShimDir {
    dir: OwnedFd,
    _lock: OwnedFd,
}

impl ShimDir {
    /// Makes the directory when it is missing, and takes its lock. EAGAIN: another shim lives.
    pub(crate) fn acquire(path: &Path) -> Result<Self, Errno> {
        make_private_dir(path)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let dir = rustix::fs::open(path, flags, Mode::empty())?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let lock = openat(&dir, LOCK, flags, private())?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Self { dir, _lock: lock })
    }

    /// The control socket, listening before it can be found under its name.
    pub(crate) fn listen(&self) -> Result<OwnedFd, Errno> {
        let temporary = format!("{SOCKET}.new");
        let socket = self.listen_at(&temporary)?;
        renameat(&self.dir, temporary, &self.dir, SOCKET)?;
        Ok(socket)
    }

    /// A listening socket that only root can connect to.
    pub(crate) fn listen_at(&self, name: &str) -> Result<OwnedFd, Errno> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        self.remove(name)?;
        let former = umask(Mode::RWXG | Mode::RWXO);
        let bound = bind(&socket, &self.address(name)?);
        umask(former);
        bound?;
        listen(&socket, BACKLOG)?;
        Ok(socket)
    }

    /// Addresses end at 107 bytes, so ours goes through the descriptor of the directory. unix(7)
    fn address(&self, name: &str) -> Result<SocketAddrUnix, Errno> {
        SocketAddrUnix::new(format!("/proc/self/fd/{}/{name}", self.dir.as_raw_fd()))
    }

    /// Writes a file whole. Not synced: the run directory does not survive a reboot, nor does what it tells of.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<(), Errno> {
        let temporary = format!("{name}.new");
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC;
        let file = openat(&self.dir, &temporary, flags | OFlags::NOFOLLOW, private())?;
        let mut rest = content;
        while !rest.is_empty() {
            let count = rustix::io::write(&file, rest)?;
            rest = &rest[count..];
        }
        renameat(&self.dir, &temporary, &self.dir, name)
    }

    /// A JSON file; `None` when it is absent or not readable as such: then it tells nothing.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_slice(&self.read_bytes(name)?).ok()
    }

    /// A file that another program has written here; bytes that are no UTF-8 are replaced.
    pub(crate) fn read_text(&self, name: &str) -> Option<String> {
        Some(String::from_utf8_lossy(&self.read_bytes(name)?).into_owned())
    }

    fn read_bytes(&self, name: &str) -> Option<Vec<u8>> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let file = openat(&self.dir, name, flags, Mode::empty()).ok()?;
        read_bounded(&file).ok()
    }

    /// Removes a file; an absent one is no error.
    pub(crate) fn remove(&self, name: &str) -> Result<(), Errno> {
        match unlinkat(&self.dir, name, AtFlags::empty()) {
            Err(Errno::NOENT) => Ok(()),
            outcome => outcome,
        }
    }

    /// The end: nobody can connect any more.
    pub(crate) fn remove_socket(&self) -> Result<(), Errno> {
        self.remove(SOCKET)
    }
}

fn private() -> Mode {
    Mode::RUSR | Mode::WUSR
}

/// A file of at most 1 MiB; EFBIG when it is longer.
pub(crate) fn read_bounded(file: &OwnedFd) -> Result<Vec<u8>, Errno> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = rustix::io::read(file, &mut buffer)?;
        if count == 0 {
            return Ok(text);
        }
        text.extend_from_slice(&buffer[..count]);
        if text.len() > MAX_FILE_BYTES {
            return Err(Errno::FBIG);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ShimDir;
    use crate::scratch_dir::ScratchDir;
    use rustix::io::Errno;

    #[test]
    fn only_one_shim_can_hold_the_directory() {
        let scratch = ScratchDir::new();
        let path = scratch.path().join("id");
        let first = ShimDir::acquire(&path).unwrap();
        assert_eq!(ShimDir::acquire(&path).unwrap_err(), Errno::AGAIN);
        drop(first);
        assert!(ShimDir::acquire(&path).is_ok());
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let scratch = ScratchDir::new();
        let dir = ShimDir::acquire(&scratch.path().join("id")).unwrap();
        assert_eq!(dir.read::<u32>("state.json"), None);
        dir.write("state.json", b"17").unwrap();
        dir.write("state.json", b"18").unwrap();
        assert_eq!(dir.read::<u32>("state.json"), Some(18));
        dir.remove("state.json").unwrap();
        dir.remove("state.json").unwrap();
        assert_eq!(dir.read::<u32>("state.json"), None);
    }

    #[test]
    fn listens_though_the_path_is_longer_than_an_address_may_be() {
        let scratch = ScratchDir::new();
        let long = scratch.path().join("d".repeat(120));
        let dir = ShimDir::acquire(&long).unwrap();
        dir.listen().unwrap();
        dir.listen().unwrap();
        assert!(long.join("sock").exists() && !long.join("sock.new").exists());
    }
}

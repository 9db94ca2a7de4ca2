//! One container's directory in the store: its record, its configuration, its start gate.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, connect, listen, socket_with,
};
use tsorch_oci::{Config, ContainerId};

use crate::store::{Record, StoreError, io};

/// More of a file than this is not read.
const MOST_BYTES: u64 = 16 << 20;
const STATE: &str = "state.json";
const CONFIG: &str = "config.json";
const GATE: &str = "gate";

/// One container's directory.
#[derive(Debug)]
pub struct Slot {
    pub(crate) id: ContainerId,
    pub(crate) path: PathBuf,
    pub(crate) dir: OwnedFd,
}

impl Slot {
    /// The container's id.
    #[must_use]
    pub fn id(&self) -> &ContainerId {
        &self.id
    }

    /// Who made the container, by user id.
    #[must_use]
    pub fn owner(&self) -> u32 {
        rustix::fs::fstat(&self.dir).map_or(0, |found| found.st_uid)
    }

    /// Writes `state.json`.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn write_record(&self, record: &Record) -> Result<(), StoreError> {
        let text = serde_json::to_vec(record).map_err(|_| io("write", &self.path)(Errno::INVAL))?;
        self.write(STATE, &text)
    }

    /// Reads `state.json`; `None` while the container is being made by somebody who may have died over it.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Damaged`].
    pub fn record(&self) -> Result<Option<Record>, StoreError> {
        let Some(text) = self.read(STATE)? else {
            return Ok(None);
        };
        let damaged = |error| StoreError::Damaged(self.id.clone(), error);
        serde_json::from_slice(&text).map(Some).map_err(damaged)
    }

    /// Keeps the configuration, as it was read from the bundle.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn write_config(&self, text: &[u8]) -> Result<(), StoreError> {
        self.write(CONFIG, text)
    }

    /// The configuration that was kept.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Io`], [`StoreError::BadConfig`].
    pub fn config(&self) -> Result<Config, StoreError> {
        let text = self
            .read(CONFIG)?
            .ok_or_else(|| StoreError::NotFound(self.id.clone()))?;
        Config::parse(&text).map_err(|error| StoreError::BadConfig(self.id.clone(), error))
    }

    /// Makes the start gate: a listening socket for the container's first process.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn make_gate(&self) -> Result<OwnedFd, StoreError> {
        let make = || {
            let socket = socket_with(
                AddressFamily::UNIX,
                SocketType::SEQPACKET,
                SocketFlags::CLOEXEC,
                None,
            )?;
            bind(&socket, &self.gate_address()?)?;
            listen(&socket, 1)?;
            Ok(socket)
        };
        make().map_err(io("make the start gate in", &self.path))
    }

    /// Connects to the start gate; `None` when nobody waits behind it (any more).
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn open_gate(&self) -> Result<Option<OwnedFd>, StoreError> {
        let open = || {
            let socket = socket_with(
                AddressFamily::UNIX,
                SocketType::SEQPACKET,
                SocketFlags::CLOEXEC,
                None,
            )?;
            connect(&socket, &self.gate_address()?)?;
            Ok(socket)
        };
        match open() {
            Ok(socket) => Ok(Some(socket)),
            Err(Errno::NOENT | Errno::CONNREFUSED) => Ok(None),
            Err(errno) => Err(io("open the start gate in", &self.path)(errno)),
        }
    }

    /// Whether the container waits for its start, as far as the files tell.
    #[must_use]
    pub fn has_gate(&self) -> bool {
        rustix::fs::statat(&self.dir, GATE, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Removes the start gate.
    ///
    /// # Errors
    /// [`StoreError::Io`]; that it is gone already is none.
    pub fn remove_gate(&self) -> Result<(), StoreError> {
        match rustix::fs::unlinkat(&self.dir, GATE, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(io("remove the start gate in", &self.path)(errno)),
        }
    }

    /// Through the open directory: socket addresses end at 107 bytes, paths do not.
    fn gate_address(&self) -> Result<SocketAddrUnix, Errno> {
        SocketAddrUnix::new(format!("/proc/self/fd/{}/{GATE}", self.dir.as_raw_fd()))
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        let failed = io("write", &self.path);
        let temporary = format!(".{name}.{}", rustix::process::getpid().as_raw_nonzero());
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let file =
            rustix::fs::openat(&self.dir, temporary.as_str(), flags, mode).map_err(&failed)?;
        let written = File::from(file).write_all(content);
        written.map_err(|error| failed(Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
        rustix::fs::renameat(&self.dir, temporary.as_str(), &self.dir, name).map_err(failed)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let failed = io("read", &self.path);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(&self.dir, name, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(failed(errno)),
        };
        let size = rustix::fs::fstat(&file).map_err(&failed)?.st_size;
        let size = u64::try_from(size).unwrap_or(0).min(MOST_BYTES);
        // One more than there is, so that the end shows at the first read.
        let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
        let read = File::from(file).take(MOST_BYTES).read_to_end(&mut content);
        read.map_err(|error| failed(Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
        Ok(Some(content))
    }
}

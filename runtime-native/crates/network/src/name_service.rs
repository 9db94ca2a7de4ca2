//! The DNS and proxy worker as the network sees it: told what changes, replaced when it dies.
//!
//! What the worker has to know is kept by its owner ([`crate::network::Network`]), which tells a new worker everything. So
//! a change is first noted there and then told; when telling fails, a new worker is told all, the change included.

use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, listen, socket_with};
use tsorch_dns::{Worker, WorkerOptions};

use crate::pause::pause;

/// Where containers find their name server: the address that images know from Docker.
const ADDRESS: std::net::SocketAddrV4 =
    std::net::SocketAddrV4::new(std::net::Ipv4Addr::new(127, 0, 0, 11), 53);
const BACKLOG: i32 = 64;
/// How long a predecessor's worker may take to end after its hostd died.
const PATIENCE: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_millis(5);
const MODE: u32 = 0o600;

/// A container's DNS sockets, kept to feed the next worker.
#[derive(Debug)]
pub(crate) struct DnsSockets {
    pub(crate) datagrams: OwnedFd,
    pub(crate) connections: OwnedFd,
}

impl DnsSockets {
    /// Makes them in the namespace of the caller, whose `lo` is up.
    pub(crate) fn open() -> Result<Self, Errno> {
        let open = |kind| -> Result<OwnedFd, Errno> {
            let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
            let socket = socket_with(AddressFamily::INET, kind, flags, None)?;
            rustix::net::sockopt::set_socket_reuseaddr(&socket, kind == SocketType::STREAM)?;
            bind(&socket, &ADDRESS)?;
            Ok(socket)
        };
        let (datagrams, connections) = (open(SocketType::DGRAM)?, open(SocketType::STREAM)?);
        listen(&connections, BACKLOG)?;
        Ok(Self {
            datagrams,
            connections,
        })
    }

    pub(crate) fn fds(&self) -> [BorrowedFd<'_>; 2] {
        [self.datagrams.as_fd(), self.connections.as_fd()]
    }
}

/// The worker that runs, and what the next one is made of.
#[derive(Debug)]
pub(crate) struct NameService {
    options: WorkerOptions,
    lock: File,
    worker: Worker,
}

impl NameService {
    /// Waits for the end of a predecessor's worker, which still has its sockets bound, and forks our own.
    pub(crate) fn start(options: WorkerOptions, lock: &Path) -> Result<Self, Errno> {
        let mut file = File::options();
        let lock = file
            .write(true)
            .create(true)
            .truncate(false)
            .mode(MODE)
            .open(lock)
            .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
        wait_for_lock(&lock)?;
        let worker = Worker::spawn(&options, lock.as_fd())?;
        Ok(Self {
            options,
            lock,
            worker,
        })
    }

    /// Replaces the worker; the new one knows nothing yet.
    pub(crate) fn restart(&mut self) -> Result<(), Errno> {
        self.worker = Worker::spawn(&self.options, self.lock.as_fd())?;
        Ok(())
    }

    pub(crate) fn worker(&self) -> &Worker {
        &self.worker
    }
}

/// The lock belongs to the open file, which our worker shares: it is free when the predecessor's worker is gone.
fn wait_for_lock(lock: &File) -> Result<(), Errno> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match flock(lock, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) if Instant::now() < deadline => pause(RETRY)?,
            other => return other,
        }
    }
}

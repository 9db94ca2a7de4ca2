//! Network namespaces, and work inside them without leaving the event loop.
//!
//! A namespace is kept by a bind mount, `<run-dir>/netns/<container id>`, and gone when that is unmounted and nothing
//! runs in it. Removing the file also takes away the copies of the mount that other mount namespaces (every shim's)
//! inherited: unlink(2) detaches them since Linux 3.18.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{UnmountFlags, mount_bind, unmount};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// The calling thread's own namespace; /proc/self would be the main thread's.
const OWN: &str = "/proc/thread-self/ns/net";
/// `NSFS_MAGIC`
const NSFS_MAGIC: u64 = 0x6e73_6673;
/// Exit status when there is no way back into the host's namespace.
const LOST: u8 = 70;

/// The namespace of the host, or of whatever hostd was started in.
#[derive(Debug)]
pub(crate) struct HostNamespace {
    fd: OwnedFd,
    directory: PathBuf,
}

impl HostNamespace {
    /// `directory` will hold the mounts.
    pub(crate) fn open(directory: PathBuf) -> Result<Self, Errno> {
        Ok(Self {
            fd: open(Path::new(OWN))?,
            directory,
        })
    }

    /// `<run-dir>/netns/<name>`
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Makes a namespace, does `work` inside and gives its descriptor. Without a name it ends with its last descriptor.
    pub(crate) fn make<T>(
        &self,
        work: impl FnOnce() -> Result<T, Errno>,
    ) -> Result<(OwnedFd, T), Errno> {
        tsorch_sys::namespace::unshare_network()?;
        let made = open(Path::new(OWN)).and_then(|namespace| Ok((namespace, work()?)));
        self.go_back();
        made
    }

    /// Gives a namespace its name, which keeps it.
    pub(crate) fn keep(&self, namespace: BorrowedFd<'_>, name: &str) -> Result<(), Errno> {
        let path = self.path(name);
        make_mount_point(&path)?;
        let source = format!("/proc/thread-self/fd/{}", namespace.as_raw_fd());
        mount_bind(source, &path).inspect_err(|_| {
            let _ = self.remove(name);
        })
    }

    /// The namespace `name`, when it is mounted.
    pub(crate) fn find(&self, name: &str) -> Result<Option<OwnedFd>, Errno> {
        let namespace = match open(&self.path(name)) {
            Ok(namespace) => namespace,
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(errno),
        };
        // An unmounted mount point is an ordinary file.
        let is_namespace = u64::try_from(rustix::fs::fstatfs(&namespace)?.f_type) == Ok(NSFS_MAGIC);
        Ok(is_namespace.then_some(namespace))
    }

    /// Does `work` inside `namespace`.
    pub(crate) fn inside<T>(
        &self,
        namespace: BorrowedFd<'_>,
        work: impl FnOnce() -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        move_into_link_name_space(namespace, Some(LinkNameSpaceType::Network))?;
        let done = work();
        self.go_back();
        done
    }

    /// Lets go of the namespace `name`; tells whether there was something to remove.
    pub(crate) fn remove(&self, name: &str) -> Result<bool, Errno> {
        let path = self.path(name);
        loop {
            match unmount(&path, UnmountFlags::DETACH) {
                // Mounted twice by a crash at the wrong moment: once more.
                Ok(()) => {}
                Err(Errno::INVAL) => break,
                Err(Errno::NOENT) => return Ok(false),
                Err(errno) => return Err(errno),
            }
        }
        match rustix::fs::unlink(&path) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(errno),
        }
    }

    /// Names of everything in the directory.
    pub(crate) fn list(&self) -> Result<Vec<String>, Errno> {
        let entries = match std::fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Errno::from_io_error(&error).unwrap_or(Errno::IO)),
        };
        Ok(entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect())
    }

    /// Carrying on in a container's namespace would open the host's sockets there: better to end and be started again.
    fn go_back(&self) {
        if move_into_link_name_space(self.fd.as_fd(), Some(LinkNameSpaceType::Network)).is_err() {
            tsorch_sys::fork::exit_now(LOST);
        }
    }
}

fn open(path: &Path) -> Result<OwnedFd, Errno> {
    rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
}

fn make_mount_point(path: &Path) -> Result<(), Errno> {
    let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    rustix::fs::open(path, flags, Mode::RUSR).map(|_| ())
}

//! Sockets inside a container, made from outside: nothing has to run there, and nothing has to be in its image.
//!
//! A socket belongs for ever to the network namespace that its maker was in. The shim has one thread, so it can go there,
//! make the socket and come back; connecting and talking need no namespace.

use std::net::IpAddr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
use rustix::process::Pid;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tsorch_sys::root::Root;

const FLAGS: SocketFlags = SocketFlags::CLOEXEC.union(SocketFlags::NONBLOCK);

/// A network namespace, and the way back from it.
#[derive(Debug)]
pub(crate) struct Namespace {
    there: OwnedFd,
    back: OwnedFd,
}

impl Namespace {
    /// That of a process; the caller knows that it has not been reaped.
    pub(crate) fn of(pid: Pid) -> Result<Self, Errno> {
        Ok(Self {
            there: open_namespace(&format!("/proc/{}/ns/net", pid.as_raw_pid()))?,
            back: open_namespace("/proc/self/ns/net")?,
        })
    }

    /// A TCP socket in there that does not block.
    pub(crate) fn tcp_socket(&self, family: AddressFamily) -> Result<OwnedFd, Errno> {
        let network = Some(LinkNameSpaceType::Network);
        move_into_link_name_space(std::os::fd::AsFd::as_fd(&self.there), network)?;
        let socket = socket_with(family, SocketType::STREAM, FLAGS, None);
        move_into_link_name_space(std::os::fd::AsFd::as_fd(&self.back), network)?;
        socket
    }
}

fn open_namespace(path: &str) -> Result<OwnedFd, Errno> {
    rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
}

/// Begins to connect; how it went is known when the socket can be written to.
pub(crate) fn begin_connect(socket: &OwnedFd, address: (IpAddr, u16)) -> Result<(), Errno> {
    match connect(socket, &std::net::SocketAddr::from(address)) {
        Err(Errno::INPROGRESS) => Ok(()),
        done => done,
    }
}

/// Connects to a stream socket in the tree below `root`: links lead nowhere but inside, and what was found there is what
/// is connected to. EAGAIN when the server's queue is full.
pub(crate) fn connect_to_path(root: &Root, path: &Path) -> Result<OwnedFd, Errno> {
    let place = root.open(path, OFlags::PATH)?;
    let kind = FileType::from_raw_mode(rustix::fs::fstat(&place)?.st_mode);
    if kind != FileType::Socket {
        return Err(Errno::NOTSOCK);
    }
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, FLAGS, None)?;
    let address = SocketAddrUnix::new(format!("/proc/self/fd/{}", place.as_raw_fd()))?;
    connect(&socket, &address)?;
    Ok(socket)
}

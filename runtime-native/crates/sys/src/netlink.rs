//! Options of netlink sockets that rustix does not offer. netlink(7).
#![expect(unsafe_code, reason = "setsockopt at level SOL_NETLINK")]

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType};

use crate::errno::last_errno;

/// A blocking netlink socket, bound, in the network namespace of the caller.
///
/// Refusals come with the kernel's explanation and without an echo of the request; dump requests are checked strictly,
/// so that filters in them are obeyed or refused but never ignored.
///
/// `protocol`: `None` is NETLINK_ROUTE. `groups`: bit mask of multicast groups 1 to 32.
///
/// # Errors
/// EPROTONOSUPPORT when the kernel lacks the protocol; what socket(2) and bind(2) say.
pub fn open(protocol: Option<Protocol>, groups: u32) -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC;
    let socket =
        rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, protocol)?;
    enable(&socket, libc::NETLINK_EXT_ACK)?;
    enable(&socket, libc::NETLINK_CAP_ACK)?;
    enable(&socket, libc::NETLINK_GET_STRICT_CHK)?;
    rustix::net::bind(&socket, &SocketAddrNetlink::new(0, groups))?;
    Ok(socket)
}

fn enable(socket: impl AsFd, option: libc::c_int) -> Result<(), Errno> {
    let on: libc::c_int = 1;
    let length = libc::socklen_t::try_from(size_of_val(&on)).map_err(|_| Errno::INVAL)?;
    let raw = socket.as_fd().as_raw_fd();
    // SAFETY: `on` is valid for reading `length` bytes during the call.
    let code = unsafe {
        libc::setsockopt(
            raw,
            libc::SOL_NETLINK,
            option,
            (&raw const on).cast(),
            length,
        )
    };
    if code == 0 { Ok(()) } else { Err(last_errno()) }
}

#[cfg(test)]
mod tests {
    use super::open;

    #[test]
    fn opens_a_route_socket_without_privileges() {
        assert!(open(None, 0).is_ok());
    }
}

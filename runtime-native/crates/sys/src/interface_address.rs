//! The address of a network interface, as the socket's network namespace has it. netdevice(7).
#![expect(
    unsafe_code,
    reason = "ioctl(2) takes a pointer to an interface request"
)]

use std::net::Ipv4Addr;
use std::os::fd::{AsFd, AsRawFd};

use rustix::io::Errno;

use crate::errno::last_errno;

/// SIOCGIFADDR; C libraries differ in its type.
const GET_ADDRESS: libc::Ioctl = 0x8915;

/// `struct ifreq` with a `struct sockaddr_in` in it.
#[repr(C)]
struct Request {
    name: [u8; libc::IFNAMSIZ],
    family: u16,
    port: u16,
    address: [u8; 4],
    padding: [u8; 16],
}

/// The first IPv4 address of the interface `name` in the namespace of `socket`, an IPv4 socket.
///
/// # Errors
/// ENODEV without such an interface, EADDRNOTAVAIL when it has no address, ENAMETOOLONG for a name that none can have.
pub fn ipv4_of(socket: impl AsFd, name: &str) -> Result<Ipv4Addr, Errno> {
    let mut request = Request {
        name: [0; libc::IFNAMSIZ],
        family: 0,
        port: 0,
        address: [0; 4],
        padding: [0; 16],
    };
    if name.len() >= libc::IFNAMSIZ {
        return Err(Errno::NAMETOOLONG);
    }
    request.name[..name.len()].copy_from_slice(name.as_bytes());
    let raw = socket.as_fd().as_raw_fd();
    // SAFETY: the request has the size and layout of an ifreq, and lives during the call, which fills it.
    match unsafe { libc::ioctl(raw, GET_ADDRESS, &raw mut request) } {
        0 => Ok(Ipv4Addr::from(request.address)),
        _ => Err(last_errno()),
    }
}

#[cfg(test)]
mod tests {
    use super::ipv4_of;
    use rustix::io::Errno;
    use rustix::net::{AddressFamily, SocketType, socket};
    use std::net::Ipv4Addr;

    #[test]
    fn tells_the_address_of_an_interface() {
        let socket = socket(AddressFamily::INET, SocketType::DGRAM, None).unwrap();
        assert_eq!(ipv4_of(&socket, "lo"), Ok(Ipv4Addr::LOCALHOST));
        assert_eq!(ipv4_of(&socket, "none0"), Err(Errno::NODEV));
        assert_eq!(
            ipv4_of(&socket, "0123456789abcdef"),
            Err(Errno::NAMETOOLONG)
        );
    }
}

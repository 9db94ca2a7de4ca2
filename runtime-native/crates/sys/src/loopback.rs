//! The loopback interface of a new network namespace, which starts down.
#![expect(
    unsafe_code,
    reason = "ioctl(2) takes a pointer to an interface request"
)]

use rustix::io::Errno;
use rustix::ioctl::{Opcode, Setter, ioctl};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

/// SIOCSIFFLAGS of netdevice(7).
const SET_FLAGS: Opcode = 0x8914;

/// `struct ifreq` as netdevice(7) has it, for flags.
#[repr(C)]
struct Request {
    name: [u8; libc::IFNAMSIZ],
    flags: libc::c_short,
    padding: [u8; 22],
}

/// Brings `lo` of the calling thread's network namespace up.
///
/// # Errors
/// EPERM without the right, ENODEV without such an interface.
pub fn bring_up() -> Result<(), Errno> {
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::DGRAM, flags, None)?;
    let mut name = [0; libc::IFNAMSIZ];
    name[..2].copy_from_slice(b"lo");
    let flags =
        libc::c_short::try_from(libc::IFF_UP | libc::IFF_RUNNING).map_err(|_| Errno::INVAL)?;
    let request = Request {
        name,
        flags,
        padding: [0; 22],
    };
    // SAFETY: this operation takes a pointer to an ifreq, which the request has the size and layout of.
    let set_flags = unsafe { Setter::<SET_FLAGS, Request>::new(request) };
    // SAFETY: the request is only read, during the call.
    unsafe { ioctl(&socket, set_flags) }
}

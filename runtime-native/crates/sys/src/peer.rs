//! Who is at the other end of a unix socket: SO_PEERCRED of unix(7).

use std::os::fd::AsFd;

use rustix::io::Errno;

/// Whether the process that connected ran as root.
///
/// # Errors
/// When `socket` is no connected unix socket.
pub fn peer_is_root(socket: impl AsFd) -> Result<bool, Errno> {
    Ok(rustix::net::sockopt::socket_peercred(socket)?.uid.is_root())
}

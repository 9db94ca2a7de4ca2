//! Datagrams with the local address they were sent to, so that an answer leaves from there: IP_PKTINFO of ip(7),
//! IPV6_PKTINFO of ipv6(7).
#![expect(
    unsafe_code,
    reason = "rustix knows no control messages of internet sockets"
)]

use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd};

use rustix::io::Errno;

use crate::errno::last_errno;

// linux/socket.h, in the type of `sin_family`.
const AF_INET: libc::sa_family_t = 2;
const AF_INET6: libc::sa_family_t = 10;

/// Room for one control message of either family, aligned as the kernel writes it.
#[repr(C, align(8))]
struct Control([u8; 64]);

/// Both families' socket addresses fit.
#[derive(Clone, Copy)]
#[repr(C)]
union Address {
    any: libc::sockaddr,
    v4: libc::sockaddr_in,
    v6: libc::sockaddr_in6,
}

/// A datagram that was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Bytes in the buffer; longer datagrams are cut.
    pub length: usize,
    /// Who sent it.
    pub from: SocketAddr,
    /// The address of ours that it was sent to.
    pub to: IpAddr,
}

/// Asks the kernel to tell the local address with every datagram.
///
/// # Errors
/// What setsockopt(2) says.
pub fn enable(socket: impl AsFd, is_ipv4: bool) -> Result<(), Errno> {
    let (level, option) = match is_ipv4 {
        true => (libc::IPPROTO_IP, libc::IP_PKTINFO),
        false => (libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO),
    };
    let on: libc::c_int = 1;
    let length = length_of(&on)?;
    let raw = socket.as_fd().as_raw_fd();
    // SAFETY: `on` is valid for reading `length` bytes during the call.
    let code = unsafe { libc::setsockopt(raw, level, option, (&raw const on).cast(), length) };
    if code == 0 { Ok(()) } else { Err(last_errno()) }
}

/// Receives one datagram without waiting.
///
/// # Errors
/// What recvmsg(2) says: EAGAIN when none waits; EPROTO when the kernel does not tell the addresses.
pub fn receive(socket: impl AsFd, buffer: &mut [u8]) -> Result<Datagram, Errno> {
    let mut from = MaybeUninit::<Address>::zeroed();
    let mut control = Control([0; 64]);
    let mut piece = libc::iovec {
        iov_base: buffer.as_mut_ptr().cast(),
        iov_len: buffer.len(),
    };
    // SAFETY: all zeroes is a valid msghdr: no buffers.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_name = from.as_mut_ptr().cast();
    header.msg_namelen = length_of(&from)?;
    header.msg_iov = &raw mut piece;
    header.msg_iovlen = 1;
    header.msg_control = (&raw mut control.0).cast();
    header.msg_controllen = fit(control.0.len())?;
    // SAFETY: every pointer in the header is valid for its length during the call.
    let count = unsafe {
        libc::recvmsg(
            socket.as_fd().as_raw_fd(),
            &raw mut header,
            libc::MSG_DONTWAIT,
        )
    };
    let length = usize::try_from(count).map_err(|_| last_errno())?;
    // SAFETY: zeroed bytes are a valid address of every family.
    let from = unsafe { from.assume_init() };
    Ok(Datagram {
        length,
        from: socket_address(&from).ok_or(Errno::PROTO)?,
        to: local_address(&header).ok_or(Errno::PROTO)?,
    })
}

/// Sends one datagram to `to` from the local address `from`, without waiting.
///
/// # Errors
/// What sendmsg(2) says; EINVAL when the addresses are of different families.
pub fn send(socket: impl AsFd, bytes: &[u8], from: IpAddr, to: SocketAddr) -> Result<(), Errno> {
    let mut target = kernel_address(to);
    let mut control = Control([0; 64]);
    let mut piece = libc::iovec {
        iov_base: bytes.as_ptr().cast_mut().cast(),
        iov_len: bytes.len(),
    };
    // SAFETY: all zeroes is a valid msghdr: no buffers.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_name = (&raw mut target).cast();
    header.msg_namelen = match to {
        SocketAddr::V4(_) => libc::socklen_t::try_from(size_of::<libc::sockaddr_in>()),
        SocketAddr::V6(_) => libc::socklen_t::try_from(size_of::<libc::sockaddr_in6>()),
    }
    .map_err(|_| Errno::INVAL)?;
    header.msg_iov = &raw mut piece;
    header.msg_iovlen = 1;
    header.msg_control = (&raw mut control.0).cast();
    header.msg_controllen = fit(control.0.len())?;
    header.msg_controllen = fit(write_source(&header, from, to)?)?;
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    // SAFETY: every pointer in the header is valid for its length; the kernel only reads.
    let count = unsafe { libc::sendmsg(socket.as_fd().as_raw_fd(), &raw const header, flags) };
    if count < 0 { Err(last_errno()) } else { Ok(()) }
}

/// Puts the source into the header's control buffer; gives how much of it is used.
fn write_source(header: &libc::msghdr, from: IpAddr, to: SocketAddr) -> Result<usize, Errno> {
    match (from, to) {
        (IpAddr::V4(from), SocketAddr::V4(_)) => {
            let info = libc::in_pktinfo {
                ipi_ifindex: 0,
                ipi_spec_dst: libc::in_addr {
                    s_addr: u32::from_ne_bytes(from.octets()),
                },
                ipi_addr: libc::in_addr { s_addr: 0 },
            };
            write_control(header, (libc::IPPROTO_IP, libc::IP_PKTINFO), info)
        }
        (IpAddr::V6(from), SocketAddr::V6(to)) => {
            let info = libc::in6_pktinfo {
                ipi6_addr: libc::in6_addr {
                    s6_addr: from.octets(),
                },
                ipi6_ifindex: to.scope_id(),
            };
            write_control(header, (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO), info)
        }
        _ => Err(Errno::INVAL),
    }
}

fn write_control<T: Copy>(
    header: &libc::msghdr,
    (level, kind): (libc::c_int, libc::c_int),
    value: T,
) -> Result<usize, Errno> {
    let length = u32::try_from(size_of::<T>()).map_err(|_| Errno::INVAL)?;
    // SAFETY: CMSG_SPACE only computes.
    let space = unsafe { libc::CMSG_SPACE(length) } as usize;
    if header.msg_controllen < fit(space)? {
        return Err(Errno::INVAL);
    }
    // SAFETY: the control buffer is zeroed, aligned and has room for a header.
    let first = unsafe { libc::CMSG_FIRSTHDR(header) };
    // SAFETY: CMSG_LEN only computes.
    let total = unsafe { libc::CMSG_LEN(length) } as usize;
    // SAFETY: `first` points to the start of the buffer, which nobody else has.
    let message = unsafe { first.as_mut() }.ok_or(Errno::INVAL)?;
    message.cmsg_level = level;
    message.cmsg_type = kind;
    message.cmsg_len = fit(total)?;
    // SAFETY: `first` is the header just filled.
    let data = unsafe { libc::CMSG_DATA(first) };
    // SAFETY: behind the header there is room for `length` bytes, as `space` was checked.
    unsafe { data.cast::<T>().write_unaligned(value) };
    Ok(space)
}

fn local_address(header: &libc::msghdr) -> Option<IpAddr> {
    // SAFETY: the kernel has filled the control buffer and its length.
    let first = unsafe { libc::CMSG_FIRSTHDR(header) };
    // SAFETY: null, or the start of a whole control message.
    let message = unsafe { first.as_ref() }?;
    // SAFETY: `first` is not null.
    let data = unsafe { libc::CMSG_DATA(first) };
    match (message.cmsg_level, message.cmsg_type) {
        (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
            // SAFETY: the kernel wrote a whole in_pktinfo there.
            let info = unsafe { data.cast::<libc::in_pktinfo>().read_unaligned() };
            Some(IpAddr::from(info.ipi_spec_dst.s_addr.to_ne_bytes()))
        }
        (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
            // SAFETY: the kernel wrote a whole in6_pktinfo there.
            let info = unsafe { data.cast::<libc::in6_pktinfo>().read_unaligned() };
            Some(IpAddr::from(info.ipi6_addr.s6_addr))
        }
        _ => None,
    }
}

fn socket_address(address: &Address) -> Option<SocketAddr> {
    // SAFETY: every family starts with its number, and all bytes are initialised.
    let family = unsafe { address.any }.sa_family;
    match family {
        AF_INET => {
            // SAFETY: the family says so.
            let v4 = unsafe { address.v4 };
            let ip = IpAddr::from(v4.sin_addr.s_addr.to_ne_bytes());
            Some(SocketAddr::new(ip, u16::from_be(v4.sin_port)))
        }
        AF_INET6 => {
            // SAFETY: the family says so.
            let v6 = unsafe { address.v6 };
            let port = u16::from_be(v6.sin6_port);
            let ip = v6.sin6_addr.s6_addr.into();
            let found = std::net::SocketAddrV6::new(ip, port, v6.sin6_flowinfo, v6.sin6_scope_id);
            Some(SocketAddr::V6(found))
        }
        _ => None,
    }
}

fn kernel_address(address: SocketAddr) -> Address {
    match address {
        SocketAddr::V4(v4) => Address {
            v4: libc::sockaddr_in {
                sin_family: AF_INET,
                sin_port: v4.port().to_be(),
                sin_addr: libc::in_addr {
                    s_addr: u32::from_ne_bytes(v4.ip().octets()),
                },
                sin_zero: [0; 8],
            },
        },
        SocketAddr::V6(v6) => Address {
            v6: libc::sockaddr_in6 {
                sin6_family: AF_INET6,
                sin6_port: v6.port().to_be(),
                sin6_flowinfo: v6.flowinfo(),
                sin6_addr: libc::in6_addr {
                    s6_addr: v6.ip().octets(),
                },
                sin6_scope_id: v6.scope_id(),
            },
        },
    }
}

/// A length in the type of the C library at hand: they differ.
fn fit<T: TryFrom<usize>>(length: usize) -> Result<T, Errno> {
    T::try_from(length).map_err(|_| Errno::INVAL)
}

fn length_of<T>(value: &T) -> Result<libc::socklen_t, Errno> {
    libc::socklen_t::try_from(size_of_val(value)).map_err(|_| Errno::INVAL)
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    fn answers_from_the_address_it_was_asked_at(any: &str, asked: &str) {
        let server = UdpSocket::bind((any, 0)).unwrap();
        enable(&server, any.parse::<IpAddr>().unwrap().is_ipv4()).unwrap();
        let port = server.local_addr().unwrap().port();
        let client = UdpSocket::bind((any, 0)).unwrap();
        // Connected: only answers from this address arrive.
        client.connect((asked, port)).unwrap();
        client.send(b"ping").unwrap();
        let mut buffer = [0; 16];
        let datagram = receive(&server, &mut buffer).unwrap();
        assert_eq!((datagram.length, datagram.to), (4, asked.parse().unwrap()));
        send(&server, b"pong", datagram.to, datagram.from).unwrap();
        client
            .set_read_timeout(Some(std::time::Duration::from_secs(2)))
            .unwrap();
        assert_eq!(client.recv(&mut buffer).unwrap(), 4);
        assert_eq!(receive(&server, &mut buffer), Err(Errno::AGAIN));
    }

    #[test]
    fn answers_ipv4_from_the_address_it_was_asked_at() {
        answers_from_the_address_it_was_asked_at("0.0.0.0", "127.0.0.7");
    }

    #[test]
    fn answers_ipv6_from_the_address_it_was_asked_at() {
        answers_from_the_address_it_was_asked_at("::", "::1");
    }
}

//! A container's interface: a veth whose peer is born in the container's namespace.

use std::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

use rustix::io::Errno;

use crate::link::requests::{
    AF_INET6, IFLA_ADDRESS, IFLA_AF_SPEC, IFLA_GROUP, IFLA_IFNAME, IFLA_INFO_DATA, IFLA_INFO_KIND,
    IFLA_LINKINFO, IFLA_MASTER, IFLA_MTU, add_address, add_alias, add_default_route, delete_link,
    link_by_name, link_header, new_link, set_up, set_up_by_name,
};
use crate::netlink::message::EXCL;
use crate::netlink::{Message, Refusal, Socket};
use crate::pause::pause;
use crate::prefix::Prefix;
use crate::sysctl;

/// 20 ms at most: the event loop waits.
const SETTLE_ATTEMPTS: usize = 20;
const SETTLE_PAUSE: Duration = Duration::from_millis(1);

const IFLA_NET_NS_FD: u16 = 28;
const VETH_INFO_PEER: u16 = 1;

/// What an interface shall be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VethSpec<'a> {
    /// Name of the host's end.
    pub(crate) name: &'a str,
    /// Name inside the container.
    pub(crate) peer: &'a str,
    /// Container id, shown by `ip link` on the host.
    pub(crate) alias: &'a str,
    /// Of the peer.
    pub(crate) mac: [u8; 6],
    pub(crate) mtu: u32,
    pub(crate) group: u32,
    /// Index of the network's bridge.
    pub(crate) bridge: u32,
}

/// Makes the pair if it is missing, puts the host's end into the bridge and sets it up. `inside` is a socket of the
/// container's namespace.
pub(crate) fn ensure(
    host: &mut Socket,
    spec: VethSpec<'_>,
    (namespace, inside): (BorrowedFd<'_>, &mut Socket),
) -> Result<(), Refusal> {
    let make = || -> Result<Vec<Message>, Errno> {
        Ok(vec![pair(spec, namespace)?, host_end(spec), hairpin(spec)])
    };
    match host.request_all(make()?) {
        Err((0, refusal)) if refusal.errno == Errno::EXIST => {}
        made => return made.map_err(|(_, refusal)| refusal),
    }
    let remaining = if is_pair(host, inside, spec)? {
        vec![host_end(spec), hairpin(spec)]
    } else {
        // The interface of an earlier namespace of this container, which the kernel has not cleaned up yet.
        match host.request(delete_link(spec.name)) {
            Ok(())
            | Err(Refusal {
                errno: Errno::NODEV,
                ..
            }) => {}
            Err(refusal) => return Err(refusal),
        }
        make()?
    };
    host.request_all(remaining).map_err(|(_, refusal)| refusal)
}

/// Whether the link on the host and the one in the namespace are ends of one pair.
fn is_pair(host: &mut Socket, inside: &mut Socket, spec: VethSpec<'_>) -> Result<bool, Refusal> {
    let (outer, inner) = (
        link_by_name(host, spec.name)?,
        link_by_name(inside, spec.peer)?,
    );
    Ok(outer.zip(inner).is_some_and(|(outer, inner)| {
        outer.peer == Some(inner.index) && inner.peer == Some(outer.index)
    }))
}

/// Address, state and default route of the container's end; `inside` is a socket of its namespace.
pub(crate) fn configure_peer(
    inside: &mut Socket,
    peer: &str,
    addresses: &[Prefix],
    gateways: &[IpAddr],
) -> Result<(), Refusal> {
    let index = link_by_name(inside, peer)?.ok_or(Errno::NODEV)?.index;
    let mut requests = vec![set_up(index)];
    requests.extend(addresses.iter().map(|prefix| add_address(index, *prefix)));
    requests.extend(
        gateways
            .iter()
            .map(|gateway| add_default_route(index, *gateway)),
    );
    inside.request_all(requests).map_err(|(_, refusal)| refusal)
}

/// Waits until the host's end sends what it is given. The kernel activates it in a work queue of its own after the other
/// end came up; until then it drops everything, and a first ARP request that is lost costs a second. From Linux 6.8 on
/// asking for the link is enough (linkwatch_sync_dev); before, it takes some milliseconds on a busy machine.
pub(crate) fn settle(host: &mut Socket, name: &str) -> Result<(), Refusal> {
    for _ in 0..SETTLE_ATTEMPTS {
        if link_by_name(host, name)?.is_none_or(|link| link.is_operational) {
            break;
        }
        pause(SETTLE_PAUSE)?;
    }
    Ok(())
}

/// Both ends in one message. The peer cannot be born up (ENOTCONN).
fn pair(spec: VethSpec<'_>, namespace: BorrowedFd<'_>) -> Result<Message, Errno> {
    let namespace = u32::try_from(namespace.as_raw_fd()).map_err(|_| Errno::BADF)?;
    let mut message = new_link(EXCL);
    message
        .text(IFLA_IFNAME, spec.name)
        .u32(IFLA_MTU, spec.mtu)
        .u32(IFLA_GROUP, spec.group)
        .u32(IFLA_MASTER, spec.bridge)
        .nest(IFLA_LINKINFO, |info| {
            info.text(IFLA_INFO_KIND, "veth")
                .nest(IFLA_INFO_DATA, |data| {
                    data.nest(VETH_INFO_PEER, |peer| {
                        peer.raw(&link_header(0, 0, 0))
                            .text(IFLA_IFNAME, spec.peer)
                            .u32(IFLA_MTU, spec.mtu)
                            .bytes(IFLA_ADDRESS, &spec.mac)
                            .u32(IFLA_NET_NS_FD, namespace);
                    });
                });
        });
    Ok(message)
}

/// Up, in the bridge (also when the bridge was made anew), labelled, and without an IPv6 address of its own.
fn host_end(spec: VethSpec<'_>) -> Message {
    const IFLA_INET6_ADDR_GEN_MODE: u16 = 8;
    const MODE_NONE: u8 = 1;
    let mut message = set_up_by_name(spec.name);
    message.u32(IFLA_MASTER, spec.bridge);
    add_alias(&mut message, spec.alias);
    if sysctl::has_ipv6() {
        message.nest(IFLA_AF_SPEC, |families| {
            families.nest(AF_INET6.into(), |ipv6| {
                ipv6.u8(IFLA_INET6_ADDR_GEN_MODE, MODE_NONE);
            });
        });
    }
    message
}

/// A container must reach itself through its own published port: the bridge sends a packet back where it came from.
fn hairpin(spec: VethSpec<'_>) -> Message {
    const IFLA_INFO_SLAVE_KIND: u16 = 4;
    const IFLA_INFO_SLAVE_DATA: u16 = 5;
    const IFLA_BRPORT_MODE: u16 = 4;
    let mut message = new_link(0);
    message
        .text(IFLA_IFNAME, spec.name)
        .nest(IFLA_LINKINFO, |info| {
            info.text(IFLA_INFO_SLAVE_KIND, "bridge")
                .nest(IFLA_INFO_SLAVE_DATA, |port| {
                    port.u8(IFLA_BRPORT_MODE, 1);
                });
        });
    message
}

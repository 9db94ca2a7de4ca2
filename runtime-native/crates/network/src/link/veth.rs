//! A container's interface: a veth whose peer is born in the container's namespace.

use std::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::io::Errno;

use crate::link::requests::{
    AF_INET6, IFLA_ADDRESS, IFLA_AF_SPEC, IFLA_GROUP, IFLA_IFNAME, IFLA_INFO_DATA, IFLA_INFO_KIND,
    IFLA_LINKINFO, IFLA_MASTER, IFLA_MTU, add_address, add_alias, add_default_route, link_by_name,
    link_header, new_link, set_up, set_up_by_name,
};
use crate::netlink::message::EXCL;
use crate::netlink::{Message, Refusal, Socket};
use crate::prefix::Prefix;
use crate::sysctl;

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

/// Makes the pair if it is missing, puts the host's end into the bridge and sets it up.
pub(crate) fn ensure(
    host: &mut Socket,
    spec: VethSpec<'_>,
    namespace: BorrowedFd<'_>,
) -> Result<(), Refusal> {
    let requests = vec![pair(spec, namespace)?, host_end(spec), hairpin(spec)];
    let made = match host.request_all(requests) {
        Err((0, refusal)) if refusal.errno == Errno::EXIST => {
            host.request_all(vec![host_end(spec), hairpin(spec)])
        }
        other => other,
    };
    made.map_err(|(_, refusal)| refusal)
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

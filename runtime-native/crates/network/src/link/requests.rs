//! The requests that bridges and veths are made of.

use std::net::IpAddr;

use rustix::io::Errno;

use crate::netlink::message::{CREATE, REPLACE};
use crate::netlink::{Attributes, Message, Refusal, Socket};
use crate::prefix::Prefix;

const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
const RTM_GETLINK: u16 = 18;
const RTM_SETLINK: u16 = 19;
const RTM_NEWADDR: u16 = 20;
const RTM_NEWROUTE: u16 = 24;

pub(crate) const IFLA_ADDRESS: u16 = 1;
pub(crate) const IFLA_IFNAME: u16 = 3;
pub(crate) const IFLA_MTU: u16 = 4;
const IFLA_LINK: u16 = 5;
const IFLA_OPERSTATE: u16 = 16;
const IF_OPER_UP: u8 = 6;
pub(crate) const IFLA_MASTER: u16 = 10;
pub(crate) const IFLA_LINKINFO: u16 = 18;
pub(crate) const IFLA_IFALIAS: u16 = 20;
pub(crate) const IFLA_AF_SPEC: u16 = 26;
pub(crate) const IFLA_GROUP: u16 = 27;
pub(crate) const IFLA_INFO_KIND: u16 = 1;
pub(crate) const IFLA_INFO_DATA: u16 = 2;

/// `struct ifinfomsg`
pub(crate) const LINK_HEADER_BYTES: usize = 16;
const IFF_UP: u32 = 1;
pub(crate) const AF_INET: u8 = 2;
pub(crate) const AF_INET6: u8 = 10;
/// Longest text the kernel takes as alias.
const MAX_ALIAS_BYTES: usize = 255;

/// A link of the namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) index: u32,
    pub(crate) name: String,
    /// `bridge`, `veth`; empty for physical ones.
    pub(crate) kind: String,
    pub(crate) group: u32,
    /// Index of the bridge it is a port of.
    pub(crate) master: Option<u32>,
    pub(crate) is_up: bool,
    /// Whether it really sends: `IF_OPER_UP`. A link that is up and has a carrier may still drop everything.
    pub(crate) is_operational: bool,
    pub(crate) mtu: u32,
    pub(crate) mac: Vec<u8>,
    /// Index of a veth's other end, in whatever namespace that is.
    pub(crate) peer: Option<u32>,
}

/// `struct ifinfomsg`; `change` tells which of the flags count.
pub(crate) fn link_header(index: u32, flags: u32, change: u32) -> [u8; LINK_HEADER_BYTES] {
    let mut header = [0; LINK_HEADER_BYTES];
    header[4..8].copy_from_slice(&index.to_ne_bytes());
    header[8..12].copy_from_slice(&flags.to_ne_bytes());
    header[12..16].copy_from_slice(&change.to_ne_bytes());
    header
}

/// A request to make a link.
pub(crate) fn new_link(flags: u16) -> Message {
    Message::new(RTM_NEWLINK, CREATE | flags, &link_header(0, 0, 0))
}

/// A change of the link with this index.
pub(crate) fn set_link(index: u32) -> Message {
    Message::new(RTM_SETLINK, 0, &link_header(index, 0, 0))
}

/// Sets the link with this index up.
pub(crate) fn set_up(index: u32) -> Message {
    Message::new(RTM_SETLINK, 0, &link_header(index, IFF_UP, IFF_UP))
}

/// A change of the link `name` that also sets it up.
pub(crate) fn set_up_by_name(name: &str) -> Message {
    let mut message = Message::new(RTM_SETLINK, 0, &link_header(0, IFF_UP, IFF_UP));
    message.text(IFLA_IFNAME, name);
    message
}

/// Adds the text that `ip link` shows as alias.
pub(crate) fn add_alias(message: &mut Message, alias: &str) {
    // Names are ASCII, so a cut never falls into a character.
    let bytes = &alias.as_bytes()[..alias.len().min(MAX_ALIAS_BYTES)];
    message.bytes(IFLA_IFALIAS, bytes);
}

/// Deletes the link `name`. The call waits for RCU, some 20 ms: never in the event loop.
pub(crate) fn delete_link(name: &str) -> Message {
    let mut message = Message::new(RTM_DELLINK, 0, &link_header(0, 0, 0));
    message.text(IFLA_IFNAME, name);
    message
}

/// Adds an address; adding it twice is adding it once. No duplicate detection: addresses are ours to give.
pub(crate) fn add_address(index: u32, prefix: Prefix) -> Message {
    const IFA_ADDRESS: u16 = 1;
    const IFA_LOCAL: u16 = 2;
    const IFA_BROADCAST: u16 = 4;
    const IFA_F_NODAD: u8 = 2;
    let [a, b, c, d] = index.to_ne_bytes();
    let (family, flags) = match prefix.address() {
        IpAddr::V4(_) => (AF_INET, 0),
        IpAddr::V6(_) => (AF_INET6, IFA_F_NODAD),
    };
    let header = [family, prefix.length(), flags, 0, a, b, c, d];
    let mut message = Message::new(RTM_NEWADDR, CREATE | REPLACE, &header);
    message
        .address(IFA_LOCAL, prefix.address())
        .address(IFA_ADDRESS, prefix.address());
    if prefix.address().is_ipv4() {
        message.address(IFA_BROADCAST, prefix.last());
    }
    message
}

/// Makes `gateway` the default route of its family.
pub(crate) fn add_default_route(index: u32, gateway: IpAddr) -> Message {
    const RTA_OIF: u16 = 4;
    const RTA_GATEWAY: u16 = 5;
    const RT_TABLE_MAIN: u8 = 254;
    const RTPROT_STATIC: u8 = 4;
    const RTN_UNICAST: u8 = 1;
    let family = if gateway.is_ipv4() { AF_INET } else { AF_INET6 };
    let header = [
        family,
        0,
        0,
        0,
        RT_TABLE_MAIN,
        RTPROT_STATIC,
        0,
        RTN_UNICAST,
        0,
        0,
        0,
        0,
    ];
    let mut message = Message::new(RTM_NEWROUTE, CREATE | REPLACE, &header);
    message.address(RTA_GATEWAY, gateway).u32(RTA_OIF, index);
    message
}

/// All links of the socket's namespace.
pub(crate) fn links(socket: &mut Socket) -> Result<Vec<Link>, Refusal> {
    let request = Message::new(RTM_GETLINK, 0, &link_header(0, 0, 0));
    let replies = socket.dump(&request)?;
    Ok(replies
        .iter()
        .filter(|reply| reply.kind == RTM_NEWLINK)
        .filter_map(|reply| link_of(reply.header()?, reply.attributes(LINK_HEADER_BYTES)))
        .collect())
}

/// Asks for the link `name`.
pub(crate) fn link_request(name: &str) -> Message {
    let mut request = Message::new(RTM_GETLINK, 0, &link_header(0, 0, 0));
    request.text(IFLA_IFNAME, name);
    request
}

/// The link `name`, if there is one.
pub(crate) fn link_by_name(socket: &mut Socket, name: &str) -> Result<Option<Link>, Refusal> {
    match socket.get(link_request(name)) {
        Ok(reply) => Ok(reply
            .header()
            .and_then(|header| link_of(header, reply.attributes(LINK_HEADER_BYTES)))),
        Err(Refusal {
            errno: Errno::NODEV,
            ..
        }) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn link_of(header: &[u8; LINK_HEADER_BYTES], attributes: Attributes<'_>) -> Option<Link> {
    let number = |at: usize| -> Option<u32> {
        header
            .get(at..at + 4)?
            .first_chunk()
            .map(|four| u32::from_ne_bytes(*four))
    };
    let info = attributes.nested(IFLA_LINKINFO);
    Some(Link {
        index: number(4)?,
        name: attributes.text(IFLA_IFNAME)?.to_owned(),
        kind: info
            .and_then(|info| info.text(IFLA_INFO_KIND))
            .unwrap_or_default()
            .to_owned(),
        group: attributes.u32(IFLA_GROUP).unwrap_or(0),
        master: attributes.u32(IFLA_MASTER),
        is_up: number(8)? & IFF_UP != 0,
        is_operational: attributes.u8(IFLA_OPERSTATE) == Some(IF_OPER_UP),
        mtu: attributes.u32(IFLA_MTU).unwrap_or(0),
        mac: attributes.bytes(IFLA_ADDRESS).unwrap_or_default().to_vec(),
        peer: attributes.u32(IFLA_LINK),
    })
}

//! What else is on the host: routes and addresses that our networks must not overlap.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::link::requests::{AF_INET, AF_INET6, Link, links};
use crate::netlink::{Attributes, Message, Refusal, Socket};
use crate::prefix::Prefix;

const RTM_NEWADDR: u16 = 20;
const RTM_GETADDR: u16 = 22;
const RTM_NEWROUTE: u16 = 24;
const RTM_GETROUTE: u16 = 26;
/// `struct rtmsg`
const ROUTE_HEADER_BYTES: usize = 12;
/// `struct ifaddrmsg`
const ADDRESS_HEADER_BYTES: usize = 8;
const RT_TABLE_LOCAL: u32 = 255;
const DEFAULT_MTU: u32 = 1500;

/// Subnets that are routed or local, by the links for which `is_foreign` holds. Default routes, loopback, link-local
/// and multicast are left out.
pub(crate) fn taken_subnets(
    socket: &mut Socket,
    is_foreign: impl Fn(&Link) -> bool,
) -> Result<BTreeSet<Prefix>, Refusal> {
    let foreign: BTreeSet<u32> = links(socket)?
        .iter()
        .filter(|link| is_foreign(link))
        .map(|link| link.index)
        .collect();
    let mut taken = BTreeSet::new();
    for route in routes(socket)? {
        let counts = route.link.is_none_or(|link| foreign.contains(&link));
        if counts && route.table != RT_TABLE_LOCAL && route.to.length() > 0 {
            taken.insert(route.to.network());
        }
    }
    for (link, prefix) in addresses(socket)? {
        if foreign.contains(&link) {
            taken.insert(prefix.network());
        }
    }
    taken.retain(|prefix| is_ordinary(prefix.address()));
    Ok(taken)
}

/// Every address of the host.
pub(crate) fn local_addresses(socket: &mut Socket) -> Result<BTreeSet<IpAddr>, Refusal> {
    Ok(addresses(socket)?
        .into_iter()
        .map(|(_, prefix)| prefix.address())
        .collect())
}

/// MTU of the interface that holds the IPv4 default route, else 1500.
pub(crate) fn default_mtu(socket: &mut Socket) -> Result<u32, Refusal> {
    let is_default = |route: &&Route| route.to.length() == 0 && route.to.address().is_ipv4();
    let link = routes(socket)?
        .iter()
        .find(is_default)
        .and_then(|route| route.link);
    let mtu = links(socket)?
        .iter()
        .find(|one| Some(one.index) == link)
        .map(|one| one.mtu);
    Ok(mtu.filter(|mtu| *mtu > 0).unwrap_or(DEFAULT_MTU))
}

/// Addresses of the link with this index.
pub(crate) fn addresses_on(socket: &mut Socket, index: u32) -> Result<Vec<Prefix>, Refusal> {
    let all = addresses(socket)?.into_iter();
    Ok(all
        .filter(|(link, _)| *link == index)
        .map(|(_, prefix)| prefix)
        .collect())
}

struct Route {
    to: Prefix,
    link: Option<u32>,
    table: u32,
}

fn routes(socket: &mut Socket) -> Result<Vec<Route>, Refusal> {
    let replies = socket.dump(&Message::new(RTM_GETROUTE, 0, &[0; ROUTE_HEADER_BYTES]))?;
    Ok(replies
        .iter()
        .filter(|reply| reply.kind == RTM_NEWROUTE)
        .filter_map(|reply| route_of(reply.header()?, reply.attributes(ROUTE_HEADER_BYTES)))
        .collect())
}

fn route_of(header: &[u8; ROUTE_HEADER_BYTES], attributes: Attributes<'_>) -> Option<Route> {
    const RTA_DST: u16 = 1;
    const RTA_OIF: u16 = 4;
    const RTA_TABLE: u16 = 15;
    let [family, length, _, _, table, ..] = *header;
    let any: IpAddr = match family {
        AF_INET => Ipv4Addr::UNSPECIFIED.into(),
        AF_INET6 => Ipv6Addr::UNSPECIFIED.into(),
        _ => return None,
    };
    Some(Route {
        to: Prefix::new(attributes.address(RTA_DST).unwrap_or(any), length)?,
        link: attributes.u32(RTA_OIF),
        table: attributes.u32(RTA_TABLE).unwrap_or_else(|| table.into()),
    })
}

fn addresses(socket: &mut Socket) -> Result<Vec<(u32, Prefix)>, Refusal> {
    const IFA_ADDRESS: u16 = 1;
    const IFA_LOCAL: u16 = 2;
    let replies = socket.dump(&Message::new(RTM_GETADDR, 0, &[0; ADDRESS_HEADER_BYTES]))?;
    Ok(replies
        .iter()
        .filter(|reply| reply.kind == RTM_NEWADDR)
        .filter_map(|reply| {
            let [_, length, _, _, a, b, c, d] = *reply.header::<ADDRESS_HEADER_BYTES>()?;
            let attributes = reply.attributes(ADDRESS_HEADER_BYTES);
            let address = attributes
                .address(IFA_LOCAL)
                .or_else(|| attributes.address(IFA_ADDRESS))?;
            Some((
                u32::from_ne_bytes([a, b, c, d]),
                Prefix::new(address, length)?,
            ))
        })
        .collect())
}

fn is_ordinary(address: IpAddr) -> bool {
    let is_link_local = match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !address.is_loopback() && !address.is_multicast() && !is_link_local
}

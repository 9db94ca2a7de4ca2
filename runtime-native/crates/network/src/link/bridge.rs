//! The bridge of a network.

use rustix::io::Errno;

use crate::link::requests::{
    IFLA_ADDRESS, IFLA_GROUP, IFLA_IFNAME, IFLA_INFO_KIND, IFLA_LINKINFO, IFLA_MTU, Link,
    add_address, add_alias, link_by_name, new_link, set_link, set_up,
};
use crate::netlink::message::EXCL;
use crate::netlink::{Refusal, Socket};
use crate::prefix::Prefix;
use crate::sysctl::{self, Conf};

/// What a bridge shall be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BridgeSpec<'a> {
    pub(crate) name: &'a str,
    /// Shown by `ip link`.
    pub(crate) alias: &'a str,
    pub(crate) mac: [u8; 6],
    pub(crate) mtu: u32,
    pub(crate) group: u32,
    /// The gateways, with the lengths of their subnets.
    pub(crate) addresses: &'a [Prefix],
}

/// Makes the bridge or brings it in line; its ports stay. Gives its index.
pub(crate) fn ensure(socket: &mut Socket, spec: BridgeSpec<'_>) -> Result<u32, Refusal> {
    let link = match link_by_name(socket, spec.name)? {
        Some(link) => link,
        None => create(socket, spec)?,
    };
    if link.kind != "bridge" {
        return Err(Errno::EXIST.into());
    }
    configure_ipv6(spec).map_err(Refusal::from)?;
    let mut change = set_link(link.index);
    change.u32(IFLA_MTU, spec.mtu).u32(IFLA_GROUP, spec.group);
    add_alias(&mut change, spec.alias);
    // Setting it again would make every neighbour look again.
    if link.mac != spec.mac {
        change.bytes(IFLA_ADDRESS, &spec.mac);
    }
    let mut requests = vec![change];
    requests.extend(
        spec.addresses
            .iter()
            .map(|prefix| add_address(link.index, *prefix)),
    );
    requests.push(set_up(link.index));
    socket
        .request_all(requests)
        .map_err(|(_, refusal)| refusal)?;
    Ok(link.index)
}

fn create(socket: &mut Socket, spec: BridgeSpec<'_>) -> Result<Link, Refusal> {
    let mut request = new_link(EXCL);
    request
        .text(IFLA_IFNAME, spec.name)
        .nest(IFLA_LINKINFO, |info| {
            info.text(IFLA_INFO_KIND, "bridge");
        });
    socket.request(request)?;
    link_by_name(socket, spec.name)?.ok_or_else(|| Errno::NODEV.into())
}

/// A container could forge router advertisements (CVE-2020-10749); without IPv6 the bridge has not even a link-local
/// address to talk to.
fn configure_ipv6(spec: BridgeSpec<'_>) -> Result<(), Errno> {
    let wants_ipv6 = spec
        .addresses
        .iter()
        .any(|prefix| prefix.address().is_ipv6());
    sysctl::set_ipv6(spec.name, Conf::AcceptRouterAdvertisements, false)?;
    sysctl::set_ipv6(spec.name, Conf::DetectDuplicates, false)?;
    sysctl::set_ipv6(spec.name, Conf::Disable, !wants_ipv6)
}

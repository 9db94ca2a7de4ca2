//! Elements: what the networks and the published ports of this node put into the sets.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::api::{HostPort, Protocol, PublishedPort, Target};
use crate::nft::ruleset::{Balancer, interface};
use crate::nft::sets::Set;
use crate::prefix::Prefix;

/// What identifies an element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) set: Set,
    /// As the kernel has it.
    pub(crate) bytes: Vec<u8>,
    pub(crate) upper: Upper,
}

/// How far a key reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Upper {
    /// Itself alone.
    Exact,
    /// A range of several parts, up to here (`NFTA_SET_ELEM_KEY_END`).
    To(Vec<u8>),
    /// Begin and end of a range are two elements; this is the first address behind it.
    Behind,
}

/// What a map gives for an element, and who it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) data: Data,
    /// Printed by `nft list`, for people.
    pub(crate) comment: String,
}

/// What a map gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    Nothing,
    Goto(Balancer),
    Endpoint(Vec<u8>),
}

/// Elements of one source (a network, an owner of ports), by key.
pub(crate) type Elements = BTreeMap<Key, Value>;

impl Value {
    /// The chain that must exist before this element.
    pub(crate) fn balancer(&self) -> Option<Balancer> {
        match self.data {
            Data::Goto(balancer) => Some(balancer),
            Data::Nothing | Data::Endpoint(_) => None,
        }
    }
}

/// What the packet filter has to know of a network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NetworkFacts<'a> {
    pub(crate) bridge: &'a str,
    pub(crate) subnets: &'a [Prefix],
    pub(crate) internal: bool,
    pub(crate) comment: &'a str,
}

/// Elements of a network.
pub(crate) fn of_network(facts: NetworkFacts<'_>) -> Elements {
    let mut elements = Collector::new(facts.comment);
    let name = interface(facts.bridge);
    elements.add(Set::Bridges, name.to_vec(), Data::Nothing);
    elements.add(Set::SameNetwork, [name, name].concat(), Data::Nothing);
    if facts.internal {
        elements.add(Set::Internal, name.to_vec(), Data::Nothing);
    }
    for subnet in facts.subnets {
        elements.add_subnet(subnet.network());
    }
    elements.done
}

/// Elements of published ports. Targets of the other family than the port's are left to the local proxy.
pub(crate) fn of_ports(ports: &[PublishedPort], comment: &str) -> Elements {
    let mut elements = Collector::new(comment);
    for PublishedPort { port, targets } in ports {
        let wants = |v4: bool| {
            port.host_address
                .is_none_or(|address| address.is_ipv4() == v4)
        };
        for is_v4 in [true, false] {
            let same: Vec<&Target> = targets
                .iter()
                .filter(|target| target.address.is_ipv4() == is_v4)
                .collect();
            if wants(is_v4) && !same.is_empty() && !is_loopback(port) {
                elements.add_port(port, &same, is_v4);
            }
        }
    }
    elements.done
}

fn is_loopback(port: &HostPort) -> bool {
    port.host_address
        .is_some_and(|address| address.is_loopback())
}

/// Collects elements that share a comment.
struct Collector<'a> {
    done: Elements,
    comment: &'a str,
}

impl<'a> Collector<'a> {
    fn new(comment: &'a str) -> Self {
        Self {
            done: Elements::new(),
            comment,
        }
    }

    fn add(&mut self, set: Set, bytes: Vec<u8>, data: Data) {
        self.insert(
            Key {
                set,
                bytes,
                upper: Upper::Exact,
            },
            data,
        );
    }

    fn insert(&mut self, key: Key, data: Data) {
        // The kernel keeps no user data for the end of an interval.
        let comment = if key.upper == Upper::Behind {
            ""
        } else {
            self.comment
        };
        self.done.insert(
            key,
            Value {
                data,
                comment: comment.to_owned(),
            },
        );
    }

    fn add_subnet(&mut self, subnet: Prefix) {
        let (single, pair) = match subnet.address() {
            IpAddr::V4(_) => (Set::Subnets4, Set::Hairpin4),
            IpAddr::V6(_) => (Set::Subnets6, Set::Hairpin6),
        };
        let (first, last) = (octets(subnet.address()), octets(subnet.last()));
        self.add(single, first.clone(), Data::Nothing);
        if let Some(behind) = successor(&last) {
            self.insert(
                Key {
                    set: single,
                    bytes: behind,
                    upper: Upper::Behind,
                },
                Data::Nothing,
            );
        }
        let bytes = [first.clone(), first].concat();
        let upper = Upper::To([last.clone(), last].concat());
        self.insert(
            Key {
                set: pair,
                bytes,
                upper,
            },
            Data::Nothing,
        );
    }

    fn add_port(&mut self, port: &HostPort, targets: &[&Target], is_v4: bool) {
        let address = port
            .host_address
            .filter(|address| !address.is_unspecified());
        let (ports, endpoints) = match (address.is_some(), is_v4) {
            (false, true) => (Set::Ports4, Set::Endpoints4),
            (false, false) => (Set::Ports6, Set::Endpoints6),
            (true, true) => (Set::AddressPorts4, Set::AddressEndpoints4),
            (true, false) => (Set::AddressPorts6, Set::AddressEndpoints6),
        };
        let count = u32::try_from(targets.len()).unwrap_or(u32::MAX);
        let balancer = Balancer {
            by_address: address.is_some(),
            targets: count,
        };
        let key = port_key(address, port);
        self.add(ports, key.clone(), Data::Goto(balancer));
        for (index, target) in (0u32..).zip(targets) {
            let bytes = [key.as_slice(), &index.to_ne_bytes()].concat();
            self.add(endpoints, bytes, Data::Endpoint(endpoint(target)));
        }
    }
}

/// `[addr .] proto . port`, each part padded to 4 bytes.
fn port_key(address: Option<IpAddr>, port: &HostPort) -> Vec<u8> {
    let protocol = match port.protocol {
        Protocol::Tcp => 6,
        Protocol::Udp => 17,
    };
    let [high, low] = port.host_port.to_be_bytes();
    let mut key = address.map(octets).unwrap_or_default();
    key.extend_from_slice(&[protocol, 0, 0, 0, high, low, 0, 0]);
    key
}

fn endpoint(target: &Target) -> Vec<u8> {
    let [high, low] = target.port.to_be_bytes();
    let mut value = octets(target.address);
    value.extend_from_slice(&[high, low, 0, 0]);
    value
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

/// The next number, big endian; `None` behind the last one.
fn successor(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut next = bytes.to_vec();
    for byte in next.iter_mut().rev() {
        let (sum, overflows) = byte.overflowing_add(1);
        *byte = sum;
        if !overflows {
            return Some(next);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(text: Option<&str>, targets: &[&str]) -> PublishedPort {
        let target = |text: &&str| {
            let socket: std::net::SocketAddr = text.parse().unwrap();
            Target {
                address: socket.ip(),
                port: socket.port(),
            }
        };
        let host_address = text.map(|text| text.parse().unwrap());
        let port = HostPort {
            protocol: Protocol::Tcp,
            host_address,
            host_port: 80,
        };
        PublishedPort {
            port,
            targets: targets.iter().map(target).collect(),
        }
    }

    fn sets(port: PublishedPort) -> Vec<Set> {
        of_ports(&[port], "shop/web")
            .keys()
            .map(|key| key.set)
            .collect()
    }

    #[test]
    fn gives_each_family_the_targets_of_its_own() {
        let both = published(None, &["10.1.0.2:80", "10.1.0.3:80", "[fd00::2]:80"]);
        assert_eq!(
            sets(both),
            [
                Set::Ports4,
                Set::Ports6,
                Set::Endpoints4,
                Set::Endpoints4,
                Set::Endpoints6
            ]
        );
        assert_eq!(sets(published(Some("::"), &["10.1.0.2:80"])), []);
    }

    #[test]
    fn leaves_loopback_addresses_and_ports_without_targets_to_the_proxy() {
        assert_eq!(sets(published(Some("127.0.0.1"), &["10.1.0.2:80"])), []);
        assert_eq!(sets(published(None, &[])), []);
    }

    #[test]
    fn knows_the_address_behind_a_subnet() {
        assert_eq!(successor(&[10, 0, 0, 255]), Some(vec![10, 0, 1, 0]));
        assert_eq!(successor(&[255; 4]), None);
    }
}

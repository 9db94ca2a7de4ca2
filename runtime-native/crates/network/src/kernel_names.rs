//! Names of kernel objects, derived from their owner: making a thing twice is making it once, and what belongs to nobody
//! can be found.

use std::net::Ipv4Addr;

use sha2::{Digest, Sha256};

use crate::names::{ContainerId, InterfaceName, NetworkName};

/// Part of the group of links; the rest tells nodes apart.
const GROUP_BASE: u32 = 0x7473_0000;

/// The part of every host-wide name that tells nodes on one host apart.
#[derive(Clone, Debug)]
pub(crate) struct NodeKey(String);

impl NodeKey {
    /// Empty for the default node.
    pub(crate) fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// `ts-5f02c91a`
    pub(crate) fn bridge(&self, network: &NetworkName) -> String {
        format!("ts-{}", self.hex(&["bridge", network.as_str()], 8))
    }

    /// `tv0123456789a`: the host's end of a container's interface.
    pub(crate) fn veth(&self, id: &ContainerId, interface: &InterfaceName) -> String {
        format!(
            "tv{}",
            self.hex(&["veth", id.as_str(), interface.as_str()], 11)
        )
    }

    /// `IFLA_GROUP` of all links of this node.
    pub(crate) fn link_group(&self) -> u32 {
        let [first, second, ..] = self.digest(&["group"]);
        GROUP_BASE | u32::from(u16::from_be_bytes([first, second]))
    }

    /// MAC address of a bridge: without a fixed one a bridge takes the lowest of its ports'.
    pub(crate) fn bridge_mac(&self, network: &NetworkName) -> [u8; 6] {
        let [a, b, c, d, ..] = self.digest(&["bridge", network.as_str()]);
        [0x02, 0x73, a, b, c, d]
    }

    /// The 56 random bits of a network's unique local /64 (RFC 4193), the same after every restart of the host.
    pub(crate) fn unique_local(&self, machine: &str, network: &NetworkName) -> [u8; 7] {
        let [a, b, c, d, e, f, g, ..] = self.digest(&["ula", machine, network.as_str()]);
        [a, b, c, d, e, f, g]
    }

    fn hex(&self, parts: &[&str], digits: usize) -> String {
        let text: String = self
            .digest(parts)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        text.chars().take(digits).collect()
    }

    fn digest(&self, parts: &[&str]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(&self.0);
        for part in parts {
            // A separator that no part contains.
            hash.update([0]);
            hash.update(part);
        }
        hash.finalize().into()
    }
}

/// MAC address of a container's interface. It follows from the address, so that a neighbour's stale entry for a
/// released address is right again for the next holder.
pub(crate) fn interface_mac(address: Ipv4Addr) -> [u8; 6] {
    let [a, b, c, d] = address.octets();
    [0x02, 0x74, a, b, c, d]
}

/// `02:74:0a:c9:04:02`
pub(crate) fn mac_text(mac: [u8; 6]) -> String {
    mac.map(|byte| format!("{byte:02x}")).join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_between_nodes_and_fit_the_kernel() {
        let network = NetworkName::parse("shop_default").unwrap();
        let id = ContainerId::parse("0f3c").unwrap();
        let interface = InterfaceName::parse("eth0").unwrap();
        let (one, two) = (NodeKey::new(""), NodeKey::new("3fa9c1"));
        assert_eq!(one.bridge(&network).len(), 11);
        assert_eq!(one.veth(&id, &interface).len(), 13);
        assert_ne!(one.bridge(&network), two.bridge(&network));
        assert_ne!(one.veth(&id, &interface), two.veth(&id, &interface));
        assert_ne!(one.link_group(), two.link_group());
        assert_eq!(
            mac_text(interface_mac(Ipv4Addr::new(10, 201, 4, 2))),
            "02:74:0a:c9:04:02"
        );
    }
}

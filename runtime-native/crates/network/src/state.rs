//! What this node has made, as its journal tells it. Everything else (packet filter, zones, sockets) follows from it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

use crate::api::{AttachedInterface, EnsureResult, PublishedPort, ServiceName};
use crate::names::{ContainerId, NetworkName, Owner};
use crate::prefix::Prefix;

/// A network that was ensured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NetworkRecord {
    pub(crate) name: NetworkName,
    pub(crate) stack: Option<String>,
    pub(crate) bridge: String,
    /// IPv4, host bits zero.
    pub(crate) subnet: Prefix,
    pub(crate) gateway: Ipv4Addr,
    /// IPv6, when enabled; its gateway is the first address.
    pub(crate) subnet6: Option<Prefix>,
    pub(crate) internal: bool,
    pub(crate) mtu: u32,
}

/// How far the attachment of a container got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// Addresses are taken; the rest may or may not be there.
    Intent,
    /// All there.
    Done,
}

/// A container's namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AttachmentRecord {
    pub(crate) id: ContainerId,
    pub(crate) stack: String,
    pub(crate) phase: Phase,
    pub(crate) interfaces: Vec<AttachedInterface>,
}

/// Names and ports of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnerRecord {
    pub(crate) owner: Owner,
    pub(crate) digest: String,
    pub(crate) ready: Vec<ContainerId>,
    pub(crate) names: Vec<ServiceName>,
    pub(crate) ports: Vec<PublishedPort>,
}

/// An address that was released and shall not be given out at once: others may still talk to its last holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Resting {
    pub(crate) network: NetworkName,
    pub(crate) address: Ipv4Addr,
    /// Host's end of the interface that had it; the address is in use until that is gone.
    pub(crate) veth: String,
    /// Milliseconds since boot (CLOCK_BOOTTIME).
    pub(crate) since_ms: u64,
}

/// One change, as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Record {
    Network(NetworkRecord),
    NetworkRemoved(NetworkName),
    Attachment(AttachmentRecord),
    Detached(ContainerId),
    Resting(Resting),
    Owner(OwnerRecord),
    OwnerRemoved(Owner),
}

/// The sum of all records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) networks: BTreeMap<NetworkName, NetworkRecord>,
    pub(crate) attachments: BTreeMap<ContainerId, AttachmentRecord>,
    pub(crate) owners: BTreeMap<Owner, OwnerRecord>,
    pub(crate) resting: Vec<Resting>,
}

impl State {
    /// Takes one change over.
    pub(crate) fn apply(&mut self, record: Record) {
        match record {
            Record::Network(network) => {
                self.networks.insert(network.name.clone(), network);
            }
            Record::NetworkRemoved(name) => {
                self.networks.remove(&name);
                self.resting.retain(|resting| resting.network != name);
            }
            Record::Attachment(attachment) => {
                self.attachments.insert(attachment.id.clone(), attachment);
            }
            Record::Detached(id) => {
                self.attachments.remove(&id);
            }
            Record::Resting(resting) => {
                self.resting.retain(|other| !same_address(other, &resting));
                self.resting.push(resting);
            }
            Record::Owner(owner) => {
                self.owners.insert(owner.owner.clone(), owner);
            }
            Record::OwnerRemoved(owner) => {
                self.owners.remove(&owner);
            }
        }
    }

    /// The fewest records that give this state.
    pub(crate) fn records(&self) -> Vec<Record> {
        let networks = self.networks.values().cloned().map(Record::Network);
        let attachments = self.attachments.values().cloned().map(Record::Attachment);
        let owners = self.owners.values().cloned().map(Record::Owner);
        let resting = self.resting.iter().cloned().map(Record::Resting);
        networks
            .chain(attachments)
            .chain(owners)
            .chain(resting)
            .collect()
    }

    /// Number of [`State::records`].
    pub(crate) fn record_count(&self) -> usize {
        self.networks.len() + self.attachments.len() + self.owners.len() + self.resting.len()
    }

    /// IPv4 addresses that containers have in `network`.
    pub(crate) fn used_addresses(&self, network: &NetworkName) -> BTreeSet<Ipv4Addr> {
        self.interfaces_in(network)
            .filter_map(AttachedInterface::ipv4)
            .collect()
    }

    /// Who has `address` in `network`.
    pub(crate) fn holder_of(
        &self,
        network: &NetworkName,
        address: Ipv4Addr,
    ) -> Option<&ContainerId> {
        let has = |attachment: &&AttachmentRecord| {
            attachment
                .interfaces
                .iter()
                .any(|one| one.network == *network && one.ipv4() == Some(address))
        };
        self.attachments
            .values()
            .find(has)
            .map(|attachment| &attachment.id)
    }

    /// Number of interfaces in `network`.
    pub(crate) fn attachments_of(&self, network: &NetworkName) -> usize {
        self.interfaces_in(network).count()
    }

    fn interfaces_in(&self, network: &NetworkName) -> impl Iterator<Item = &AttachedInterface> {
        let interfaces = self
            .attachments
            .values()
            .flat_map(|attachment| &attachment.interfaces);
        interfaces.filter(move |interface| interface.network == *network)
    }
}

impl NetworkRecord {
    /// Subnets of both families.
    pub(crate) fn subnets(&self) -> Vec<Prefix> {
        std::iter::once(self.subnet).chain(self.subnet6).collect()
    }

    /// The bridge's addresses with the lengths of their subnets.
    pub(crate) fn gateways(&self) -> Vec<Prefix> {
        let v4 = Prefix::new(self.gateway.into(), self.subnet.length());
        let v6 = self
            .gateway6()
            .zip(self.subnet6)
            .and_then(|(gateway, subnet)| Prefix::new(gateway, subnet.length()));
        v4.into_iter().chain(v6).collect()
    }

    /// First address of the IPv6 subnet.
    pub(crate) fn gateway6(&self) -> Option<IpAddr> {
        self.subnet6.map(|subnet| host_in(subnet, 1))
    }

    /// The IPv6 address that goes with an IPv4 address: the same host number.
    pub(crate) fn address6(&self, address: Ipv4Addr) -> Option<Prefix> {
        let subnet = self.subnet6?;
        let IpAddr::V4(first) = self.subnet.address() else {
            return None;
        };
        let number = address.to_bits().wrapping_sub(first.to_bits());
        // 1 is the gateway's, whatever number the IPv4 gateway has.
        Prefix::new(
            host_in(subnet, u128::from(number) + 0x1_0000_0000),
            subnet.length(),
        )
    }

    /// What `net.ensure` answers.
    pub(crate) fn result(&self) -> EnsureResult {
        EnsureResult {
            bridge: self.bridge.clone(),
            subnet: self.subnet,
            gateway: self.gateway.into(),
        }
    }
}

impl AttachedInterface {
    /// Its IPv4 address.
    pub(crate) fn ipv4(&self) -> Option<Ipv4Addr> {
        self.addresses
            .iter()
            .find_map(|prefix| match prefix.address() {
                IpAddr::V4(v4) => Some(v4),
                IpAddr::V6(_) => None,
            })
    }
}

fn host_in(subnet: Prefix, number: u128) -> IpAddr {
    match subnet.address() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() | number).into()),
    }
}

fn same_address(one: &Resting, other: &Resting) -> bool {
    one.network == other.network && one.address == other.address
}

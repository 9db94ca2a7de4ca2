//! Which addresses an attachment gets, and when a released one is given again.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use rustix::time::{ClockId, clock_gettime};

use crate::address_pool::AddressPool;
use crate::api::{AttachParams, AttachedInterface, AttachmentParams};
use crate::error::NetworkError;
use crate::kernel_names::{interface_mac, mac_text};
use crate::link::requests::{delete_link, link_by_name};
use crate::network::Network;
use crate::prefix::Prefix;
use crate::state::{AttachmentRecord, NetworkRecord, Phase, Record, Resting};

/// Released addresses are not given out for this long: neighbours and conntrack remember them.
const REST_MS: u64 = 5_000;

impl Network {
    /// Addresses for every interface.
    pub(crate) fn plan(&mut self, params: AttachParams) -> Result<AttachmentRecord, NetworkError> {
        self.forget_rested();
        let mut interfaces = Vec::new();
        for wanted in &params.attachments {
            let network = self.network(&wanted.network)?.clone();
            let address = match wanted.address {
                Some(address) => self.claim(&network, address, &interfaces)?,
                None => self.allocate(&network, &interfaces)?,
            };
            interfaces.push(interface_of(wanted, &network, address));
        }
        Ok(AttachmentRecord {
            id: params.id,
            stack: params.stack,
            phase: Phase::Intent,
            interfaces,
        })
    }

    fn allocate(
        &mut self,
        network: &NetworkRecord,
        planned: &[AttachedInterface],
    ) -> Result<Ipv4Addr, NetworkError> {
        let used = self.used_in(network, planned);
        let resting: BTreeSet<Ipv4Addr> = self
            .state
            .resting
            .iter()
            .filter(|resting| resting.network == network.name)
            .map(|resting| resting.address)
            .collect();
        let (subnet, gateway) = (network.subnet, network.gateway);
        let pool = AddressPool {
            subnet,
            gateway,
            used: &used,
            resting: &resting,
        };
        let cursor = self.cursors.get(&network.name).copied();
        let address = pool
            .next_free(cursor)
            .ok_or_else(|| NetworkError::NoAddress {
                network: network.name.clone(),
                subnet,
                resting: resting.len(),
            })?;
        self.cursors.insert(network.name.clone(), address);
        Ok(address)
    }

    /// A static address. One that rests is given at once: its next holder has the same MAC address, so that neighbours
    /// are right; only the last holder's interface must be gone.
    fn claim(
        &mut self,
        network: &NetworkRecord,
        address: IpAddr,
        planned: &[AttachedInterface],
    ) -> Result<Ipv4Addr, NetworkError> {
        let refuse = |holder: String| NetworkError::AddressInUse {
            network: network.name.clone(),
            address,
            holder,
        };
        let IpAddr::V4(address) = address else {
            return Err(refuse("only IPv4 addresses can be chosen".to_owned()));
        };
        if let Some(holder) = self.state.holder_of(&network.name, address) {
            return Err(refuse(format!("container {holder} has it")));
        }
        let used = self.used_in(network, planned);
        let none = BTreeSet::new();
        let (subnet, gateway) = (network.subnet, network.gateway);
        let pool = AddressPool {
            subnet,
            gateway,
            used: &used,
            resting: &none,
        };
        if used.contains(&address) || !pool.can_hold(address) {
            return Err(refuse(format!("it is not for containers of {subnet}")));
        }
        let resting = self
            .state
            .resting
            .iter()
            .find(|resting| resting.network == network.name && resting.address == address);
        if let Some(veth) = resting.map(|resting| resting.veth.clone()) {
            // Gone already as a rule.
            let _ = self.links.request(delete_link(&veth));
        }
        Ok(address)
    }

    fn used_in(
        &self,
        network: &NetworkRecord,
        planned: &[AttachedInterface],
    ) -> BTreeSet<Ipv4Addr> {
        let mut used = self.state.used_addresses(&network.name);
        let planned = planned.iter().filter(|one| one.network == network.name);
        used.extend(planned.filter_map(AttachedInterface::ipv4));
        used
    }

    /// Drops addresses that have rested long enough and whose last holder's interface is gone.
    fn forget_rested(&mut self) {
        let now = now_ms();
        let mut kept = Vec::new();
        for resting in std::mem::take(&mut self.state.resting) {
            let is_young = now < resting.since_ms + REST_MS;
            if is_young || !matches!(link_by_name(&mut self.links, &resting.veth), Ok(None)) {
                kept.push(resting);
            }
        }
        self.state.resting = kept;
    }

    pub(crate) fn resting_of(&self, record: &AttachmentRecord) -> Vec<Record> {
        let resting = |interface: &AttachedInterface| {
            Some(Record::Resting(Resting {
                network: interface.network.clone(),
                address: interface.ipv4()?,
                veth: self.node.veth(&record.id, &interface.interface),
                since_ms: now_ms(),
            }))
        };
        record.interfaces.iter().filter_map(resting).collect()
    }
}

fn interface_of(
    wanted: &AttachmentParams,
    network: &NetworkRecord,
    address: Ipv4Addr,
) -> AttachedInterface {
    let v4 = Prefix::new(address.into(), network.subnet.length());
    AttachedInterface {
        network: network.name.clone(),
        interface: wanted.interface.clone(),
        mac: mac_text(interface_mac(address)),
        addresses: v4.into_iter().chain(network.address6(address)).collect(),
        gateway: (!network.internal).then_some(network.gateway.into()),
    }
}

/// Milliseconds since boot, suspend included.
fn now_ms() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds * 1000 + u64::try_from(now.tv_nsec / 1_000_000).unwrap_or(0)
}

//! `net.ensure` and `net.remove`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::api::{EnsureParams, EnsureResult, NetworkEvent, RemoveParams};
use crate::error::NetworkError;
use crate::link::bridge::{self, BridgeSpec};
use crate::link::survey::{default_mtu, taken_subnets};
use crate::network::Network;
use crate::nft::elements::{Elements, NetworkFacts, of_network};
use crate::nft::filter::Source;
use crate::prefix::Prefix;
use crate::state::{NetworkRecord, Record};
use crate::sysctl;
use crate::watch::REAPER;

const MACHINE_ID: &str = "/etc/machine-id";
/// IPv6 needs 1280 (RFC 8200, section 5); the other end is the largest IPv4 packet.
const MTUS: std::ops::RangeInclusive<u32> = 1280..=65535;
/// Room for network, gateway, a host and broadcast.
const LONGEST_PREFIX: u8 = 30;

impl Network {
    /// `net.ensure`
    ///
    /// # Errors
    /// `network.subnet-overlap`; `node.busy` when it is different and something is attached.
    pub fn ensure(&mut self, params: EnsureParams) -> Result<EnsureResult, NetworkError> {
        let wanted = self.network_record(params)?;
        match self.state.networks.get(&wanted.name) {
            Some(known) if *known == wanted => {}
            Some(known) => {
                let known = known.clone();
                self.refuse_if_busy(&known)?;
                self.remove_network(&known)?;
                self.check_overlap(&wanted)?;
            }
            None => self.check_overlap(&wanted)?,
        }
        self.reaper
            .wait_for(&wanted.bridge)
            .map_err(|errno| NetworkError::kernel("wait for the end of", &wanted.bridge, errno))?;
        if !wanted.internal {
            self.enable_forwarding(&wanted)?;
        }
        if self.state.networks.get(&wanted.name) != Some(&wanted) {
            self.record(vec![Record::Network(wanted.clone())])?;
        }
        if let Err(error) = self.build_network(&wanted) {
            // A network that never worked leaves nothing.
            if self.state.attachments_of(&wanted.name) == 0 {
                let _ = self.remove_network(&wanted);
            }
            return Err(error);
        }
        Ok(wanted.result())
    }

    /// `net.remove`
    ///
    /// # Errors
    /// `node.busy` while something is attached.
    pub fn remove(&mut self, params: RemoveParams) -> Result<(), NetworkError> {
        let Some(known) = self.state.networks.get(&params.name).cloned() else {
            return Ok(());
        };
        self.refuse_if_busy(&known)?;
        self.remove_network(&known)
    }

    /// Bridge and elements, made or brought in line.
    pub(crate) fn build_network(&mut self, record: &NetworkRecord) -> Result<(), NetworkError> {
        self.build_bridge(record)?;
        let elements = network_elements(record);
        self.filter
            .set(Source::Network(record.name.clone()), elements)
            .map_err(|refusal| NetworkError::filter(self.filter.table(), refusal))
    }

    /// The bridge alone; gives its index.
    pub(crate) fn build_bridge(&mut self, record: &NetworkRecord) -> Result<u32, NetworkError> {
        let spec = BridgeSpec {
            name: &record.bridge,
            alias: record.name.as_str(),
            mac: self.node.bridge_mac(&record.name),
            mtu: record.mtu,
            group: self.node.link_group(),
            addresses: &record.gateways(),
        };
        bridge::ensure(&mut self.links, spec)
            .map_err(|refusal| NetworkError::kernel("make bridge", &record.bridge, refusal))
    }

    fn remove_network(&mut self, record: &NetworkRecord) -> Result<(), NetworkError> {
        self.filter
            .set(Source::Network(record.name.clone()), Elements::new())
            .map_err(|refusal| NetworkError::filter(self.filter.table(), refusal))?;
        self.record(vec![Record::NetworkRemoved(record.name.clone())])?;
        self.cursors.remove(&record.name);
        self.delete_links(vec![record.bridge.clone()])
    }

    /// Begins to delete links; see [`crate::link_reaper`].
    pub(crate) fn delete_links(&mut self, links: Vec<String>) -> Result<(), NetworkError> {
        self.reaper
            .delete(links, &self.poller, REAPER)
            .map_err(|errno| NetworkError::kernel("fork", "a worker that deletes links", errno))
    }

    fn network_record(&mut self, params: EnsureParams) -> Result<NetworkRecord, NetworkError> {
        let subnet = params.subnet.network();
        let gateway = gateway_of(subnet, params.gateway)?;
        let mtu = match (params.mtu, self.state.networks.get(&params.name)) {
            (Some(mtu), _) => mtu,
            // Not chosen anew: the default route may be another one by now.
            (None, Some(known)) => known.mtu,
            (None, None) => default_mtu(&mut self.links)
                .map_err(|refusal| NetworkError::kernel("read", "the host's routes", refusal))?,
        };
        if !MTUS.contains(&mtu) {
            return Err(NetworkError::BadRequest(format!(
                "{mtu} is not an MTU of 1280 to 65535"
            )));
        }
        let wants_ipv6 = params.enable_ipv6 && sysctl::has_ipv6();
        Ok(NetworkRecord {
            bridge: self.node.bridge(&params.name),
            subnet6: if wants_ipv6 {
                self.unique_local(&params)
            } else {
                None
            },
            name: params.name,
            stack: params.stack,
            subnet,
            gateway,
            internal: params.internal,
            mtu,
        })
    }

    fn unique_local(&self, params: &EnsureParams) -> Option<Prefix> {
        let machine = std::fs::read_to_string(MACHINE_ID).unwrap_or_default();
        let [a, b, c, d, e, f, g] = self.node.unique_local(machine.trim(), &params.name);
        let octets = [0xfd, a, b, c, d, e, f, g, 0, 0, 0, 0, 0, 0, 0, 0];
        Prefix::new(Ipv6Addr::from(octets).into(), 64)
    }

    fn refuse_if_busy(&self, record: &NetworkRecord) -> Result<(), NetworkError> {
        match self.state.attachments_of(&record.name) {
            0 => Ok(()),
            attachments => Err(NetworkError::Busy {
                network: record.name.clone(),
                attachments,
            }),
        }
    }

    fn check_overlap(&mut self, wanted: &NetworkRecord) -> Result<(), NetworkError> {
        let refuse = |subnet: Prefix, other: String| NetworkError::SubnetOverlap {
            network: wanted.name.clone(),
            subnet,
            other,
        };
        for subnet in wanted.subnets() {
            let others = self
                .state
                .networks
                .values()
                .filter(|other| other.name != wanted.name);
            for other in others {
                if other
                    .subnets()
                    .iter()
                    .any(|theirs| theirs.overlaps(&subnet))
                {
                    return Err(refuse(subnet, format!("network {}", other.name)));
                }
            }
            let taken = self
                .host_subnets()?
                .into_iter()
                .find(|taken| taken.overlaps(&subnet));
            if let Some(taken) = taken {
                return Err(refuse(subnet, format!("{taken} of the host")));
            }
        }
        Ok(())
    }

    /// Routes and addresses of the host that are not our networks'.
    pub(crate) fn host_subnets(&mut self) -> Result<Vec<Prefix>, NetworkError> {
        let group = self.node.link_group();
        taken_subnets(&mut self.links, |link| link.group != group)
            .map(|subnets| subnets.into_iter().collect())
            .map_err(|refusal| NetworkError::kernel("read", "the host's routes", refusal))
    }

    fn enable_forwarding(&mut self, record: &NetworkRecord) -> Result<(), NetworkError> {
        let failed = |errno| NetworkError::kernel("enable", "forwarding of packets", errno);
        if sysctl::enable_ipv4_forwarding().map_err(failed)? {
            let what = "net.ipv4.ip_forward was 0, containers need 1".to_owned();
            self.events.push(NetworkEvent::Repaired { what });
        }
        if record.subnet6.is_some() && sysctl::enable_ipv6_forwarding().map_err(failed)? {
            let what = "net.ipv6.conf.all.forwarding was 0, containers need 1".to_owned();
            self.events.push(NetworkEvent::Repaired { what });
        }
        Ok(())
    }
}

/// What the packet filter has to know of a network.
pub(crate) fn network_elements(record: &NetworkRecord) -> Elements {
    of_network(NetworkFacts {
        bridge: &record.bridge,
        subnets: &record.subnets(),
        internal: record.internal,
        comment: record.name.as_str(),
    })
}

fn gateway_of(subnet: Prefix, wanted: Option<IpAddr>) -> Result<Ipv4Addr, NetworkError> {
    let (IpAddr::V4(first), IpAddr::V4(last)) = (subnet.address(), subnet.last()) else {
        return Err(NetworkError::BadRequest(format!(
            "{subnet} is not an IPv4 subnet"
        )));
    };
    if subnet.length() > LONGEST_PREFIX {
        let text = format!("{subnet} is too small for a network; /{LONGEST_PREFIX} is the least");
        return Err(NetworkError::BadRequest(text));
    }
    match wanted {
        None => Ok(Ipv4Addr::from_bits(first.to_bits() + 1)),
        Some(IpAddr::V4(gateway)) if first < gateway && gateway < last => Ok(gateway),
        Some(other) => Err(NetworkError::BadRequest(format!(
            "{other} is not a host's address in {subnet}"
        ))),
    }
}

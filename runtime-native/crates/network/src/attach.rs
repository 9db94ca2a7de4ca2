//! `net.attach` and `net.detach`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::AsFd;

use rustix::io::Errno;
use rustix::time::{ClockId, clock_gettime};
use tsorch_dns::control::{Command, Listener};

use crate::address_pool::AddressPool;
use crate::api::{AttachParams, AttachResult, AttachedInterface, AttachmentParams, DetachParams};
use crate::error::NetworkError;
use crate::kernel_names::{interface_mac, mac_text};
use crate::link::requests::{delete_link, link_by_name, set_up_by_name};
use crate::link::veth::{self, VethSpec};
use crate::name_service::DnsSockets;
use crate::names::{ContainerId, NetworkName};
use crate::netlink::Socket;
use crate::network::Network;
use crate::prefix::Prefix;
use crate::state::{AttachmentRecord, NetworkRecord, Phase, Record, Resting};
use crate::sysctl::{self, Conf};

/// Released addresses are not given out for this long: neighbours and conntrack remember them.
const REST_MS: u64 = 5_000;
/// Every interface has an IPv4 address; this one stands where the compiler cannot know it.
const NO_ADDRESS_MAC: [u8; 6] = [0x02, 0x74, 0, 0, 0, 0];

impl Network {
    /// `net.attach`
    ///
    /// # Errors
    /// `network.not-found`, `network.no-address`, `network.address-in-use`; nothing is left behind then.
    pub fn attach(&mut self, params: AttachParams) -> Result<AttachResult, NetworkError> {
        check_request(&params)?;
        if let Some(known) = self.state.attachments.get(&params.id).cloned() {
            match known.phase {
                Phase::Done if is_same(&known, &params) => {
                    if !self.is_attached(&known)? {
                        self.build_attachment(&known)?;
                    }
                    return Ok(self.attach_result(&known));
                }
                Phase::Done => return Err(NetworkError::AttachedOtherwise(params.id)),
                Phase::Intent => self.undo(&params.id)?,
            }
        }
        if !self.state.attachments.contains_key(&params.id) {
            // A namespace that no journal knows any more: what is in it is not what was asked for.
            self.undo(&params.id)?;
        }
        let mut record = self.plan(params)?;
        self.record(vec![Record::Attachment(record.clone())])?;
        let built = self.build_attachment(&record).and_then(|()| {
            record.phase = Phase::Done;
            self.record(vec![Record::Attachment(record.clone())])
        });
        if let Err(error) = built {
            let _ = self.undo(&record.id);
            return Err(error);
        }
        Ok(self.attach_result(&record))
    }

    /// `net.detach`
    ///
    /// # Errors
    /// The first of them; all that could be removed is.
    pub fn detach(&mut self, params: DetachParams) -> Result<(), NetworkError> {
        self.undo(&params.id)
    }

    /// Makes everything of an attachment that is not there.
    pub(crate) fn build_attachment(
        &mut self,
        record: &AttachmentRecord,
    ) -> Result<(), NetworkError> {
        let id = &record.id;
        let wants_dns = !record.interfaces.is_empty() && !self.dns_sockets.contains_key(id);
        let (namespace, (mut inside, dns)) = self
            .host
            .ensure(id.as_str(), || prepare_namespace(wants_dns))
            .map_err(|errno| NetworkError::kernel("make the namespace of", id.as_str(), errno))?;
        for interface in &record.interfaces {
            let network = self.network_of(interface)?.clone();
            let bridge = self.bridge_index(&network)?;
            let name = self.node.veth(id, &interface.interface);
            let spec = VethSpec {
                name: &name,
                peer: interface.interface.as_str(),
                alias: id.as_str(),
                mac: interface.ipv4().map_or(NO_ADDRESS_MAC, interface_mac),
                mtu: network.mtu,
                group: self.node.link_group(),
                bridge,
            };
            self.reaper
                .wait_for(&name)
                .map_err(|errno| NetworkError::kernel("wait for the end of", &name, errno))?;
            veth::ensure(&mut self.links, spec, (namespace.as_fd(), &mut inside))
                .map_err(|refusal| NetworkError::kernel("make interface", &name, refusal))?;
        }
        self.host
            .inside(namespace.as_fd(), || allow_ipv6(&record.interfaces))
            .map_err(|errno| NetworkError::kernel("set IPv6 of", id.as_str(), errno))?;
        self.configure_interfaces(&mut inside, record)?;
        if let Some(sockets) = dns {
            self.dns_sockets.insert(id.clone(), sockets);
        }
        self.tell_listener(record)
    }

    /// The worker serves the container's DNS sockets, if it has any.
    pub(crate) fn tell_listener(&mut self, record: &AttachmentRecord) -> Result<(), NetworkError> {
        let told = match (self.dns_sockets.get(&record.id), self.listener(record)) {
            (Some(sockets), listener) => self
                .names
                .worker()
                .send(&Command::Listen(listener), &sockets.fds()),
            (None, _) => Ok(()),
        };
        self.after_telling(told)
    }

    /// What the worker has to know of a container.
    pub(crate) fn listener(&self, record: &AttachmentRecord) -> Listener {
        let networks = || {
            record
                .interfaces
                .iter()
                .filter_map(|one| self.network_of(one).ok())
        };
        Listener {
            id: record.id.to_string(),
            networks: networks().map(|network| network.name.to_string()).collect(),
            subnets: networks()
                .flat_map(NetworkRecord::subnets)
                .map(|subnet| (subnet.address(), subnet.length()))
                .collect(),
            gateway: networks().next().map(|network| network.gateway.into()),
            // CVE-2024-29018: an internal network must not leak through names.
            forwards: networks().any(|network| !network.internal),
        }
    }

    /// Removes everything of a container, whatever there is; goes on after an error and tells the first.
    pub(crate) fn undo(&mut self, id: &ContainerId) -> Result<(), NetworkError> {
        // Sockets keep the namespace alive, ours and the worker's.
        let mut outcome = match self.dns_sockets.remove(id) {
            None => Ok(()),
            Some(_) => {
                let worker = self.names.worker();
                let told = worker.send(&Command::Unlisten(id.to_string()), &[]);
                let told = told.and_then(|()| worker.sync());
                self.after_telling(told)
            }
        };
        let removed = self.host.remove(id.as_str()).map(|_| ());
        outcome =
            outcome.and(removed.map_err(|errno| {
                NetworkError::kernel("remove the namespace of", id.as_str(), errno)
            }));
        if let Some(record) = self.state.attachments.get(id).cloned() {
            self.end_flows_to(&record);
            let mut records = self.resting_of(&record);
            records.push(Record::Detached(id.clone()));
            outcome = outcome.and(self.record(records));
        }
        outcome
    }

    /// Addresses for every interface.
    fn plan(&mut self, params: AttachParams) -> Result<AttachmentRecord, NetworkError> {
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

    fn resting_of(&self, record: &AttachmentRecord) -> Vec<Record> {
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

    /// Whether namespace and interfaces are there.
    fn is_attached(&mut self, record: &AttachmentRecord) -> Result<bool, NetworkError> {
        let failed = |errno| NetworkError::kernel("look at", record.id.as_str(), errno);
        let is_made = self
            .host
            .find(record.id.as_str())
            .map_err(failed)?
            .is_some();
        Ok(is_made && !self.is_cut_off(record))
    }

    /// Whether one of its interfaces is missing, down, or in no bridge.
    pub(crate) fn is_cut_off(&mut self, record: &AttachmentRecord) -> bool {
        record.interfaces.iter().any(|interface| {
            let name = self.node.veth(&record.id, &interface.interface);
            let link = link_by_name(&mut self.links, &name);
            link.is_ok_and(|link| link.is_none_or(|link| link.master.is_none() || !link.is_up))
        })
    }

    /// Whether one of its interfaces is there.
    pub(crate) fn has_interfaces(&mut self, record: &AttachmentRecord) -> bool {
        record.interfaces.iter().any(|interface| {
            let name = self.node.veth(&record.id, &interface.interface);
            !matches!(link_by_name(&mut self.links, &name), Ok(None))
        })
    }

    fn configure_interfaces(
        &mut self,
        inside: &mut Socket,
        record: &AttachmentRecord,
    ) -> Result<(), NetworkError> {
        // The first network with a way out gives the default routes.
        let mut has_route = false;
        for interface in &record.interfaces {
            let network = self.network_of(interface)?;
            let mut gateways: Vec<IpAddr> = Vec::new();
            if !network.internal && !has_route {
                gateways = network.gateways().iter().map(Prefix::address).collect();
                has_route = true;
            }
            let name = interface.interface.as_str();
            veth::configure_peer(inside, name, &interface.addresses, &gateways)
                .map_err(|refusal| NetworkError::kernel("configure interface", name, refusal))?;
            let veth = self.node.veth(&record.id, &interface.interface);
            veth::settle(&mut self.links, &veth)
                .map_err(|refusal| NetworkError::kernel("look at", veth, refusal))?;
        }
        Ok(())
    }

    fn bridge_index(&mut self, network: &NetworkRecord) -> Result<u32, NetworkError> {
        let found = link_by_name(&mut self.links, &network.bridge)
            .map_err(|refusal| NetworkError::kernel("look at", &network.bridge, refusal))?;
        match found {
            Some(link) => Ok(link.index),
            // Somebody deleted it, and we have not been told yet.
            None => self.build_bridge(network),
        }
    }

    fn network(&self, name: &NetworkName) -> Result<&NetworkRecord, NetworkError> {
        self.state
            .networks
            .get(name)
            .ok_or_else(|| NetworkError::UnknownNetwork(name.clone()))
    }

    pub(crate) fn network_of(
        &self,
        interface: &AttachedInterface,
    ) -> Result<&NetworkRecord, NetworkError> {
        self.network(&interface.network)
    }

    fn attach_result(&self, record: &AttachmentRecord) -> AttachResult {
        AttachResult {
            netns: self.host.path(record.id.as_str()).display().to_string(),
            interfaces: record.interfaces.clone(),
        }
    }
}

/// Inside the new namespace: settings that interfaces inherit when they arrive, `lo`, the DNS sockets.
fn prepare_namespace(wants_dns: bool) -> Result<(Socket, Option<DnsSockets>), Errno> {
    // CVE-2024-32473, CVE-2020-10749: no address that nobody gave, no router that nobody chose.
    sysctl::set_ipv6("default", Conf::Disable, true)?;
    sysctl::set_ipv6("default", Conf::AcceptRouterAdvertisements, false)?;
    sysctl::set_ipv6("default", Conf::DetectDuplicates, false)?;
    let mut inside = Socket::open(None)?;
    inside
        .request(set_up_by_name("lo"))
        .map_err(|refusal| refusal.errno)?;
    let dns = match wants_dns.then(DnsSockets::open) {
        // The container's own server has the port (only after a restart of ours): it keeps it.
        Some(Err(Errno::ADDRINUSE)) | None => None,
        Some(sockets) => Some(sockets?),
    };
    Ok((inside, dns))
}

fn allow_ipv6(interfaces: &[AttachedInterface]) -> Result<(), Errno> {
    for interface in interfaces {
        if interface
            .addresses
            .iter()
            .any(|prefix| prefix.address().is_ipv6())
        {
            sysctl::set_ipv6(interface.interface.as_str(), Conf::Disable, false)?;
        }
    }
    Ok(())
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

fn check_request(params: &AttachParams) -> Result<(), NetworkError> {
    let mut interfaces = BTreeSet::new();
    let mut networks = BTreeSet::new();
    for wanted in &params.attachments {
        if !interfaces.insert(&wanted.interface) || !networks.insert(&wanted.network) {
            let text = format!("{} or {} stands twice", wanted.interface, wanted.network);
            return Err(NetworkError::BadRequest(text));
        }
    }
    Ok(())
}

/// Whether a repeated request asks for what is there; an address that was not chosen may be any.
fn is_same(known: &AttachmentRecord, params: &AttachParams) -> bool {
    known.interfaces.len() == params.attachments.len()
        && known
            .interfaces
            .iter()
            .zip(&params.attachments)
            .all(|(have, want)| {
                have.network == want.network
                    && have.interface == want.interface
                    && want
                        .address
                        .is_none_or(|address| have.ipv4().map(IpAddr::V4) == Some(address))
            })
}

/// Milliseconds since boot, suspend included.
fn now_ms() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds * 1000 + u64::try_from(now.tv_nsec / 1_000_000).unwrap_or(0)
}

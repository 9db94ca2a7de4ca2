//! What an attachment is made of in the kernel: namespace, interfaces, DNS sockets.

use std::net::IpAddr;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::io::Errno;
use tsorch_dns::control::{Command, Listener};

use crate::api::AttachedInterface;
use crate::error::NetworkError;
use crate::kernel_names::interface_mac;
use crate::link::requests::link_by_name;
use crate::link::veth::{self, VethSpec};
use crate::name_service::DnsSockets;
use crate::names::NetworkName;
use crate::namespace::HostNamespace;
use crate::netlink::Socket;
use crate::network::Network;
use crate::prefix::Prefix;
use crate::state::{AttachmentRecord, NetworkRecord};
use crate::sysctl::{self, Conf};

/// Every interface has an IPv4 address; this one stands where the compiler cannot know it.
const NO_ADDRESS_MAC: [u8; 6] = [0x02, 0x74, 0, 0, 0, 0];

impl Network {
    /// Makes everything of an attachment that is not there.
    pub(crate) fn build_attachment(
        &mut self,
        record: &AttachmentRecord,
    ) -> Result<(), NetworkError> {
        let id = &record.id;
        let (namespace, mut inside) = self
            .namespace_of(id.as_str())
            .map_err(|errno| NetworkError::kernel("make the namespace of", id.as_str(), errno))?;
        let wants_dns = !record.interfaces.is_empty() && !self.dns_sockets.contains_key(id);
        let dns = match wants_dns {
            true => open_dns(&self.host, namespace.as_fd()).map_err(|errno| {
                NetworkError::kernel("open the DNS sockets of", id.as_str(), errno)
            })?,
            false => None,
        };
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

    /// Whether namespace and interfaces are there.
    pub(crate) fn is_attached(&mut self, record: &AttachmentRecord) -> Result<bool, NetworkError> {
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

    pub(crate) fn network(&self, name: &NetworkName) -> Result<&NetworkRecord, NetworkError> {
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
}

fn open_dns(host: &HostNamespace, namespace: BorrowedFd<'_>) -> Result<Option<DnsSockets>, Errno> {
    match host.inside(namespace, DnsSockets::open) {
        // The container's own server has the port (only after a restart of ours): it keeps it.
        Err(Errno::ADDRINUSE) => Ok(None),
        opened => opened.map(Some),
    }
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

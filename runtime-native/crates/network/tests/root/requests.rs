//! Requests with sensible values.

use std::net::{IpAddr, SocketAddr};

use tsorch_network::Network;
use tsorch_network::api::{
    AttachParams, AttachResult, AttachmentParams, DetachParams, EnsureParams, HostPort, Protocol,
    PublishedPort, ServiceName, SwitchParams, Target,
};
use tsorch_network::names::{ContainerId, HostName, InterfaceName, NetworkName, Owner};

pub(crate) fn network(name: &str) -> NetworkName {
    NetworkName::parse(name).unwrap()
}

pub(crate) fn container(id: &str) -> ContainerId {
    ContainerId::parse(id).unwrap()
}

pub(crate) fn owner(text: &str) -> Owner {
    Owner::parse(text).unwrap()
}

pub(crate) fn ensure_params(name: &str, subnet: &str) -> EnsureParams {
    EnsureParams {
        name: network(name),
        stack: Some("shop".to_owned()),
        subnet: subnet.parse().unwrap(),
        gateway: None,
        internal: false,
        mtu: None,
        enable_ipv6: false,
    }
}

pub(crate) fn ensure(net: &mut Network, name: &str, subnet: &str) {
    net.ensure(ensure_params(name, subnet)).unwrap();
}

pub(crate) fn attach_params(id: &str, networks: &[&str]) -> AttachParams {
    let attachment = |(index, name): (usize, &&str)| AttachmentParams {
        network: network(name),
        interface: InterfaceName::parse(format!("eth{index}")).unwrap(),
        address: None,
    };
    AttachParams {
        id: container(id),
        stack: "shop".to_owned(),
        attachments: networks.iter().enumerate().map(attachment).collect(),
    }
}

pub(crate) fn attach(net: &mut Network, id: &str, networks: &[&str]) -> AttachResult {
    net.attach(attach_params(id, networks)).unwrap()
}

/// Attaches to one network; gives the IPv4 address.
pub(crate) fn attach_one(net: &mut Network, id: &str, name: &str) -> IpAddr {
    attach(net, id, &[name]).interfaces[0].addresses[0].address()
}

pub(crate) fn detach(net: &mut Network, id: &str) {
    net.detach(DetachParams { id: container(id) }).unwrap();
}

pub(crate) fn port(protocol: Protocol, number: u16, targets: &[SocketAddr]) -> PublishedPort {
    PublishedPort {
        port: HostPort {
            protocol,
            host_address: None,
            host_port: number,
        },
        targets: targets
            .iter()
            .map(|target| Target {
                address: target.ip(),
                port: target.port(),
            })
            .collect(),
    }
}

pub(crate) fn service_name(on: &str, name: &str, addresses: &[IpAddr]) -> ServiceName {
    ServiceName {
        network: network(on),
        name: HostName::parse(name).unwrap(),
        addresses: addresses.to_vec(),
    }
}

pub(crate) fn switch_params(
    text: &str,
    names: Vec<ServiceName>,
    ports: Vec<PublishedPort>,
) -> SwitchParams {
    SwitchParams {
        owner: owner(text),
        digest: format!("{ports:?}"),
        ready: Vec::new(),
        names,
        ports,
    }
}

pub(crate) fn switch_ports(net: &mut Network, text: &str, ports: Vec<PublishedPort>) {
    net.switch(switch_params(text, Vec::new(), ports)).unwrap();
}

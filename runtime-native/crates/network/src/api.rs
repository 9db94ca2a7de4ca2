//! Parameters and results of the `net.*` calls (schemas/protocol/hostd.md).

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::names::{ContainerId, HostName, InterfaceName, NetworkName, Owner};
use crate::prefix::Prefix;

/// `net.ensure`: makes a network or brings it in line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnsureParams {
    /// Name on the host.
    pub name: NetworkName,
    /// Owner, for people; absent for external networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// IPv4, at most /30.
    pub subnet: Prefix,
    /// Absent: the first address of the subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<IpAddr>,
    /// No way out of the network and no way in.
    #[serde(default)]
    pub internal: bool,
    /// Absent: the one of the interface with the default route, else 1500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u32>,
    /// Adds a /64 of unique local addresses (RFC 4193), derived from host and name.
    #[serde(default)]
    pub enable_ipv6: bool,
}

/// What `net.ensure` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnsureResult {
    /// `ts-5f02c91a`
    pub bridge: String,
    /// The network's own subnet, host bits zero.
    pub subnet: Prefix,
    /// The bridge's address.
    pub gateway: IpAddr,
}

/// `net.remove`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveParams {
    /// An unknown one is no error.
    pub name: NetworkName,
}

/// `net.attach`: makes the namespace of a container with all its interfaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachParams {
    /// Container.
    pub id: ContainerId,
    /// Owner, for people.
    pub stack: String,
    /// In declared order; the first network that has a way out gives the default route. Empty: only `lo`.
    pub attachments: Vec<AttachmentParams>,
}

/// One interface of `net.attach`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentParams {
    /// Made by `net.ensure` before.
    pub network: NetworkName,
    /// `eth0`
    pub interface: InterfaceName,
    /// Static IPv4 address; absent: a free one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
}

/// What `net.attach` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachResult {
    /// `<run-dir>/netns/<id>`, a bind mount of the namespace.
    pub netns: String,
    /// In the order of the request.
    pub interfaces: Vec<AttachedInterface>,
}

/// One interface as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedInterface {
    /// Network it belongs to.
    pub network: NetworkName,
    /// `eth0`
    pub interface: InterfaceName,
    /// `02:74:0a:c9:00:02`; follows from the address.
    pub mac: String,
    /// IPv4 first.
    pub addresses: Vec<Prefix>,
    /// Absent on internal networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<IpAddr>,
}

/// `net.detach`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetachParams {
    /// An unknown one is no error.
    pub id: ContainerId,
}

/// `net.switch`: replaces names and published ports of an owner in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchParams {
    /// `shop/web`
    pub owner: Owner,
    /// Given back by `net.dump`, never read.
    pub digest: String,
    /// Containers behind it; given back by `net.dump`, never read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ready: Vec<ContainerId>,
    /// Names it answers to.
    pub names: Vec<ServiceName>,
    /// Ports it publishes; a port without targets stays reserved and refuses connections.
    pub ports: Vec<PublishedPort>,
}

/// A name on one network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ServiceName {
    /// Network whose containers see it.
    pub network: NetworkName,
    /// `web`
    pub name: HostName,
    /// Without prefix length.
    pub addresses: Vec<IpAddr>,
}

/// Transport of a published port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Transmission Control Protocol.
    Tcp,
    /// User Datagram Protocol.
    Udp,
}

/// A port of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostPort {
    /// Transport.
    pub protocol: Protocol,
    /// Absent: all addresses of both families. `0.0.0.0` and `::`: all of one family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_address: Option<IpAddr>,
    /// 1-65535.
    pub host_port: u16,
}

/// A port of the host and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedPort {
    /// Where connections arrive.
    #[serde(flatten)]
    pub port: HostPort,
    /// Where they go, each with the same probability.
    pub targets: Vec<Target>,
}

/// Where a published port leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// A container's address.
    pub address: IpAddr,
    /// 1-65535.
    pub port: u16,
}

/// `net.checkPorts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckPortsParams {
    /// Its own ports are no conflict.
    pub owner: Owner,
    /// Ports it would publish.
    pub ports: Vec<HostPort>,
}

/// What `net.checkPorts` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckPortsResult {
    /// Empty: all are free.
    pub conflicts: Vec<PortConflict>,
}

/// A port that somebody else holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortConflict {
    /// The port that was asked for.
    #[serde(flatten)]
    pub port: HostPort,
    /// For people: `nginx (pid 812)`, or `stack "blog", service "web"`.
    pub holder: String,
}

/// What `net.dump` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DumpResult {
    /// By name.
    pub networks: Vec<DumpedNetwork>,
    /// By id.
    pub attachments: Vec<DumpedAttachment>,
    /// By owner.
    pub owners: Vec<DumpedOwner>,
    /// Routes and addresses of the host that are not our networks', default routes left out.
    pub host_subnets: Vec<Prefix>,
}

/// A network in `net.dump`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpedNetwork {
    /// Name on the host.
    pub name: NetworkName,
    /// As `net.ensure` got it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// `ts-5f02c91a`
    pub bridge: String,
    /// Host bits zero.
    pub subnet: Prefix,
    /// The bridge's address.
    pub gateway: IpAddr,
    /// As `net.ensure` got it.
    pub internal: bool,
    /// Number of attached interfaces.
    pub attachments: usize,
}

/// A container's namespace in `net.dump`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpedAttachment {
    /// Container.
    pub id: ContainerId,
    /// As `net.attach` answered.
    pub interfaces: Vec<AttachedInterface>,
}

/// An owner in `net.dump`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpedOwner {
    /// `shop/web`
    pub owner: Owner,
    /// As `net.switch` got it.
    pub digest: String,
    /// As `net.switch` got it.
    pub ready: Vec<ContainerId>,
}

/// What `node.sweep` knows to be wanted; everything else of this node goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepParams {
    /// Containers that exist.
    pub containers: Vec<ContainerId>,
    /// Networks that exist.
    pub networks: Vec<NetworkName>,
}

/// What happened by itself, for the daemon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data")]
pub enum NetworkEvent {
    /// Somebody changed what is ours, or the host lacked something; it is as it should be again.
    #[serde(rename = "net.repaired")]
    Repaired {
        /// For people: `packet filter table "tsorch"`.
        what: String,
    },
    /// A published port could not be taken again after a restart of hostd.
    #[serde(rename = "net.portLost")]
    PortLost {
        /// `shop/web`
        owner: Owner,
        /// For people: `tcp *:8080`.
        port: String,
    },
    /// A helper process ended and was replaced.
    #[serde(rename = "worker.restarted")]
    WorkerRestarted {
        /// `dns`
        what: String,
    },
}

impl Protocol {
    /// `tcp` or `udp`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

impl fmt::Display for HostPort {
    /// `tcp 0.0.0.0:80`, `udp *:53`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = self.protocol.as_str();
        match self.host_address {
            None => write!(formatter, "{protocol} *:{}", self.host_port),
            Some(IpAddr::V4(v4)) => write!(formatter, "{protocol} {v4}:{}", self.host_port),
            Some(IpAddr::V6(v6)) => write!(formatter, "{protocol} [{v6}]:{}", self.host_port),
        }
    }
}

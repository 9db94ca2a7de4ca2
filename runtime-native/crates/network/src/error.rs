//! Why a network call failed, and how that is told to the daemon.

use std::net::IpAddr;

use rustix::io::Errno;
use tsorch_protocol::{Code, ErrorBody, code};

use crate::api::HostPort;
use crate::names::{ContainerId, NetworkName};
use crate::netlink::Refusal;
use crate::prefix::Prefix;

fn is_denied(errno: Errno) -> bool {
    matches!(errno, Errno::PERM | Errno::ACCESS)
}

/// Everything that a `net.*` call can answer instead of a result.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The network was never ensured.
    #[error("there is no network {0}")]
    UnknownNetwork(NetworkName),
    /// Another owner or program has the port.
    #[error("cannot publish {port}: it is held by {holder}")]
    PortInUse {
        /// The port asked for.
        port: HostPort,
        /// For people.
        holder: String,
    },
    /// The address is not one of this host.
    #[error("cannot publish {port}: this host has no such address")]
    NoHostAddress {
        /// The port asked for.
        port: HostPort,
    },
    /// The subnet is full.
    #[error(
        "network {network} has no free address in {subnet} ({resting} were released a moment ago)"
    )]
    NoAddress {
        /// Network.
        network: NetworkName,
        /// Its subnet.
        subnet: Prefix,
        /// Addresses that are free again in some seconds.
        resting: usize,
    },
    /// A static address is taken, or outside of the subnet.
    #[error("address {address} of network {network} is not available: {holder}")]
    AddressInUse {
        /// Network.
        network: NetworkName,
        /// Address asked for.
        address: IpAddr,
        /// Who has it, or why it cannot be given.
        holder: String,
    },
    /// The subnet is somebody else's.
    #[error("subnet {subnet} of network {network} overlaps {other}")]
    SubnetOverlap {
        /// Network.
        network: NetworkName,
        /// Its wanted subnet.
        subnet: Prefix,
        /// A route of the host or another network.
        other: String,
    },
    /// It cannot be changed or removed while something is attached.
    #[error("network {network} has {attachments} attachments")]
    Busy {
        /// Network.
        network: NetworkName,
        /// How many interfaces.
        attachments: usize,
    },
    /// The id is attached to other networks than asked for.
    #[error("container {0} is attached to other networks already")]
    AttachedOtherwise(ContainerId),
    /// The request contradicts itself.
    #[error("{0}")]
    BadRequest(String),
    /// The kernel lacks a feature.
    #[error("the kernel cannot {operation}: {feature} is missing")]
    MissingFeature {
        /// What was tried.
        operation: &'static str,
        /// Module or option.
        feature: &'static str,
    },
    /// A call to the kernel failed.
    #[error("cannot {operation} {object}: {source}")]
    Kernel {
        /// `create bridge`
        operation: &'static str,
        /// `ts-5f02c91a`
        object: String,
        /// As the kernel answered.
        source: Refusal,
    },
    /// The DNS worker does not answer and could not be replaced.
    #[error("the dns worker does not answer")]
    Worker(#[source] Errno),
}

impl NetworkError {
    /// A call to the kernel failed.
    pub(crate) fn kernel(
        operation: &'static str,
        object: impl Into<String>,
        source: impl Into<Refusal>,
    ) -> Self {
        Self::Kernel {
            operation,
            object: object.into(),
            source: source.into(),
        }
    }

    /// The packet filter's table could not be written.
    pub(crate) fn filter(table: &str, source: Refusal) -> Self {
        match source.errno {
            // Missing expressions are ENOENT, a missing subsystem the others.
            Errno::NOENT | Errno::OPNOTSUPP | Errno::PROTONOSUPPORT | Errno::INVAL => {
                Self::MissingFeature {
                    operation: "write the packet filter",
                    feature: "nf_tables with nat, fib, ct, masq and numgen",
                }
            }
            _ => Self::kernel("write the packet filter's table", table, source),
        }
    }

    /// The code of schemas/error-codes.json.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::UnknownNetwork(_) => code!("network.not-found"),
            Self::PortInUse { .. } => code!("network.port-in-use"),
            Self::NoHostAddress { .. } => code!("network.no-host-address"),
            Self::NoAddress { .. } => code!("network.no-address"),
            Self::AddressInUse { .. } => code!("network.address-in-use"),
            Self::SubnetOverlap { .. } => code!("network.subnet-overlap"),
            Self::Busy { .. } => code!("node.busy"),
            Self::BadRequest(_) => code!("protocol.bad-request"),
            Self::MissingFeature { .. } => code!("host.missing-feature"),
            Self::Kernel { source, .. } if is_denied(source.errno) => code!("host.permission"),
            Self::AttachedOtherwise(_) | Self::Kernel { .. } | Self::Worker(_) => {
                code!("network.failed")
            }
        }
    }

    /// Whether the same call may succeed a moment later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NoAddress { resting, .. } => *resting > 0,
            Self::Kernel { source, .. } => {
                matches!(
                    source.errno,
                    Errno::AGAIN | Errno::BUSY | Errno::NOBUFS | Errno::NOMEM
                )
            }
            Self::Worker(_) => true,
            _ => false,
        }
    }

    fn object(&self) -> Option<String> {
        match self {
            Self::UnknownNetwork(network)
            | Self::NoAddress { network, .. }
            | Self::AddressInUse { network, .. }
            | Self::SubnetOverlap { network, .. }
            | Self::Busy { network, .. } => Some(network.to_string()),
            Self::PortInUse { port, .. } | Self::NoHostAddress { port } => Some(port.to_string()),
            Self::AttachedOtherwise(id) => Some(id.to_string()),
            Self::Kernel { object, .. } => Some(object.clone()),
            Self::BadRequest(_) | Self::MissingFeature { .. } | Self::Worker(_) => None,
        }
    }

    fn errno(&self) -> Option<Errno> {
        match self {
            Self::Kernel { source, .. } => Some(source.errno),
            Self::Worker(errno) => Some(*errno),
            _ => None,
        }
    }
}

impl From<NetworkError> for ErrorBody {
    fn from(error: NetworkError) -> Self {
        let mut body = Self::new(error.code(), error.to_string());
        if let Some(object) = error.object() {
            body = body.about(object);
        }
        if let Some(errno) = error.errno() {
            body = body.errno(errno);
        }
        if error.is_retryable() {
            body.retryable()
        } else {
            body
        }
    }
}

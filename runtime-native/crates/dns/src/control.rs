//! What hostd tells the worker: one datagram of JSON per command on a seqpacket socket, descriptors beside it.
//!
//! Commands are carried out in order. [`Command::Sync`] is answered, with one byte, when everything before it is done:
//! a name that was switched is answered with its new addresses, a descriptor that was to be closed is closed.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

/// Longest command. hostd splits lists of names; the targets of one port fit by far.
pub const MAX_COMMAND_BYTES: usize = 256 * 1024;

/// One command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Answer a container. With it come its sockets: UDP, then TCP (listening).
    Listen(Listener),
    /// Close a container's sockets.
    Unlisten(String),
    /// Forget the names of an owner.
    ForgetNames(String),
    /// Add to the names of an owner.
    AddNames {
        /// `shop/web`
        owner: String,
        /// Checked host names.
        names: Vec<OwnedName>,
    },
    /// Serve a published port on this host. With it comes its socket (TCP: bound, listening while there are targets).
    OpenPort(Port),
    /// Change where a port leads.
    RetargetPort(Port),
    /// Close the socket of a port, and its UDP flows; TCP connections go on.
    ClosePort(PortKey),
    /// Answer when everything before is done.
    Sync,
}

/// A container and what it may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Container id.
    pub id: String,
    /// Networks whose names it sees.
    pub networks: Vec<String>,
    /// Subnets of these networks, `10.201.4.0/24` as address and length: reverse names in them are ours to answer.
    pub subnets: Vec<(IpAddr, u8)>,
    /// What `host.tsorch.internal` stands for.
    pub gateway: Option<IpAddr>,
    /// Whether other names are asked of the host's servers; not on internal networks.
    pub forwards: bool,
}

/// A name on one network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedName {
    /// Network.
    pub network: String,
    /// `web`
    pub name: String,
    /// May be empty: the name exists, but nothing has it.
    pub addresses: Vec<IpAddr>,
}

/// Transport of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Transport {
    /// Connections.
    Tcp,
    /// Datagrams; a flow ends after 90 s without one.
    Udp,
}

/// A socket address of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PortKey {
    /// Transport.
    pub transport: Transport,
    /// `0.0.0.0:80` and `[::]:80` are two.
    pub address: SocketAddr,
}

/// A published port and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// Which.
    pub key: PortKey,
    /// In turn; none = nobody is served.
    pub targets: Vec<SocketAddr>,
}

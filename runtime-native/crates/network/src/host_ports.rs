//! The published ports of this host: really bound, so that nobody else can have them, and told who holds one.
//!
//! The packet filter translates what comes from other machines before any socket sees it; what does meet these sockets
//! is served by the local proxy, which gets copies of them. A TCP port without targets is bound but does not listen, so
//! the kernel refuses connections. SO_REUSEADDR is on only while listening: a listening socket keeps others off whatever
//! they set, one that only is bound does so only without it; and the connections of a listening one must have it, or the
//! port could not be bound again after a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::sockopt::{set_ipv6_v6only, set_socket_reuseaddr};
use rustix::net::{
    AddressFamily, Shutdown, SocketFlags, SocketType, bind, listen, shutdown, socket_with,
};
use tsorch_dns::control::{Port, PortKey, Transport};

use crate::api::{HostPort, Protocol, PublishedPort, Target};
use crate::error::NetworkError;
use crate::names::Owner;
use crate::port_holder;
use crate::port_map::PortMap;

/// Connections that wait for the proxy.
const BACKLOG: i32 = 512;

/// A port that is ours.
#[derive(Debug)]
struct HeldPort {
    owner: Owner,
    targets: Vec<SocketAddr>,
    socket: OwnedFd,
    is_listening: bool,
    /// Whether the proxy knows the targets.
    is_told: bool,
}

/// All ports that are ours.
#[derive(Debug)]
pub(crate) struct HostPorts {
    held: PortMap<HeldPort>,
    by_owner: BTreeMap<Owner, BTreeSet<PortKey>>,
}

/// One socket to be, and the request it comes from.
#[derive(Clone, Debug)]
pub(crate) struct WantedSocket {
    pub(crate) key: PortKey,
    pub(crate) targets: Vec<SocketAddr>,
    pub(crate) port: HostPort,
}

/// The sockets that published ports need: one per family, unless they name an address. Two ports that cannot be bound
/// both are refused.
pub(crate) fn wanted_sockets(
    ports: &[PublishedPort],
) -> Result<PortMap<WantedSocket>, NetworkError> {
    let mut wanted = PortMap::new();
    for PublishedPort { port, targets } in ports {
        for key in keys_of(port) {
            if wanted.overlapping(&key).next().is_some() {
                return Err(NetworkError::BadRequest(format!(
                    "{port} is published twice"
                )));
            }
            let targets = targets_for(key.address.ip(), targets);
            wanted.insert(
                key,
                WantedSocket {
                    key,
                    targets,
                    port: *port,
                },
            );
        }
    }
    Ok(wanted)
}

impl HostPorts {
    pub(crate) fn new() -> Self {
        Self {
            held: PortMap::new(),
            by_owner: BTreeMap::new(),
        }
    }

    /// Who of us other than `owner` keeps `port` taken.
    pub(crate) fn other_owner(&self, owner: &Owner, port: &HostPort) -> Option<&Owner> {
        let keys = keys_of(port);
        let clashes = keys.iter().flat_map(|key| self.held.overlapping(key));
        clashes
            .map(|(_, held)| &held.owner)
            .find(|holder| *holder != owner)
    }

    /// Who would keep `owner` from binding `port`; `None` when it is free, or its own already.
    pub(crate) fn holder(
        &self,
        owner: &Owner,
        port: &HostPort,
    ) -> Result<Option<String>, NetworkError> {
        if let Some(other) = self.other_owner(owner, port) {
            return Ok(Some(describe_owner(other)));
        }
        for key in keys_of(port) {
            let is_own = self.held.overlapping(&key).next().is_some();
            if is_own {
                continue;
            }
            match reserve(&key) {
                Ok(_) => {}
                Err(errno) if is_no_family(errno, port) => {}
                Err(Errno::ADDRINUSE) => return Ok(Some(program_on(&key))),
                // Nobody has it, but binding will fail for a reason of its own.
                Err(_) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Binds `wanted` for `owner`, unless it is bound already. Without targets it does not listen.
    pub(crate) fn open(
        &mut self,
        owner: &Owner,
        wanted: &WantedSocket,
    ) -> Result<(), NetworkError> {
        if self.held.get(&wanted.key).is_some() {
            return Ok(());
        }
        let socket = match bind_port(&wanted.key) {
            Ok(socket) => socket,
            Err(errno) if is_no_family(errno, &wanted.port) => return Ok(()),
            Err(errno) => return Err(refusal(errno, wanted)),
        };
        let held = HeldPort {
            owner: owner.clone(),
            targets: Vec::new(),
            socket,
            is_listening: false,
            is_told: true,
        };
        self.by_owner
            .entry(owner.clone())
            .or_default()
            .insert(wanted.key);
        self.held.insert(wanted.key, held);
        Ok(())
    }

    /// Lets go of a port.
    pub(crate) fn close(&mut self, key: &PortKey) {
        let Some(held) = self.held.remove(key) else {
            return;
        };
        if let Some(keys) = self.by_owner.get_mut(&held.owner) {
            keys.remove(key);
            if keys.is_empty() {
                self.by_owner.remove(&held.owner);
            }
        }
    }

    /// Notes where a port leads and makes it listen if that is anywhere; the proxy is told after this.
    pub(crate) fn lead_to(&mut self, key: &PortKey, targets: &[SocketAddr]) -> Result<(), Errno> {
        let Some(held) = self.held.get_mut(key) else {
            return Ok(());
        };
        held.is_told &= held.targets == targets;
        held.targets = targets.to_vec();
        if targets.is_empty() || held.is_listening || key.transport == Transport::Udp {
            return Ok(());
        }
        set_socket_reuseaddr(&held.socket, true)?;
        listen(&held.socket, BACKLOG)?;
        held.is_listening = true;
        Ok(())
    }

    /// Ends the listening of an owner's ports that lead nowhere; the proxy must have been told before.
    pub(crate) fn refuse_without_targets(&mut self, owner: &Owner) {
        for key in self.keys(owner) {
            let Some(held) = self.held.get_mut(&key) else {
                continue;
            };
            if held.is_listening && held.targets.is_empty() {
                // Best effort: a port that goes on listening only lets its clients wait.
                let _ = stop_listening(&held.socket);
                held.is_listening = false;
            }
        }
    }

    /// Keys that `owner` holds.
    pub(crate) fn keys(&self, owner: &Owner) -> Vec<PortKey> {
        self.by_owner
            .get(owner)
            .into_iter()
            .flatten()
            .copied()
            .collect()
    }

    /// For the proxy: the port and a descriptor of its socket.
    pub(crate) fn for_proxy(&self, key: &PortKey) -> Option<(Port, BorrowedFd<'_>)> {
        let held = self.held.get(key)?;
        Some((
            Port {
                key: *key,
                targets: held.targets.clone(),
            },
            held.socket.as_fd(),
        ))
    }

    /// Ports of `owner` whose targets the proxy does not know yet; it is told them now.
    pub(crate) fn take_untold(&mut self, owner: &Owner) -> Vec<Port> {
        let mut untold = Vec::new();
        for key in self.keys(owner) {
            let Some(held) = self.held.get_mut(&key) else {
                continue;
            };
            if !std::mem::replace(&mut held.is_told, true) {
                untold.push(Port {
                    key,
                    targets: held.targets.clone(),
                });
            }
        }
        untold
    }

    /// All keys.
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &PortKey> {
        self.held.iter().map(|(key, _)| key)
    }
}

/// `stack "blog", service "web"`
pub(crate) fn describe_owner(owner: &Owner) -> String {
    match owner.as_str().split_once('/') {
        Some((stack, service)) => format!("stack {stack:?}, service {service:?}"),
        None => owner.to_string(),
    }
}

fn keys_of(port: &HostPort) -> Vec<PortKey> {
    let transport = transport_of(port.protocol);
    let key = |address| PortKey {
        transport,
        address: SocketAddr::new(address, port.host_port),
    };
    addresses_of(port).into_iter().map(key).collect()
}

fn addresses_of(port: &HostPort) -> Vec<IpAddr> {
    let all = vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
    port.host_address.map_or(all, |address| vec![address])
}

fn transport_of(protocol: Protocol) -> Transport {
    match protocol {
        Protocol::Tcp => Transport::Tcp,
        Protocol::Udp => Transport::Udp,
    }
}

/// Targets of the address's own family; where there are none, those of the other one.
fn targets_for(address: IpAddr, targets: &[Target]) -> Vec<SocketAddr> {
    let socket_addresses = targets
        .iter()
        .map(|target| SocketAddr::new(target.address, target.port));
    let (same, other): (Vec<_>, Vec<_>) =
        socket_addresses.partition(|target| target.is_ipv4() == address.is_ipv4());
    if same.is_empty() { other } else { same }
}

/// "All addresses" is content with IPv4 on a host without IPv6.
fn is_no_family(errno: Errno, port: &HostPort) -> bool {
    port.host_address.is_none() && errno == Errno::AFNOSUPPORT
}

fn refusal(errno: Errno, wanted: &WantedSocket) -> NetworkError {
    let port = wanted.port;
    match errno {
        Errno::ADDRINUSE => NetworkError::PortInUse {
            port,
            holder: program_on(&wanted.key),
        },
        Errno::ADDRNOTAVAIL => NetworkError::NoHostAddress { port },
        errno => NetworkError::kernel("bind", port.to_string(), errno),
    }
}

fn program_on(key: &PortKey) -> String {
    let protocol = match key.transport {
        Transport::Tcp => Protocol::Tcp,
        Transport::Udp => Protocol::Udp,
    };
    port_holder::describe(protocol, key.address.ip(), key.address.port())
}

fn bind_port(key: &PortKey) -> Result<OwnedFd, Errno> {
    let socket = reserve(key)?;
    if key.transport == Transport::Tcp {
        // Listening once is what tells the kernel that nobody shares this port.
        listen(&socket, BACKLOG)?;
        stop_listening(&socket)?;
    }
    Ok(socket)
}

fn reserve(key: &PortKey) -> Result<OwnedFd, Errno> {
    let family = if key.address.is_ipv4() {
        AddressFamily::INET
    } else {
        AddressFamily::INET6
    };
    let kind = match key.transport {
        Transport::Tcp => SocketType::STREAM,
        Transport::Udp => SocketType::DGRAM,
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, kind, flags, None)?;
    if key.address.is_ipv6() {
        set_ipv6_v6only(&socket, true)?;
    }
    if key.transport == Transport::Tcp {
        set_socket_reuseaddr(&socket, true)?;
    }
    bind(&socket, &key.address)?;
    Ok(socket)
}

/// Back to "bound": shutdown(2) ends the listening and keeps the port (tcp_disconnect in the kernel).
fn stop_listening(socket: &OwnedFd) -> Result<(), Errno> {
    shutdown(socket, Shutdown::Read)?;
    set_socket_reuseaddr(socket, false)
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream, UdpSocket};

    use super::*;

    fn owner(text: &str) -> Owner {
        Owner::parse(text).unwrap()
    }

    fn free_port() -> u16 {
        TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port()
    }

    fn wanted(protocol: Protocol, port: u16, targets: &[Target]) -> WantedSocket {
        let port = HostPort {
            protocol,
            host_address: Some(Ipv4Addr::LOCALHOST.into()),
            host_port: port,
        };
        let ports = [PublishedPort {
            port,
            targets: targets.to_vec(),
        }];
        let sockets = wanted_sockets(&ports).unwrap();
        sockets.iter().next().unwrap().1.clone()
    }

    #[test]
    fn a_port_without_targets_is_kept_and_refuses_connections() {
        let mut ports = HostPorts::new();
        let number = free_port();
        let socket = &wanted(Protocol::Tcp, number, &[]);
        ports.open(&owner("s/w"), socket).unwrap();
        let refused = TcpStream::connect(socket.key.address).unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        // std sets SO_REUSEADDR, the hardest case.
        assert!(TcpListener::bind(socket.key.address).is_err());

        let target = [SocketAddr::from(([10, 0, 0, 2], 80))];
        for _ in 0..2 {
            ports.lead_to(&socket.key, &target).unwrap();
            let client = TcpStream::connect(socket.key.address).unwrap();
            assert!(TcpListener::bind(socket.key.address).is_err());
            ports.lead_to(&socket.key, &[]).unwrap();
            ports.refuse_without_targets(&owner("s/w"));
            assert!(TcpStream::connect(socket.key.address).is_err());
            assert!(TcpListener::bind(socket.key.address).is_err());
            drop(client);
        }
        ports.close(&socket.key);
        assert!(TcpListener::bind(socket.key.address).is_ok());
    }

    #[test]
    fn names_the_holder_whether_ours_or_not() {
        let mut ports = HostPorts::new();
        let foreign = UdpSocket::bind("127.0.0.1:0").unwrap();
        let taken = &wanted(Protocol::Udp, foreign.local_addr().unwrap().port(), &[]);
        let pid = format!("(pid {})", std::process::id());
        let holder = ports.holder(&owner("s/w"), &taken.port).unwrap().unwrap();
        assert!(holder.ends_with(&pid), "{holder}");
        let NetworkError::PortInUse { holder, .. } = ports.open(&owner("s/w"), taken).unwrap_err()
        else {
            panic!("another error")
        };
        assert!(holder.ends_with(&pid), "{holder}");

        let socket = &wanted(Protocol::Tcp, free_port(), &[]);
        ports.open(&owner("blog/web"), socket).unwrap();
        let everywhere = HostPort {
            host_address: None,
            ..socket.port
        };
        let holder = ports.holder(&owner("s/w"), &everywhere).unwrap();
        assert_eq!(holder.unwrap(), "stack \"blog\", service \"web\"");
        assert_eq!(
            ports.holder(&owner("blog/web"), &socket.port).unwrap(),
            None
        );
    }

    #[test]
    fn proxies_to_the_other_family_only_where_there_is_none_of_the_own() {
        let target = |text: &str| {
            let address: SocketAddr = text.parse().unwrap();
            Target {
                address: address.ip(),
                port: address.port(),
            }
        };
        let v6 = Ipv6Addr::UNSPECIFIED.into();
        let both = [target("10.0.0.2:80"), target("[fd00::2]:80")];
        assert_eq!(targets_for(v6, &both), ["[fd00::2]:80".parse().unwrap()]);
        assert_eq!(
            targets_for(v6, &both[..1]),
            ["10.0.0.2:80".parse().unwrap()]
        );
    }
}

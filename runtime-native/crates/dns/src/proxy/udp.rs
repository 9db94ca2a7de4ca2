//! Datagrams to published UDP ports: a socket per client and port towards the container, so that its answers find back.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, connect, recv, send, socket_with,
};
use tsorch_sys::packet_info;
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::control::PortKey;
use crate::deadlines::Deadlines;
use crate::token::{Ids, Part};

/// A flow without datagrams ends (conntrack: 120 s for both directions, 30 s for one).
const IDLE: Duration = Duration::from_secs(90);
const MAX_DATAGRAM_BYTES: usize = 65535;
/// Datagrams of one socket before the others have their turn.
const BURST: usize = 32;

/// All published UDP ports and the flows through them.
#[derive(Debug)]
pub(crate) struct UdpProxy {
    poller: Poller,
    ports: HashMap<u64, UdpPort>,
    by_key: HashMap<PortKey, u64>,
    flows: HashMap<u64, Flow>,
    by_client: HashMap<FlowKey, u64>,
    idle: Deadlines,
    max_flows: usize,
    ids: Ids,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct UdpPort {
    socket: Watched<OwnedFd>,
    targets: Vec<SocketAddr>,
    turn: usize,
}

/// Who talks to which address of ours on which port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct FlowKey {
    port: u64,
    client: SocketAddr,
    local: IpAddr,
}

#[derive(Debug)]
struct Flow {
    key: FlowKey,
    target: SocketAddr,
    /// Connected to the target.
    socket: Watched<OwnedFd>,
    active: Instant,
}

impl UdpProxy {
    pub(crate) fn new(poller: Poller, max_flows: usize) -> Self {
        Self {
            poller,
            ports: HashMap::new(),
            by_key: HashMap::new(),
            flows: HashMap::new(),
            by_client: HashMap::new(),
            idle: Deadlines::new(IDLE),
            max_flows,
            ids: Ids::default(),
            buffer: vec![0; MAX_DATAGRAM_BYTES],
        }
    }

    pub(crate) fn open(
        &mut self,
        key: PortKey,
        targets: Vec<SocketAddr>,
        socket: OwnedFd,
    ) -> Result<(), Errno> {
        self.close(&key);
        packet_info::enable(&socket, key.address.is_ipv4())?;
        let id = self.ids.next();
        let socket = self
            .poller
            .watch(socket, Part::UdpPort.token(id), EventFlags::IN)?;
        self.ports.insert(
            id,
            UdpPort {
                socket,
                targets,
                turn: 0,
            },
        );
        self.by_key.insert(key, id);
        Ok(())
    }

    /// Flows to other targets end; their clients' next datagrams go to the new ones.
    pub(crate) fn retarget(&mut self, key: &PortKey, targets: Vec<SocketAddr>) {
        let Some(id) = self.by_key.get(key) else {
            return;
        };
        let Some(port) = self.ports.get_mut(id) else {
            return;
        };
        port.targets = targets;
        let stays = |flow: &Flow| flow.key.port != *id || port.targets.contains(&flow.target);
        self.flows.retain(|_, flow| stays(flow));
        let flows = &self.flows;
        self.by_client.retain(|_, flow| flows.contains_key(flow));
    }

    pub(crate) fn close(&mut self, key: &PortKey) {
        self.retarget(key, Vec::new());
        if let Some(id) = self.by_key.remove(key) {
            self.ports.remove(&id);
        }
    }

    /// Clients have sent something. Without a target it is dropped: the kernel can send no refusal for a port that is held.
    pub(crate) fn on_port(&mut self, id: u64, now: Instant) {
        let mut buffer = std::mem::take(&mut self.buffer);
        for _ in 0..BURST {
            let Some(port) = self.ports.get(&id) else {
                break;
            };
            let datagram = match packet_info::receive(&*port.socket, &mut buffer) {
                Ok(datagram) => datagram,
                // A refusal of an earlier answer, told late: not the end of what waits.
                Err(Errno::CONNREFUSED | Errno::INTR | Errno::PROTO) => continue,
                Err(_) => break,
            };
            let key = FlowKey {
                port: id,
                client: datagram.from,
                local: datagram.to,
            };
            let bytes = buffer.get(..datagram.length).unwrap_or(&[]);
            if let Some(flow) = self.flow(key, now) {
                flow.active = now;
                let _ = send(
                    &*flow.socket,
                    bytes,
                    SendFlags::NOSIGNAL | SendFlags::DONTWAIT,
                );
            }
        }
        self.buffer = buffer;
    }

    /// A container has answered.
    pub(crate) fn on_flow(&mut self, id: u64, now: Instant) {
        let Some(flow) = self.flows.get_mut(&id) else {
            return;
        };
        let Some(port) = self.ports.get(&flow.key.port) else {
            return;
        };
        for _ in 0..BURST {
            let length = match recv(&*flow.socket, &mut self.buffer[..], RecvFlags::DONTWAIT) {
                Ok((length, _)) => length,
                Err(Errno::INTR) => continue,
                // Nothing more, or the container refuses: its client will see no answer, as without a proxy.
                Err(_) => return,
            };
            flow.active = now;
            let bytes = self.buffer.get(..length).unwrap_or(&[]);
            let _ = packet_info::send(&*port.socket, bytes, flow.key.local, flow.key.client);
        }
    }

    /// Time has passed.
    pub(crate) fn on_time(&mut self, now: Instant) {
        while let Some(id) = self.idle.pop_due(now) {
            match self.flows.get(&id) {
                Some(flow) if flow.active + IDLE <= now => {
                    let key = flow.key;
                    self.flows.remove(&id);
                    self.by_client.remove(&key);
                }
                // Not idle: look again later.
                Some(_) => drop(self.idle.set(id, now)),
                None => {}
            }
        }
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.idle.next()
    }

    /// The client's flow, made if there is none.
    fn flow(&mut self, key: FlowKey, now: Instant) -> Option<&mut Flow> {
        if let Some(id) = self.by_client.get(&key) {
            return self.flows.get_mut(id);
        }
        if self.flows.len() >= self.max_flows {
            return None;
        }
        let target = self.ports.get_mut(&key.port)?.take_turn()?;
        let id = self.ids.next();
        let socket = connected(target).ok()?;
        let socket = self
            .poller
            .watch(socket, Part::UdpFlow.token(id), EventFlags::IN)
            .ok()?;
        self.idle.set(id, now);
        self.by_client.insert(key, id);
        Some(self.flows.entry(id).or_insert(Flow {
            key,
            target,
            socket,
            active: now,
        }))
    }
}

impl UdpPort {
    fn take_turn(&mut self) -> Option<SocketAddr> {
        self.turn = self.turn.wrapping_add(1);
        self.targets
            .get(self.turn.checked_rem(self.targets.len())?)
            .copied()
    }
}

fn connected(target: SocketAddr) -> Result<OwnedFd, Errno> {
    let family = if target.is_ipv4() {
        AddressFamily::INET
    } else {
        AddressFamily::INET6
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, SocketType::DGRAM, flags, None)?;
    connect(&socket, &target)?;
    Ok(socket)
}

//! Connections to published TCP ports.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::sockopt::{set_socket_linger, set_tcp_nodelay, socket_error};
use rustix::net::{AddressFamily, SocketFlags, SocketType, accept_with, connect, socket_with};
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::control::PortKey;
use crate::deadlines::Deadlines;
use crate::proxy::pipe::{Pipe, SCRATCH_BYTES};
use crate::token::{Ids, Part};

/// A container that does not take a connection for this long is passed over.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);

/// All published TCP ports and the connections through them.
#[derive(Debug)]
pub(crate) struct TcpProxy {
    poller: Poller,
    ports: HashMap<u64, TcpPort>,
    by_key: HashMap<PortKey, u64>,
    connections: HashMap<u64, Connection>,
    connecting: Deadlines,
    max_connections: usize,
    ids: Ids,
    scratch: Vec<u8>,
}

#[derive(Debug)]
struct TcpPort {
    socket: Watched<OwnedFd>,
    targets: Vec<SocketAddr>,
    /// Index of the target whose turn it is.
    turn: usize,
}

/// A client, a container, and bytes both ways.
#[derive(Debug)]
struct Connection {
    client: Watched<OwnedFd>,
    server: Watched<OwnedFd>,
    to_server: Pipe,
    to_client: Pipe,
    /// Targets to try when this one fails, the next one last; `None` once connected.
    connecting: Option<Vec<SocketAddr>>,
    due: Instant,
}

impl TcpProxy {
    pub(crate) fn new(poller: Poller, max_connections: usize) -> Self {
        Self {
            poller,
            ports: HashMap::new(),
            by_key: HashMap::new(),
            connections: HashMap::new(),
            connecting: Deadlines::new(CONNECT_PATIENCE),
            max_connections,
            ids: Ids::default(),
            scratch: vec![0; SCRATCH_BYTES],
        }
    }

    pub(crate) fn open(
        &mut self,
        key: PortKey,
        targets: Vec<SocketAddr>,
        socket: OwnedFd,
    ) -> Result<(), Errno> {
        self.close(&key);
        let id = self.ids.next();
        let flags = listening_flags(&targets);
        let socket = self.poller.watch(socket, Part::TcpPort.token(id), flags)?;
        self.ports.insert(
            id,
            TcpPort {
                socket,
                targets,
                turn: 0,
            },
        );
        self.by_key.insert(key, id);
        Ok(())
    }

    /// Without targets hostd ends the listening after this: the kernel refuses connections then.
    pub(crate) fn retarget(
        &mut self,
        key: &PortKey,
        targets: Vec<SocketAddr>,
    ) -> Result<(), Errno> {
        let port = self.by_key.get(key).and_then(|id| self.ports.get_mut(id));
        let Some(port) = port else { return Ok(()) };
        port.socket.set_flags(listening_flags(&targets))?;
        port.targets = targets;
        Ok(())
    }

    /// Connections that are there go on.
    pub(crate) fn close(&mut self, key: &PortKey) {
        if let Some(id) = self.by_key.remove(key) {
            self.ports.remove(&id);
        }
    }

    /// Somebody connects.
    pub(crate) fn on_port(&mut self, id: u64, now: Instant) {
        let Some(port) = self.ports.get_mut(&id) else {
            return;
        };
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let Ok(client) = accept_with(&*port.socket, flags) else {
            return;
        };
        let targets = port.take_turn();
        if self.connections.len() >= self.max_connections {
            return reset(&client);
        }
        let _ = set_tcp_nodelay(&client, true);
        self.connect(client, targets, now);
    }

    /// One side of a connection is ready.
    pub(crate) fn on_connection(&mut self, id: u64, now: Instant) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        if connection.connecting.is_some() {
            match socket_error(&*connection.server) {
                Ok(Ok(())) => connection.connecting = None,
                _ => return self.try_next(id, now),
            }
        }
        match connection.pump(&mut self.scratch) {
            Ok(true) => {}
            Ok(false) => drop(self.connections.remove(&id)),
            Err(_) => self.abort(id),
        }
    }

    /// Time has passed.
    pub(crate) fn on_time(&mut self, now: Instant) {
        while let Some(id) = self.connecting.pop_due(now) {
            let is_late =
                |connection: &Connection| connection.connecting.is_some() && connection.due <= now;
            if self.connections.get(&id).is_some_and(is_late) {
                self.try_next(id, now);
            }
        }
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.connecting.next()
    }

    fn try_next(&mut self, id: u64, now: Instant) {
        if let Some(connection) = self.connections.remove(&id) {
            let targets = connection.connecting.unwrap_or_default();
            self.connect(connection.client.into_source(), targets, now);
        }
    }

    /// Connects to the last of `targets` that can be connected to at all. When none can, the client sees what it would
    /// see without a proxy: a reset.
    fn connect(&mut self, client: OwnedFd, mut targets: Vec<SocketAddr>, now: Instant) {
        while let Some(target) = targets.pop() {
            let Ok(server) = start_connect(target) else {
                continue;
            };
            let id = self.ids.next();
            let (of_client, of_server) = (Part::TcpClient.token(id), Part::TcpServer.token(id));
            let server = self.poller.watch(server, of_server, EventFlags::OUT);
            let client = self.poller.watch(client, of_client, EventFlags::empty());
            let (Ok(server), Ok(client)) = (server, client) else {
                return;
            };
            let due = self.connecting.set(id, now);
            let connection = Connection {
                client,
                server,
                to_server: Pipe::default(),
                to_client: Pipe::default(),
                connecting: Some(targets),
                due,
            };
            self.connections.insert(id, connection);
            return;
        }
        reset(&client);
    }

    /// An error on one side is an error on the other.
    fn abort(&mut self, id: u64) {
        if let Some(connection) = self.connections.remove(&id) {
            reset(&connection.client);
            reset(&connection.server);
        }
    }
}

impl TcpPort {
    /// All targets, the one whose turn it is last.
    fn take_turn(&mut self) -> Vec<SocketAddr> {
        let mut targets = self.targets.clone();
        if !targets.is_empty() {
            self.turn = (self.turn + 1) % targets.len();
            targets.rotate_left(self.turn);
        }
        targets
    }
}

impl Connection {
    /// Moves bytes both ways; tells whether the connection lives on.
    fn pump(&mut self, scratch: &mut [u8]) -> Result<bool, Errno> {
        self.to_server.pump(&*self.client, &*self.server, scratch)?;
        self.to_client.pump(&*self.server, &*self.client, scratch)?;
        let flags = |input: &Pipe, output: &Pipe| {
            let mut flags = EventFlags::empty();
            flags.set(EventFlags::IN, input.wants_input());
            flags.set(EventFlags::OUT, output.wants_output());
            flags
        };
        self.client
            .set_flags(flags(&self.to_server, &self.to_client))?;
        self.server
            .set_flags(flags(&self.to_client, &self.to_server))?;
        Ok(!self.to_server.is_ended() || !self.to_client.is_ended())
    }
}

fn listening_flags(targets: &[SocketAddr]) -> EventFlags {
    if targets.is_empty() {
        EventFlags::empty()
    } else {
        EventFlags::IN
    }
}

fn start_connect(target: SocketAddr) -> Result<OwnedFd, Errno> {
    let family = if target.is_ipv4() {
        AddressFamily::INET
    } else {
        AddressFamily::INET6
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, SocketType::STREAM, flags, None)?;
    set_tcp_nodelay(&socket, true)?;
    match connect(&socket, &target) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(socket),
        Err(errno) => Err(errno),
    }
}

/// Closing this socket will send a reset.
fn reset(socket: &OwnedFd) {
    let _ = set_socket_linger(socket, Some(Duration::ZERO));
}

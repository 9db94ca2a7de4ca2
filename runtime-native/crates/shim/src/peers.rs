//! Clients of the control socket. Nothing here waits for any of them: a client that does not read is dropped.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::{SocketFlags, accept_with};
use tsorch_protocol::{Connection, Message, Received, Request};
use tsorch_sys::peer::peer_is_root;
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::chunk::ChunkStream;
use crate::stream_peer::{StreamPeer, WhenBehind};
use crate::token::{Owner, PeerId, Token};

/// Our `role` in hello.
const ROLE: &str = "shim";
/// More clients at once are a mistake; each costs memory.
const MAX_PEERS: usize = 256;

/// All connections, and the socket that gives new ones.
#[derive(Debug)]
pub(crate) struct Peers {
    poller: Poller,
    listener: Watched<OwnedFd>,
    peers: BTreeMap<PeerId, Peer>,
    last: PeerId,
    /// Dropped since [`Peers::take_gone`], with the program of a stream connection.
    gone: Vec<(PeerId, Option<Owner>)>,
}

#[derive(Debug)]
enum Peer {
    Control(ControlPeer),
    Stream(StreamPeer),
}

#[derive(Debug)]
struct ControlPeer {
    connection: Watched<Connection>,
    is_subscribed: bool,
}

impl Peers {
    /// Watches the listening socket.
    pub(crate) fn new(poller: &Poller, listener: OwnedFd) -> Result<Self, Errno> {
        let token = Token::Listener.to_bits();
        Ok(Self {
            listener: poller.watch(listener, token, EventFlags::IN)?,
            poller: poller.clone(),
            peers: BTreeMap::new(),
            last: 0,
            gone: Vec::new(),
        })
    }

    /// Takes the connections that wait. Who is not root, or one too many, is turned away. False when descriptors or memory
    /// are exhausted: the listener sleeps until the next call, or it would wake us all the time.
    pub(crate) fn accept(&mut self) -> bool {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let is_exhausted = loop {
            match accept_with(&*self.listener, flags) {
                Ok(socket) => {
                    let is_welcome = peer_is_root(&socket).unwrap_or(false);
                    if is_welcome && self.peers.len() < MAX_PEERS {
                        self.add(socket);
                    }
                }
                Err(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => break true,
                Err(Errno::AGAIN) => break false,
                // Of a connection that is gone already.
                Err(_) => {}
            }
        };
        let interest = if is_exhausted {
            EventFlags::empty()
        } else {
            EventFlags::IN
        };
        self.listener.set_flags(interest).is_ok() && !is_exhausted
    }

    fn add(&mut self, socket: OwnedFd) {
        let id = self.last.wrapping_add(1);
        let Ok(connection) = Connection::open(socket, ROLE) else {
            return;
        };
        let token = Token::Peer(id).to_bits();
        let Ok(connection) = self.poller.watch(connection, token, EventFlags::IN) else {
            return;
        };
        self.last = id;
        let peer = ControlPeer {
            connection,
            is_subscribed: false,
        };
        self.peers.insert(id, Peer::Control(peer));
        self.sent(id, Ok(()));
    }

    /// The stream connection with this number.
    pub(crate) fn stream(&mut self, id: PeerId) -> Option<&mut StreamPeer> {
        match self.peers.get_mut(&id) {
            Some(Peer::Stream(stream)) => Some(stream),
            _ => None,
        }
    }

    fn control(&mut self, id: PeerId) -> Option<&mut ControlPeer> {
        match self.peers.get_mut(&id) {
            Some(Peer::Control(control)) => Some(control),
            _ => None,
        }
    }

    /// Moves bytes of a control connection; then ask [`next_request`](Self::next_request).
    pub(crate) fn exchange(&mut self, id: PeerId, flags: EventFlags) {
        let Some(control) = self.control(id) else {
            return;
        };
        if flags.contains(EventFlags::OUT) {
            let flushed = control.connection.flush().map_err(drop);
            self.sent(id, flushed);
        }
        let Some(control) = self.control(id) else {
            return;
        };
        if flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR) {
            // What a client sent before it left still counts: it is handled, then the client is dropped.
            match control.connection.receive() {
                Ok(Received::Open) => {}
                Ok(Received::Closed) | Err(_) => {
                    let flags = EventFlags::empty();
                    let _ = control.connection.set_flags(flags);
                }
            }
        }
    }

    /// The next whole request of a control connection. A client that breaks the protocol, or has left, is dropped here.
    pub(crate) fn next_request(&mut self, id: PeerId) -> Option<Request> {
        let control = self.control(id)?;
        match control.connection.next_message() {
            Ok(Some(Message::Request(request))) => Some(request),
            Ok(None) if !control.connection.flags().is_empty() => None,
            _ => {
                self.drop_peer(id);
                None
            }
        }
    }

    /// Sends to a control connection that is still there.
    pub(crate) fn send(&mut self, id: PeerId, message: &Message) {
        if let Some(control) = self.control(id) {
            let sent = control.connection.send(message).map_err(drop);
            self.sent(id, sent);
        }
    }

    /// Sends to every subscriber.
    pub(crate) fn broadcast(&mut self, message: &Message) {
        let subscribed = self.peers.iter().filter_map(|(id, peer)| match peer {
            Peer::Control(control) if control.is_subscribed => Some(*id),
            _ => None,
        });
        for id in subscribed.collect::<Vec<_>>() {
            self.send(id, message);
        }
    }

    pub(crate) fn set_subscribed(&mut self, id: PeerId) {
        if let Some(control) = self.control(id) {
            control.is_subscribed = true;
        }
    }

    /// After a send: waits for the socket as long as something is queued, or drops the client that failed.
    fn sent(&mut self, id: PeerId, outcome: Result<(), ()>) {
        let Some(control) = self.control(id) else {
            return;
        };
        let mut flags = EventFlags::IN;
        if control.connection.has_output() {
            flags |= EventFlags::OUT;
        }
        let is_leaving = control.connection.flags().is_empty();
        if outcome.is_err() || (!is_leaving && control.connection.set_flags(flags).is_err()) {
            self.drop_peer(id);
        }
    }

    /// Turns a control connection into a stream connection to a target; gives the bytes that came behind the request.
    pub(crate) fn make_stream(
        &mut self,
        id: PeerId,
        target: (Owner, WhenBehind),
    ) -> Option<Vec<u8>> {
        let Some(Peer::Control(control)) = self.peers.remove(&id) else {
            return None;
        };
        let (socket, rest, output) = control.connection.into_source().into_parts();
        let token = Token::Peer(id).to_bits();
        let socket = self.poller.watch(socket, token, EventFlags::empty()).ok()?;
        let mut stream = StreamPeer::new(socket, output, target);
        stream.update_interest().ok()?;
        self.peers.insert(id, Peer::Stream(stream));
        Some(rest)
    }

    /// Gives the socket of a control connection away; `None` when something still waits to be sent.
    pub(crate) fn take_socket(&mut self, id: PeerId) -> Option<OwnedFd> {
        let Some(Peer::Control(control)) = self.peers.remove(&id) else {
            return None;
        };
        self.gone.push((id, None));
        let connection = control.connection.into_source();
        let (socket, _, output) = connection.into_parts();
        (output.waiting() == 0).then_some(socket)
    }

    /// Queues a chunk for a stream connection; one that cannot take it is dropped. False when it is gone.
    pub(crate) fn send_chunk(&mut self, id: PeerId, stream: ChunkStream, bytes: &[u8]) -> bool {
        let sent = self.stream(id).map(|peer| peer.send(stream, bytes));
        match sent {
            Some(Ok(())) => true,
            Some(Err(_)) => {
                self.drop_peer(id);
                false
            }
            None => false,
        }
    }

    /// Clients that still read the log.
    pub(crate) fn replaying(&self) -> Vec<PeerId> {
        let replaying = self.peers.iter().filter_map(|(id, peer)| match peer {
            Peer::Stream(stream) if stream.replay.is_some() => Some(*id),
            _ => None,
        });
        replaying.collect()
    }

    /// Lets clients of this program send again.
    pub(crate) fn resume_input(&mut self, target: Owner) {
        let of_target = self.peers.iter_mut().filter_map(|(id, peer)| match peer {
            Peer::Stream(stream) if stream.target == target => Some((*id, stream)),
            _ => None,
        });
        let resumed = of_target.map(|(id, stream)| (id, stream.pause_input(false)));
        let lost = resumed
            .filter(|(_, outcome)| outcome.is_err())
            .map(|(id, _)| id);
        for id in lost.collect::<Vec<_>>() {
            self.drop_peer(id);
        }
    }

    /// Closes the connection.
    pub(crate) fn drop_peer(&mut self, id: PeerId) {
        let target = match self.peers.remove(&id) {
            Some(Peer::Stream(stream)) => Some(stream.target),
            Some(Peer::Control(_)) => None,
            None => return,
        };
        self.gone.push((id, target));
    }

    /// Who has gone since the last time.
    pub(crate) fn take_gone(&mut self) -> Vec<(PeerId, Option<Owner>)> {
        std::mem::take(&mut self.gone)
    }

    /// Whether this is a stream connection.
    pub(crate) fn is_stream(&self, id: PeerId) -> bool {
        matches!(self.peers.get(&id), Some(Peer::Stream(_)))
    }
}

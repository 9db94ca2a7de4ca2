//! Answers containers on the sockets that hostd made in their namespaces.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, SocketFlags, accept_with, recvfrom, sendto};
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::control::{Listener, OwnedName};
use crate::deadlines::Deadlines;
use crate::forward::{Client, Departure, Forwarder, Landing};
use crate::random::Random;
use crate::resolver::{Decision, Resolver};
use crate::stream::Stream;
use crate::token::{Ids, Part};
use crate::upstream::Upstreams;
use crate::wire::answer::{Answer, header_only};
use crate::wire::{Query, QueryError, Rcode};
use crate::zones::Zones;

/// Datagrams of one socket before the others have their turn.
const BURST: usize = 32;
/// Longer queries are cut and thereby malformed.
const MAX_QUERY_BYTES: usize = 4096;
const MAX_STREAM_BYTES: usize = 65535;
/// Connections of one container, and of all.
const MAX_STREAMS_PER_LISTENER: usize = 32;
const MAX_STREAMS: usize = 1024;
/// A connection on which nothing happens ends.
const STREAM_IDLE: Duration = Duration::from_secs(5);

/// The DNS half of the worker.
#[derive(Debug)]
pub(crate) struct Server {
    poller: Poller,
    zones: Zones,
    resolver: Resolver,
    upstreams: Upstreams,
    forwarder: Forwarder,
    random: Random,
    containers: HashMap<u64, Container>,
    by_id: HashMap<String, u64>,
    streams: HashMap<u64, Stream>,
    stream_deadlines: Deadlines,
    ids: Ids,
}

/// A container and its sockets.
#[derive(Debug)]
struct Container {
    listener: Listener,
    datagrams: Watched<OwnedFd>,
    connections: Watched<OwnedFd>,
    streams: usize,
}

/// Where an answer goes.
#[derive(Clone, Copy, Debug)]
enum Limit {
    Datagram,
    Stream,
}

impl Server {
    pub(crate) fn new(poller: Poller, upstreams: Upstreams) -> Result<Self, Errno> {
        Ok(Self {
            forwarder: Forwarder::new(poller.clone(), Random::new()?),
            poller,
            zones: Zones::default(),
            resolver: Resolver::new(),
            upstreams,
            random: Random::new()?,
            containers: HashMap::new(),
            by_id: HashMap::new(),
            streams: HashMap::new(),
            stream_deadlines: Deadlines::new(STREAM_IDLE),
            ids: Ids::default(),
        })
    }

    /// Serves a container; sockets of an earlier command for it are closed.
    pub(crate) fn listen(
        &mut self,
        listener: Listener,
        datagrams: OwnedFd,
        connections: OwnedFd,
    ) -> Result<(), Errno> {
        self.unlisten(&listener.id);
        let id = self.ids.next();
        let flags = EventFlags::IN;
        let container = Container {
            datagrams: self
                .poller
                .watch(datagrams, Part::DnsDatagrams.token(id), flags)?,
            connections: self
                .poller
                .watch(connections, Part::DnsConnections.token(id), flags)?,
            listener,
            streams: 0,
        };
        self.by_id.insert(container.listener.id.clone(), id);
        self.containers.insert(id, container);
        Ok(())
    }

    /// Closes everything of a container: open sockets keep its namespace alive.
    pub(crate) fn unlisten(&mut self, container: &str) {
        let Some(id) = self.by_id.remove(container) else {
            return;
        };
        self.containers.remove(&id);
        self.streams.retain(|_, stream| stream.listener != id);
        self.forwarder.forget(id);
    }

    pub(crate) fn forget_names(&mut self, owner: &str) {
        self.zones.forget(owner);
    }

    pub(crate) fn add_names(&mut self, owner: &str, names: Vec<OwnedName>) {
        self.zones.add(owner, names);
    }

    /// Something of the DNS half is ready.
    pub(crate) fn on_ready(&mut self, part: Part, id: u64, now: Instant) {
        match part {
            Part::DnsDatagrams => self.on_datagrams(id, now),
            Part::DnsConnections => self.on_connections(id, now),
            Part::DnsStream => self.on_stream(id, now),
            Part::Flight => {
                if let Some(landing) = self.forwarder.on_ready(id, now) {
                    self.land(landing);
                }
            }
            _ => {}
        }
    }

    /// Time has passed.
    pub(crate) fn on_time(&mut self, now: Instant) {
        for landing in self.forwarder.on_time(now) {
            self.land(landing);
        }
        while let Some(id) = self.stream_deadlines.pop_due(now) {
            match self.streams.get(&id) {
                Some(stream) if stream.active + STREAM_IDLE <= now => self.end_stream(id),
                // Not idle: look again later.
                Some(_) => drop(self.stream_deadlines.set(id, now)),
                None => {}
            }
        }
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        [self.forwarder.next_deadline(), self.stream_deadlines.next()]
            .into_iter()
            .flatten()
            .min()
    }

    fn on_datagrams(&mut self, id: u64, now: Instant) {
        let mut buffer = [0; MAX_QUERY_BYTES];
        for _ in 0..BURST {
            let Some(container) = self.containers.get(&id) else {
                return;
            };
            let received = recvfrom(&*container.datagrams, &mut buffer[..], RecvFlags::DONTWAIT);
            let Ok((length, _, Some(from))) = received else {
                return;
            };
            let Ok(address) = SocketAddr::try_from(from) else {
                continue;
            };
            let client = Client::Datagram {
                listener: id,
                address,
            };
            let query = buffer.get(..length).unwrap_or(&[]).to_vec();
            if let Some(answer) = self.handle(client, &query, now) {
                self.send_datagram(id, address, &answer);
            }
        }
    }

    fn on_connections(&mut self, id: u64, now: Instant) {
        let Some(container) = self.containers.get_mut(&id) else {
            return;
        };
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let Ok(socket) = accept_with(&*container.connections, flags) else {
            return;
        };
        // Too many: closed at once.
        if self.streams.len() >= MAX_STREAMS || container.streams >= MAX_STREAMS_PER_LISTENER {
            return;
        }
        let number = self.ids.next();
        let token = Part::DnsStream.token(number);
        if let Ok(socket) = self.poller.watch(socket, token, EventFlags::IN) {
            container.streams += 1;
            self.streams.insert(number, Stream::new(id, socket, now));
            self.stream_deadlines.set(number, now);
        }
    }

    fn on_stream(&mut self, number: u64, now: Instant) {
        let Some(stream) = self.streams.get_mut(&number) else {
            return;
        };
        let listener = stream.listener;
        stream.active = now;
        let Ok(queries) = stream.receive() else {
            return self.end_stream(number);
        };
        for query in queries {
            let answer = self.handle(
                Client::Stream {
                    listener,
                    stream: number,
                },
                &query,
                now,
            );
            let Some(stream) = self.streams.get_mut(&number) else {
                return;
            };
            match answer {
                Some(answer) => stream.answer(&answer),
                None => stream.expect_answer(),
            }
        }
        self.flush_stream(number);
    }

    fn flush_stream(&mut self, number: u64) {
        let lives = self
            .streams
            .get_mut(&number)
            .is_some_and(|stream| stream.flush() == Ok(true));
        if !lives {
            self.end_stream(number);
        }
    }

    fn end_stream(&mut self, number: u64) {
        let Some(stream) = self.streams.remove(&number) else {
            return;
        };
        if let Some(container) = self.containers.get_mut(&stream.listener) {
            container.streams = container.streams.saturating_sub(1);
        }
    }

    /// The answer to a message, unless it is forwarded or deserves none.
    fn handle(&mut self, client: Client, message: &[u8], now: Instant) -> Option<Vec<u8>> {
        let (listener, limit) = match client {
            Client::Datagram { listener, .. } => (listener, Limit::Datagram),
            Client::Stream { listener, .. } => (listener, Limit::Stream),
        };
        let query = match Query::parse(message) {
            Ok(query) => query,
            Err(QueryError::Reply { id, rcode }) => return Some(header_only(id, rcode)),
            // Over TCP somebody counts on an answer to every message.
            Err(QueryError::Ignore) => {
                return matches!(limit, Limit::Stream).then(|| header_only(0, Rcode::FormatError));
            }
        };
        let container = self.containers.get(&listener)?;
        match self
            .resolver
            .decide(&query, &container.listener, &self.zones)
        {
            Decision::Answer(answer) => Some(self.encode(answer, &query, (message, limit))),
            Decision::Forward => {
                let servers = self.upstreams.servers(now);
                let question_end = query.question_end;
                let departure = Departure {
                    client,
                    query: message,
                    question_end,
                    servers,
                };
                // Nobody to ask: said at once.
                self.forwarder
                    .depart(&departure, now)
                    .map(|_| failure(&query, message))
            }
        }
    }

    fn encode(
        &mut self,
        mut answer: Answer,
        query: &Query,
        (message, limit): (&[u8], Limit),
    ) -> Vec<u8> {
        self.random.shuffle(&mut answer.records);
        let bytes = match limit {
            Limit::Datagram => query.udp_bytes(),
            Limit::Stream => MAX_STREAM_BYTES,
        };
        answer.encode(query, message, bytes)
    }

    /// Hands on what an upstream server said.
    fn land(&mut self, landing: Landing) {
        let answer = landing.answer.or_else(|| {
            let query = Query::parse(&landing.query).ok()?;
            Some(failure(&query, &landing.query))
        });
        let Some(answer) = answer else { return };
        match landing.client {
            Client::Datagram { listener, address } => {
                self.send_datagram(listener, address, &answer);
            }
            Client::Stream { stream, .. } => {
                if let Some(open) = self.streams.get_mut(&stream) {
                    open.answer_expected(&answer);
                    self.flush_stream(stream);
                }
            }
        }
    }

    /// What does not fit into the socket's buffer is lost, as datagrams are.
    fn send_datagram(&self, container: u64, to: SocketAddr, answer: &[u8]) {
        if let Some(container) = self.containers.get(&container) {
            let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
            let _ = sendto(&*container.datagrams, answer, flags, &to);
        }
    }
}

fn failure(query: &Query, message: &[u8]) -> Vec<u8> {
    Answer::empty(Rcode::ServerFailure).encode(query, message, query.udp_bytes())
}

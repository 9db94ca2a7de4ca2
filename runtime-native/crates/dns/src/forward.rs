//! Asks the host's servers on behalf of containers.
//!
//! Every query gets a socket of its own, connected (so that only that server's answers arrive), from a port and with a
//! number that nobody can guess. What was asked over TCP is asked over TCP. After a refusal, a failure or two seconds the
//! next server is asked.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, connect, recv, send, socket_with,
};
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::deadlines::Deadlines;
use crate::random::Random;
use crate::token::{Ids, Part};
use crate::wire::query::match_answer;
use crate::wire::{HEADER_BYTES, Rcode};

/// Per server.
const PATIENCE: Duration = Duration::from_secs(2);
/// Queries of all containers at once.
const MAX_FLIGHTS: usize = 1024;
/// Queries of one container at once.
const MAX_FLIGHTS_PER_LISTENER: usize = 128;
const MAX_MESSAGE_BYTES: usize = 65535;

/// Who waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// Over UDP.
    Datagram {
        /// Number of the container's sockets.
        listener: u64,
        /// Where the query came from.
        address: SocketAddr,
    },
    /// Over TCP.
    Stream {
        /// Number of the container's sockets.
        listener: u64,
        /// Number of the connection.
        stream: u64,
    },
}

impl Client {
    fn listener(self) -> u64 {
        match self {
            Self::Datagram { listener, .. } | Self::Stream { listener, .. } => listener,
        }
    }
}

/// An answer for a client; `None` = no server could tell.
#[derive(Debug)]
pub(crate) struct Landing {
    pub(crate) client: Client,
    /// The query as it came.
    pub(crate) query: Vec<u8>,
    pub(crate) answer: Option<Vec<u8>>,
}

/// A query to be forwarded.
#[derive(Debug)]
pub(crate) struct Departure<'a> {
    pub(crate) client: Client,
    pub(crate) query: &'a [u8],
    /// Index behind the question.
    pub(crate) question_end: usize,
    pub(crate) servers: &'a [SocketAddr],
}

/// A query on its way.
#[derive(Debug)]
struct Flight {
    client: Client,
    query: Vec<u8>,
    question_end: usize,
    /// Number at the upstream server.
    id: u16,
    /// Servers not asked yet, the next one last.
    servers: Vec<SocketAddr>,
    socket: Watched<OwnedFd>,
    due: Instant,
    /// Only over TCP.
    stream: Option<StreamState>,
}

#[derive(Debug, Default)]
struct StreamState {
    unsent: Vec<u8>,
    received: Vec<u8>,
}

/// What a look at a flight found.
enum Progress {
    Waiting,
    Arrived(Vec<u8>),
    NextServer,
}

/// All queries on their way.
#[derive(Debug)]
pub(crate) struct Forwarder {
    poller: Poller,
    flights: HashMap<u64, Flight>,
    per_listener: HashMap<u64, usize>,
    ids: Ids,
    deadlines: Deadlines,
    random: Random,
}

impl Forwarder {
    pub(crate) fn new(poller: Poller, random: Random) -> Self {
        Self {
            poller,
            flights: HashMap::new(),
            per_listener: HashMap::new(),
            ids: Ids::default(),
            deadlines: Deadlines::new(PATIENCE),
            random,
        }
    }

    /// Sends a query off; tells at once when there is nobody to ask.
    pub(crate) fn depart(&mut self, departure: &Departure<'_>, now: Instant) -> Option<Landing> {
        let mut servers = departure.servers.to_vec();
        servers.reverse();
        let (client, query) = (departure.client, departure.query.to_vec());
        let count = self
            .per_listener
            .get(&client.listener())
            .copied()
            .unwrap_or(0);
        if self.flights.len() >= MAX_FLIGHTS || count >= MAX_FLIGHTS_PER_LISTENER {
            return Some(Landing {
                client,
                query,
                answer: None,
            });
        }
        let plan = Plan {
            client,
            query,
            question_end: departure.question_end,
            servers,
        };
        self.launch(plan, now)
    }

    /// A flight's socket is ready.
    pub(crate) fn on_ready(&mut self, id: u64, now: Instant) -> Option<Landing> {
        let progress = self.flights.get_mut(&id)?.look();
        match progress {
            Progress::Waiting => None,
            Progress::Arrived(answer) => {
                let flight = self.remove(id)?;
                Some(Landing {
                    client: flight.client,
                    query: flight.query,
                    answer: Some(answer),
                })
            }
            Progress::NextServer => self.give_up_server(id, now),
        }
    }

    /// Time has passed.
    pub(crate) fn on_time(&mut self, now: Instant) -> Vec<Landing> {
        let mut landings = Vec::new();
        while let Some(id) = self.deadlines.pop_due(now) {
            if self
                .flights
                .get(&id)
                .is_some_and(|flight| flight.due <= now)
            {
                landings.extend(self.give_up_server(id, now));
            }
        }
        landings
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    /// The container is gone: nobody waits any more.
    pub(crate) fn forget(&mut self, listener: u64) {
        self.flights
            .retain(|_, flight| flight.client.listener() != listener);
        self.per_listener.remove(&listener);
    }

    fn give_up_server(&mut self, id: u64, now: Instant) -> Option<Landing> {
        let Flight {
            client,
            query,
            question_end,
            servers,
            ..
        } = self.remove(id)?;
        self.launch(
            Plan {
                client,
                query,
                question_end,
                servers,
            },
            now,
        )
    }

    /// Asks the next server that can be asked at all.
    fn launch(&mut self, mut plan: Plan, now: Instant) -> Option<Landing> {
        while let Some(server) = plan.servers.pop() {
            let id = self.ids.next();
            let number = self.random.u16();
            let Ok((socket, stream)) = plan.start(&self.poller, server, (id, number)) else {
                continue;
            };
            let due = self.deadlines.set(id, now);
            let Plan {
                client,
                query,
                question_end,
                servers,
            } = plan;
            let flight = Flight {
                client,
                query,
                question_end,
                id: number,
                servers,
                socket,
                due,
                stream,
            };
            *self.per_listener.entry(client.listener()).or_default() += 1;
            self.flights.insert(id, flight);
            return None;
        }
        Some(Landing {
            client: plan.client,
            query: plan.query,
            answer: None,
        })
    }

    fn remove(&mut self, id: u64) -> Option<Flight> {
        let flight = self.flights.remove(&id)?;
        let listener = flight.client.listener();
        if let Some(count) = self.per_listener.get_mut(&listener) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.per_listener.remove(&listener);
            }
        }
        Some(flight)
    }
}

/// A flight that has no socket yet.
struct Plan {
    client: Client,
    query: Vec<u8>,
    question_end: usize,
    servers: Vec<SocketAddr>,
}

impl Plan {
    fn start(
        &self,
        poller: &Poller,
        server: SocketAddr,
        (id, number): (u64, u16),
    ) -> Result<(Watched<OwnedFd>, Option<StreamState>), Errno> {
        let family = if server.is_ipv4() {
            AddressFamily::INET
        } else {
            AddressFamily::INET6
        };
        let (kind, flags) = (self.kind(), SocketFlags::CLOEXEC | SocketFlags::NONBLOCK);
        let socket = socket_with(family, kind, flags, None)?;
        let mut message = self.query.clone();
        if let Some(place) = message.first_chunk_mut::<2>() {
            *place = number.to_be_bytes();
        }
        match connect(&socket, &server) {
            Ok(()) | Err(Errno::INPROGRESS) => {}
            Err(errno) => return Err(errno),
        }
        let token = Part::Flight.token(id);
        if kind == SocketType::DGRAM {
            send(&socket, &message, SendFlags::NOSIGNAL)?;
            return Ok((poller.watch(socket, token, EventFlags::IN)?, None));
        }
        let length = u16::try_from(message.len()).map_err(|_| Errno::MSGSIZE)?;
        let unsent = [&length.to_be_bytes()[..], &message].concat();
        let state = StreamState {
            unsent,
            received: Vec::new(),
        };
        Ok((poller.watch(socket, token, EventFlags::OUT)?, Some(state)))
    }

    fn kind(&self) -> SocketType {
        match self.client {
            Client::Datagram { .. } => SocketType::DGRAM,
            Client::Stream { .. } => SocketType::STREAM,
        }
    }
}

impl Flight {
    fn look(&mut self) -> Progress {
        let looked = match self.stream.take() {
            None => self.look_for_datagrams(),
            Some(mut state) => {
                let looked = self.look_at_stream(&mut state);
                self.stream = Some(state);
                looked
            }
        };
        looked.unwrap_or(Progress::NextServer)
    }

    fn look_for_datagrams(&self) -> Result<Progress, Errno> {
        let mut buffer = vec![0; MAX_MESSAGE_BYTES];
        loop {
            match recv(&*self.socket, &mut buffer[..], RecvFlags::DONTWAIT) {
                Ok((length, _)) => match self.judge(buffer.get(..length).unwrap_or(&[])) {
                    // Somebody guesses: keep waiting for the real one.
                    Progress::Waiting => {}
                    other => return Ok(other),
                },
                Err(Errno::AGAIN) => return Ok(Progress::Waiting),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno),
            }
        }
    }

    fn look_at_stream(&mut self, state: &mut StreamState) -> Result<Progress, Errno> {
        if !state.unsent.is_empty() {
            match send(&*self.socket, &state.unsent, SendFlags::NOSIGNAL) {
                Ok(count) => drop(state.unsent.drain(..count)),
                Err(Errno::AGAIN) => return Ok(Progress::Waiting),
                Err(errno) => return Err(errno),
            }
            if state.unsent.is_empty() {
                self.socket.set_flags(EventFlags::IN)?;
            }
            return Ok(Progress::Waiting);
        }
        let mut buffer = [0; 4096];
        match recv(&*self.socket, &mut buffer[..], RecvFlags::DONTWAIT) {
            Ok((0, _)) => return Ok(Progress::NextServer),
            Ok((count, _)) => state
                .received
                .extend_from_slice(buffer.get(..count).unwrap_or(&[])),
            Err(Errno::AGAIN) => return Ok(Progress::Waiting),
            Err(errno) => return Err(errno),
        }
        let Some((length, message)) = state.received.split_first_chunk::<2>() else {
            return Ok(Progress::Waiting);
        };
        match message.get(..usize::from(u16::from_be_bytes(*length))) {
            None => Ok(Progress::Waiting),
            Some(message) => match self.judge(message) {
                Progress::Waiting => Ok(Progress::NextServer),
                other => Ok(other),
            },
        }
    }

    fn judge(&self, message: &[u8]) -> Progress {
        let question = self
            .query
            .get(HEADER_BYTES..self.question_end)
            .unwrap_or(&[]);
        let Some(answer) = match_answer(message, self.id, question) else {
            return Progress::Waiting;
        };
        let failed = [Rcode::ServerFailure as u8, Rcode::Refused as u8].contains(&answer.rcode);
        if failed && !self.servers.is_empty() {
            return Progress::NextServer;
        }
        let mut message = message.to_vec();
        if let (Some(place), Some(id)) = (message.first_chunk_mut::<2>(), self.query.first_chunk())
        {
            *place = *id;
        }
        Progress::Arrived(message)
    }
}

//! Asks the host's servers on behalf of containers.
//!
//! Every query gets a socket of its own, connected (so that only that server's answers arrive), from a port and with a
//! number that nobody can guess. What was asked over TCP is asked over TCP. After a refusal, a failure or two seconds the
//! next server is asked.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tsorch_sys::poller::Poller;

use crate::deadlines::Deadlines;
use crate::flight::{Flight, Plan, Progress};
use crate::random::Random;
use crate::token::Ids;

/// Per server.
const PATIENCE: Duration = Duration::from_secs(2);
/// Queries of all containers at once.
const MAX_FLIGHTS: usize = 1024;
/// Queries of one container at once.
const MAX_FLIGHTS_PER_LISTENER: usize = 128;

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
                let Plan { client, query, .. } = self.remove(id)?.plan;
                Some(Landing {
                    client,
                    query,
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
            .retain(|_, flight| flight.plan.client.listener() != listener);
        self.per_listener.remove(&listener);
    }

    fn give_up_server(&mut self, id: u64, now: Instant) -> Option<Landing> {
        let plan = self.remove(id)?.plan;
        self.launch(plan, now)
    }

    /// Asks the next server that can be asked at all.
    fn launch(&mut self, mut plan: Plan, now: Instant) -> Option<Landing> {
        while let Some(server) = plan.servers.pop() {
            let id = self.ids.next();
            let number = self.random.u16();
            if let Ok(started) = plan.start(&self.poller, server, (id, number)) {
                let due = self.deadlines.set(id, now);
                *self.per_listener.entry(plan.client.listener()).or_default() += 1;
                self.flights.insert(id, Flight::new(plan, started, due));
                return None;
            }
        }
        Some(Landing {
            client: plan.client,
            query: plan.query,
            answer: None,
        })
    }

    fn remove(&mut self, id: u64) -> Option<Flight> {
        let flight = self.flights.remove(&id)?;
        let listener = flight.plan.client.listener();
        if let Some(count) = self.per_listener.get_mut(&listener) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.per_listener.remove(&listener);
            }
        }
        Some(flight)
    }
}

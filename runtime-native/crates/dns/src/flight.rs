//! One query on its way to one server.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::Instant;

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, connect, recv, send, socket_with,
};
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::forward::Client;
use crate::token::Part;
use crate::wire::query::match_answer;
use crate::wire::{HEADER_BYTES, Rcode};

const MAX_MESSAGE_BYTES: usize = 65535;

/// A query, who asked it, and whom it can still be asked of.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) client: Client,
    /// As it came.
    pub(crate) query: Vec<u8>,
    /// Index behind the question.
    pub(crate) question_end: usize,
    /// Servers not asked yet, the next one last.
    pub(crate) servers: Vec<SocketAddr>,
}

/// A query on its way to one server.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) plan: Plan,
    /// When the next server is asked.
    pub(crate) due: Instant,
    /// Number at the upstream server.
    id: u16,
    socket: Watched<OwnedFd>,
    /// Only over TCP.
    stream: Option<StreamState>,
}

#[derive(Debug, Default)]
struct StreamState {
    unsent: Vec<u8>,
    received: Vec<u8>,
}

/// What [`Plan::start`] made.
pub(crate) struct Started {
    id: u16,
    socket: Watched<OwnedFd>,
    stream: Option<StreamState>,
}

/// What a look at a flight found.
pub(crate) enum Progress {
    Waiting,
    Arrived(Vec<u8>),
    NextServer,
}

impl Plan {
    /// A socket to `server` that has sent the query, or will when it is connected.
    pub(crate) fn start(
        &self,
        poller: &Poller,
        server: SocketAddr,
        (id, number): (u64, u16),
    ) -> Result<Started, Errno> {
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
            let socket = poller.watch(socket, token, EventFlags::IN)?;
            return Ok(Started {
                id: number,
                socket,
                stream: None,
            });
        }
        let length = u16::try_from(message.len()).map_err(|_| Errno::MSGSIZE)?;
        let unsent = [&length.to_be_bytes()[..], &message].concat();
        let stream = Some(StreamState {
            unsent,
            received: Vec::new(),
        });
        let socket = poller.watch(socket, token, EventFlags::OUT)?;
        Ok(Started {
            id: number,
            socket,
            stream,
        })
    }

    fn kind(&self) -> SocketType {
        match self.client {
            Client::Datagram { .. } => SocketType::DGRAM,
            Client::Stream { .. } => SocketType::STREAM,
        }
    }
}

impl Flight {
    pub(crate) fn new(plan: Plan, started: Started, due: Instant) -> Self {
        let Started { id, socket, stream } = started;
        Self {
            plan,
            due,
            id,
            socket,
            stream,
        }
    }

    /// What has come, if anything.
    pub(crate) fn look(&mut self) -> Progress {
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
            .plan
            .query
            .get(HEADER_BYTES..self.plan.question_end)
            .unwrap_or(&[]);
        let Some(answer) = match_answer(message, self.id, question) else {
            return Progress::Waiting;
        };
        let failed = [Rcode::ServerFailure as u8, Rcode::Refused as u8].contains(&answer.rcode);
        if failed && !self.plan.servers.is_empty() {
            return Progress::NextServer;
        }
        let mut message = message.to_vec();
        if let (Some(place), Some(id)) = (
            message.first_chunk_mut::<2>(),
            self.plan.query.first_chunk(),
        ) {
            *place = *id;
        }
        Progress::Arrived(message)
    }
}

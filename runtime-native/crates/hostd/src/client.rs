//! Clients of hostd.sock: the daemon, sometimes a person's tool.

use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::{SocketFlags, accept_with};
use serde_json::{Value, json};
use tsorch_protocol::{Connection, ConnectionError, ErrorBody, Event, Message, Received, Request};
use tsorch_sys::peer::peer_is_root;
use tsorch_sys::poller::{EventFlags, Ready, Watched};

use crate::hostd::{Hostd, Source, Token};
use crate::log::{Level, log};

/// More than these at once are a mistake.
const MAX_CLIENTS: usize = 256;

/// A connected client.
#[derive(Debug)]
pub(crate) struct Client {
    connection: Watched<Connection>,
}

/// Who waits for an answer, to which request. The client may be gone by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiter {
    pub(crate) client: Token,
    pub(crate) request: u64,
}

/// The next connection, from root; others are closed at once. `None` when no more wait.
pub(crate) fn accept(listener: &OwnedFd) -> Result<Option<OwnedFd>, Errno> {
    loop {
        match accept_with(listener, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK) {
            Ok(socket) if peer_is_root(&socket) == Ok(true) => return Ok(Some(socket)),
            Ok(_) => log(Level::Warn, "refused a client that is not root", json!({})),
            Err(Errno::AGAIN) => return Ok(None),
            Err(Errno::INTR | Errno::CONNABORTED) => {}
            Err(errno) => return Err(errno),
        }
    }
}

impl Hostd {
    /// Begins a conversation.
    pub(crate) fn add_client(&mut self, socket: OwnedFd) -> Result<(), Errno> {
        if self.clients.len() >= MAX_CLIENTS {
            return Err(Errno::MFILE);
        }
        // Gone already: somebody only looked whether we listen.
        let Ok(connection) = Connection::open(socket, "hostd") else {
            return Ok(());
        };
        let (token, connection) = self.watch(connection, Source::Client)?;
        self.clients.insert(token, Client { connection });
        Ok(())
    }

    /// Sends what waits, takes what has come, does what is asked.
    pub(crate) fn on_client(&mut self, event: &Ready) {
        let token = event.token;
        let Some(client) = self.clients.get_mut(&token) else {
            return;
        };
        let mut requests = Vec::new();
        let outcome = exchange(&mut client.connection, event.flags, &mut requests);
        for request in requests {
            let waiter = Waiter {
                client: token,
                request: request.id,
            };
            self.dispatch(waiter, request);
        }
        match outcome {
            Ok(Received::Open) => self.settle_interest(token),
            Ok(Received::Closed) => self.drop_client(token, None),
            Err(error) => self.drop_client(token, Some(&error)),
        }
    }

    /// Answers a request. Nothing happens when the client is gone.
    pub(crate) fn answer(&mut self, waiter: Waiter, outcome: Result<Value, ErrorBody>) {
        self.send(
            waiter.client,
            &Message::Answer {
                id: waiter.request,
                outcome,
            },
        );
    }

    /// Tells one client of an event.
    pub(crate) fn tell(&mut self, token: Token, name: &str, data: Value) {
        self.send(
            token,
            &Message::Event(Event {
                name: name.to_owned(),
                seq: None,
                data,
            }),
        );
    }

    fn send(&mut self, token: Token, message: &Message) {
        let Some(client) = self.clients.get_mut(&token) else {
            return;
        };
        match client.connection.send(message) {
            Ok(()) => self.settle_interest(token),
            Err(error) => self.drop_client(token, Some(&error)),
        }
    }

    fn settle_interest(&mut self, token: Token) {
        let Some(client) = self.clients.get_mut(&token) else {
            return;
        };
        if let Err(errno) = settle_interest(&mut client.connection) {
            self.drop_client(token, Some(&errno.into()));
        }
    }

    fn drop_client(&mut self, token: Token, reason: Option<&ConnectionError>) {
        self.clients.remove(&token);
        self.forget(token);
        if let Some(reason) = reason {
            let cause = std::error::Error::source(reason).map(ToString::to_string);
            log(
                Level::Warn,
                "client dropped",
                json!({ "reason": reason.to_string(), "cause": cause }),
            );
        }
    }
}

fn exchange(
    connection: &mut Connection,
    flags: EventFlags,
    requests: &mut Vec<Request>,
) -> Result<Received, ConnectionError> {
    if flags.contains(EventFlags::OUT) {
        connection.flush()?;
    }
    let received = connection.receive()?;
    while let Some(message) = connection.next_message()? {
        match message {
            Message::Request(request) => requests.push(request),
            _ => return Err(ConnectionError::Unexpected("an answer", "requests")),
        }
    }
    Ok(received)
}

/// Watches for room to write while something waits.
pub(crate) fn settle_interest(connection: &mut Watched<Connection>) -> Result<(), Errno> {
    let flags = match connection.has_output() {
        true => EventFlags::IN | EventFlags::OUT,
        false => EventFlags::IN,
    };
    connection.set_flags(flags)
}

//! `start` at a shim that lives already: one connection per call, the shim's answer is handed on.

use std::path::Path;

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
use rustix::process::Pid;
use serde_json::{Value, json};
use tsorch_network::names::ContainerId;
use tsorch_protocol::{Connection, ConnectionError, ErrorBody, Message, Received, Request, code};
use tsorch_sys::poller::{EventFlags, Ready, Watched};

use crate::client::{Waiter, settle_interest};
use crate::dispatch::Answer;
use crate::hostd::{Hostd, Source};

/// The number of our only request.
const REQUEST: u64 = 1;

/// A call that a shim has not answered yet.
#[derive(Debug)]
pub(crate) struct ShimCall {
    waiter: Waiter,
    connection: Watched<Connection>,
    shim_pid: Pid,
}

impl Hostd {
    /// Asks the shim to start a task; its answer, with the shim's pid, becomes ours.
    pub(crate) fn start_task(
        &mut self,
        waiter: Waiter,
        id: &ContainerId,
        (shim_pid, task): (Pid, u64),
    ) -> Result<Answer, ErrorBody> {
        let request = Request {
            id: REQUEST,
            method: "start".to_owned(),
            params: json!({ "task": task }),
        };
        let connection = dial(&self.dirs.shim(id).join("sock")).map_err(|_| lost())?;
        let (token, mut connection) = self
            .watch(connection, Source::ShimCall)
            .map_err(|_| lost())?;
        let sent = connection.send(&Message::Request(request));
        if sent.is_err() || settle_interest(&mut connection).is_err() {
            self.forget(token);
            return Err(lost());
        }
        self.shim_calls.insert(
            token,
            ShimCall {
                waiter,
                connection,
                shim_pid,
            },
        );
        Ok(Answer::Later)
    }

    /// The shim has read, spoken or hung up.
    pub(crate) fn on_shim_call(&mut self, event: &Ready) {
        let Some(call) = self.shim_calls.get_mut(&event.token) else {
            return;
        };
        let Some(outcome) = listen(&mut call.connection, event.flags).transpose() else {
            return;
        };
        let outcome = outcome.unwrap_or_else(|_| Err(lost())).map(|mut result| {
            result["shimPid"] = call.shim_pid.as_raw_nonzero().get().into();
            result
        });
        let waiter = call.waiter;
        self.shim_calls.remove(&event.token);
        self.forget(event.token);
        self.answer(waiter, outcome);
    }
}

/// A connection to a shim's socket. A listening shim is connected to at once; a full backlog is an error.
pub(crate) fn dial(path: &Path) -> Result<Connection, ConnectionError> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    connect(&socket, &SocketAddrUnix::new(path)?)?;
    Connection::open(socket, "hostd")
}

type Outcome = Result<Value, ErrorBody>;

fn listen(
    connection: &mut Watched<Connection>,
    flags: EventFlags,
) -> Result<Option<Outcome>, ConnectionError> {
    if flags.contains(EventFlags::OUT) {
        connection.flush()?;
        settle_interest(connection)?;
    }
    let received = connection.receive()?;
    while let Some(message) = connection.next_message()? {
        if let Message::Answer {
            id: REQUEST,
            outcome,
        } = message
        {
            return Ok(Some(outcome));
        }
    }
    match received {
        Received::Open => Ok(None),
        Received::Closed => Err(Errno::CONNRESET.into()),
    }
}

fn lost() -> ErrorBody {
    ErrorBody::new(
        code!("protocol.connection-lost"),
        "the shim does not answer",
    )
    .retryable()
}

//! A connection to systemd: over the system bus, or, where no bus runs, over systemd's own socket. The bus is what
//! systemd documents; the own socket is what systemctl takes.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::error::{ScopeError, io};
use super::message::{Arguments, FIXED_BYTES, Incoming, Target, method_call, read, rest_bytes};

const BUS: &str = "/run/dbus/system_bus_socket";
const OWN: &str = "/run/systemd/private";
/// There exactly where systemd is the first process. Source: sd_booted(3).
const BOOTED: &str = "/run/systemd/system";
/// systemd's own limit for a job of a scope is longer; whoever waits for a container does not.
const PATIENCE: Duration = Duration::from_secs(30);

const BUS_ITSELF: Target = Target {
    destination: "org.freedesktop.DBus",
    path: "/org/freedesktop/DBus",
    interface: "org.freedesktop.DBus",
};
const MANAGER: Target = Target {
    destination: "org.freedesktop.systemd1",
    path: "/org/freedesktop/systemd1",
    interface: "org.freedesktop.systemd1.Manager",
};
const JOBS: &str = "type='signal',interface='org.freedesktop.systemd1.Manager',member='JobRemoved',path='/org/freedesktop/systemd1'";

/// A method of systemd that makes a job, and the unit that it concerns.
pub(super) struct Call<'a> {
    pub(super) method: &'static str,
    pub(super) unit: &'a str,
    pub(super) arguments: Arguments<'a>,
}

/// A connection, one call at a time.
#[derive(Debug)]
pub(super) struct Bus {
    stream: UnixStream,
    serial: u32,
    /// Jobs that ended while something else was waited for: path and result.
    ended: Vec<(String, String)>,
}

impl Bus {
    pub(super) fn connect() -> Result<Self, ScopeError> {
        if !Path::new(BOOTED).is_dir() {
            return Err(ScopeError::NoSystemd);
        }
        match UnixStream::connect(BUS) {
            Ok(stream) => Self::over_bus(stream),
            Err(_) => UnixStream::connect(OWN)
                .map_err(io("connect to systemd"))
                .and_then(Self::authenticate),
        }
    }

    fn over_bus(stream: UnixStream) -> Result<Self, ScopeError> {
        let mut bus = Self::authenticate(stream)?;
        let nothing = Arguments {
            signature: "",
            write: &|_| {},
        };
        bus.ask(BUS_ITSELF, "Hello", &nothing)?;
        let jobs = Arguments {
            signature: "s",
            write: &|body| body.string(JOBS),
        };
        bus.ask(BUS_ITSELF, "AddMatch", &jobs)?;
        bus.ask(MANAGER, "Subscribe", &nothing)?;
        Ok(bus)
    }

    /// By the credentials of the socket; the number of the user is told in hexadecimal ASCII.
    fn authenticate(mut stream: UnixStream) -> Result<Self, ScopeError> {
        let failed = io("speak with systemd");
        stream.set_read_timeout(Some(PATIENCE)).map_err(&failed)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(&failed)?;
        let user = rustix::process::geteuid().as_raw().to_string();
        let user: String = user.bytes().map(|byte| format!("{byte:02x}")).collect();
        let hello = format!("\0AUTH EXTERNAL {user}\r\n");
        stream.write_all(hello.as_bytes()).map_err(&failed)?;
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") && line.len() < 256 {
            let mut byte = [0];
            stream.read_exact(&mut byte).map_err(&failed)?;
            line.extend(byte);
        }
        if !line.starts_with(b"OK ") {
            return Err(ScopeError::Protocol("it does not let us in"));
        }
        stream.write_all(b"BEGIN\r\n").map_err(&failed)?;
        Ok(Self {
            stream,
            serial: 0,
            ended: Vec::new(),
        })
    }

    /// Calls a method of systemd and waits for the end of the job that comes of it.
    pub(super) fn carry_out(&mut self, call: &Call<'_>) -> Result<(), ScopeError> {
        let (operation, unit) = (call.method, call.unit.to_owned());
        let job = match self.call(MANAGER, call.method, &call.arguments)? {
            Ok(job) => job,
            Err((name, message)) => {
                return Err(ScopeError::Refused {
                    operation,
                    unit,
                    name,
                    message,
                });
            }
        };
        match self.result_of(&job)?.as_str() {
            "done" => Ok(()),
            result => Err(ScopeError::Job {
                operation,
                unit,
                result: result.to_owned(),
            }),
        }
    }

    fn result_of(&mut self, job: &str) -> Result<String, ScopeError> {
        loop {
            if let Some((_, result)) = self.ended.iter().find(|(path, _)| path == job) {
                return Ok(result.clone());
            }
            self.receive()?;
        }
    }

    fn ask(
        &mut self,
        target: Target,
        method: &'static str,
        arguments: &Arguments<'_>,
    ) -> Result<(), ScopeError> {
        let answer = self.call(target, method, arguments)?;
        answer
            .map(drop)
            .map_err(|(name, message)| ScopeError::Refused {
                operation: method,
                unit: target.destination.to_owned(),
                name,
                message,
            })
    }

    /// The first argument of the answer, or name and text of the error.
    fn call(
        &mut self,
        target: Target,
        method: &str,
        arguments: &Arguments<'_>,
    ) -> Result<Result<String, (String, String)>, ScopeError> {
        self.serial += 1;
        let bytes = method_call(self.serial, target, (method, arguments));
        let sent = self.stream.write_all(&bytes);
        sent.map_err(io("speak with systemd"))?;
        loop {
            match self.receive()? {
                Incoming::Return { to, text } if to == self.serial => return Ok(Ok(text)),
                Incoming::Failure { to, name, message } if to == self.serial => {
                    return Ok(Err((name, message)));
                }
                _ => {}
            }
        }
    }

    /// The next message; the end of a job is remembered.
    fn receive(&mut self) -> Result<Incoming, ScopeError> {
        let failed = io("hear from systemd");
        let mut fixed = [0; FIXED_BYTES];
        self.stream.read_exact(&mut fixed).map_err(&failed)?;
        let mut rest = vec![0; rest_bytes(&fixed)?];
        self.stream.read_exact(&mut rest).map_err(&failed)?;
        let message = read(&fixed, &rest)?;
        if let Incoming::JobRemoved { job, result } = &message {
            self.ended.push((job.clone(), result.clone()));
        }
        Ok(message)
    }
}

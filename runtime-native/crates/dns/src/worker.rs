//! The worker: one loop over hostd's commands, containers' questions and clients of published ports.
//!
//! It starts as a fork of hostd with one socket to it, gives up every privilege, and ends when that socket closes: a dead
//! hostd leaves no port bound and no namespace held. Commands are carried out before anything else that is ready.

use std::os::fd::OwnedFd;
use std::time::Instant;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::{SendFlags, send};
use tsorch_sys::descriptor_limit;
use tsorch_sys::fd_passing::receive_with_fds;
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::client::WorkerOptions;
use crate::control::{Command, MAX_COMMAND_BYTES, Port, PortKey, Transport};
use crate::proxy::tcp::TcpProxy;
use crate::proxy::udp::UdpProxy;
use crate::sandbox;
use crate::server::Server;
use crate::token::{Part, split};
use crate::upstream::Upstreams;

/// Proxied connections and flows at once, where the limit of descriptors allows it.
const MAX_PROXIED: usize = 4096;

/// Exit status after hostd hung up.
const ENDED: u8 = 0;
const FAILED: u8 = 1;

/// Runs until hostd hangs up; gives the exit status.
pub(crate) fn run(control: OwnedFd, options: &WorkerOptions) -> u8 {
    match Worker::start(control, options).and_then(Worker::serve) {
        Ok(()) => ENDED,
        Err(_) => FAILED,
    }
}

struct Worker {
    poller: Poller,
    control: Watched<OwnedFd>,
    server: Server,
    tcp: TcpProxy,
    udp: UdpProxy,
    buffer: Vec<u8>,
    _standard_streams: [OwnedFd; 3],
}

impl Worker {
    fn start(control: OwnedFd, options: &WorkerOptions) -> Result<Self, Errno> {
        let standard_streams = sandbox::occupy_standard_streams()?;
        // Cosmetic: what ps shows.
        let _ = rustix::thread::set_name(c"tsorch-dns");
        sandbox::reset_oom_score();
        let descriptors = descriptor_limit::raise();
        sandbox::enter()?;
        let poller = Poller::new()?;
        rustix::fs::fcntl_setfl(&control, OFlags::NONBLOCK)?;
        let proxied = MAX_PROXIED.min(descriptors / 8);
        Ok(Self {
            control: poller.watch(control, Part::Control.token(0), EventFlags::IN)?,
            server: Server::new(poller.clone(), Upstreams::new(options.resolv_conf.clone()))?,
            tcp: TcpProxy::new(poller.clone(), proxied),
            udp: UdpProxy::new(poller.clone(), proxied),
            poller,
            buffer: vec![0; MAX_COMMAND_BYTES],
            _standard_streams: standard_streams,
        })
    }

    fn serve(mut self) -> Result<(), Errno> {
        let mut ready = Vec::new();
        loop {
            let now = Instant::now();
            let deadlines = [
                self.server.next_deadline(),
                self.tcp.next_deadline(),
                self.udp.next_deadline(),
            ];
            let timeout = deadlines
                .into_iter()
                .flatten()
                .min()
                .map(|due| due.saturating_duration_since(now));
            self.poller.wait(timeout, &mut ready)?;
            let now = Instant::now();
            let parts: Vec<(Part, u64)> = ready
                .iter()
                .filter_map(|event| split(event.token))
                .collect();
            if parts.iter().any(|(part, _)| *part == Part::Control) && !self.obey_all()? {
                return Ok(());
            }
            for (part, id) in parts {
                self.on_ready(part, id, now);
            }
            self.server.on_time(now);
            self.tcp.on_time(now);
            self.udp.on_time(now);
        }
    }

    fn on_ready(&mut self, part: Part, id: u64, now: Instant) {
        match part {
            Part::Control => {}
            Part::TcpPort => self.tcp.on_port(id, now),
            Part::TcpClient | Part::TcpServer => self.tcp.on_connection(id, now),
            Part::UdpPort => self.udp.on_port(id, now),
            Part::UdpFlow => self.udp.on_flow(id, now),
            part => self.server.on_ready(part, id, now),
        }
    }

    /// Carries out every command that waits; `false` = hostd hung up.
    fn obey_all(&mut self) -> Result<bool, Errno> {
        loop {
            let (length, fds) = match receive_with_fds(&*self.control, &mut self.buffer) {
                Ok((0, _)) => return Ok(false),
                Ok(received) => received,
                Err(Errno::AGAIN) => return Ok(true),
                Err(Errno::INTR) => continue,
                Err(errno) => return Err(errno),
            };
            let json = self.buffer.get(..length).unwrap_or(&[]);
            let command = serde_json::from_slice(json).map_err(|_| Errno::PROTO)?;
            self.obey(command, fds)?;
        }
    }

    /// After an error the worker ends, and hostd starts another: a command that was not carried out is never forgotten.
    fn obey(&mut self, command: Command, fds: Vec<OwnedFd>) -> Result<(), Errno> {
        let mut fds = fds.into_iter();
        let mut next_fd = || fds.next().ok_or(Errno::BADF);
        match command {
            Command::Listen(listener) => self.server.listen(listener, next_fd()?, next_fd()?),
            Command::OpenPort(port) => self.open_port(port, next_fd()?),
            Command::RetargetPort(port) => self.retarget_port(port),
            Command::ClosePort(key) => {
                self.close_port(&key);
                Ok(())
            }
            Command::Unlisten(id) => {
                self.server.unlisten(&id);
                Ok(())
            }
            Command::ForgetNames(owner) => {
                self.server.forget_names(&owner);
                Ok(())
            }
            Command::AddNames { owner, names } => {
                self.server.add_names(&owner, names);
                Ok(())
            }
            Command::Sync => send(&*self.control, &[1], SendFlags::NOSIGNAL).map(|_| ()),
        }
    }

    fn open_port(&mut self, port: Port, socket: OwnedFd) -> Result<(), Errno> {
        match port.key.transport {
            Transport::Tcp => self.tcp.open(port.key, port.targets, socket),
            Transport::Udp => self.udp.open(port.key, port.targets, socket),
        }
    }

    fn retarget_port(&mut self, port: Port) -> Result<(), Errno> {
        match port.key.transport {
            Transport::Tcp => self.tcp.retarget(&port.key, port.targets),
            Transport::Udp => {
                self.udp.retarget(&port.key, port.targets);
                Ok(())
            }
        }
    }

    fn close_port(&mut self, key: &PortKey) {
        match key.transport {
            Transport::Tcp => self.tcp.close(key),
            Transport::Udp => self.udp.close(key),
        }
    }
}

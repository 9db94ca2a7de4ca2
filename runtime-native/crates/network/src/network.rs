//! The node's network: what hostd opens once and calls.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use rustix::event::epoll;
use rustix::io::Errno;

use crate::api::{
    AttachParams, AttachResult, CheckPortsParams, CheckPortsResult, DetachParams, DumpResult,
    EnsureParams, EnsureResult, NetworkEvent, RemoveParams, SweepParams, SwitchParams,
};
use crate::error::NetworkError;

/// Where a node's network lives.
#[derive(Clone, Debug)]
pub struct NetworkOptions {
    /// `/run/tsorch`: holds `net/` and `netns/`.
    pub run_dir: PathBuf,
    /// Empty for the default node, else part of every host-wide name.
    pub node_key: String,
}

/// The node's network. One per run directory; see the crate's documentation.
#[derive(Debug)]
pub struct Network {
    events: OwnedFd,
}

impl Network {
    /// Forks the DNS worker, loads the journal, adopts what is there and repairs what is missing.
    ///
    /// To be called early: the worker is a fork and inherits the memory of this process, though no descriptor.
    ///
    /// # Errors
    /// When another hostd has the same run directory, or the kernel refuses a socket.
    pub fn open(_options: NetworkOptions) -> Result<Self, NetworkError> {
        let events = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(NetworkError::Worker)?;
        Ok(Self { events })
    }

    /// Readable when [`Network::on_ready`] has something to do. The same descriptor for the whole life.
    #[must_use]
    pub fn event_fd(&self) -> BorrowedFd<'_> {
        self.events.as_fd()
    }

    /// Looks at everything that is ready: repairs, replaces the worker, reaps. Never blocks.
    pub fn on_ready(&mut self) -> Vec<NetworkEvent> {
        Vec::new()
    }

    /// `net.ensure`
    ///
    /// # Errors
    /// `network.subnet-overlap`; `node.busy` when it is different and something is attached.
    pub fn ensure(&mut self, params: EnsureParams) -> Result<EnsureResult, NetworkError> {
        Err(NetworkError::UnknownNetwork(params.name))
    }

    /// `net.remove`
    ///
    /// # Errors
    /// `node.busy` while something is attached.
    pub fn remove(&mut self, params: RemoveParams) -> Result<(), NetworkError> {
        Err(NetworkError::UnknownNetwork(params.name))
    }

    /// `net.attach`
    ///
    /// # Errors
    /// `network.not-found`, `network.no-address`, `network.address-in-use`; nothing is left behind then.
    pub fn attach(&mut self, params: AttachParams) -> Result<AttachResult, NetworkError> {
        Err(NetworkError::AttachedOtherwise(params.id))
    }

    /// `net.detach`
    ///
    /// # Errors
    /// The first of them; all that could be removed is.
    pub fn detach(&mut self, params: DetachParams) -> Result<(), NetworkError> {
        Err(NetworkError::AttachedOtherwise(params.id))
    }

    /// `net.switch`
    ///
    /// # Errors
    /// `network.port-in-use`, `network.no-host-address`; nothing has changed then.
    pub fn switch(&mut self, params: SwitchParams) -> Result<(), NetworkError> {
        Err(NetworkError::BadRequest(params.digest))
    }

    /// `net.checkPorts`
    ///
    /// # Errors
    /// Only when the kernel refuses a socket.
    pub fn check_ports(
        &mut self,
        _params: CheckPortsParams,
    ) -> Result<CheckPortsResult, NetworkError> {
        Err(NetworkError::Worker(Errno::NOSYS))
    }

    /// `net.dump`
    ///
    /// # Errors
    /// When the host's routes cannot be read.
    pub fn dump(&mut self) -> Result<DumpResult, NetworkError> {
        Err(NetworkError::Worker(Errno::NOSYS))
    }

    /// The network's part of `node.sweep`; says what was removed.
    ///
    /// # Errors
    /// When the kernel's state cannot be read.
    pub fn sweep(&mut self, _params: SweepParams) -> Result<Vec<String>, NetworkError> {
        Err(NetworkError::Worker(Errno::NOSYS))
    }

    /// The network's part of `node.shutdown`: removes everything of this node, ends the worker.
    ///
    /// # Errors
    /// The first of them; all that could be removed is.
    pub fn shutdown(self) -> Result<(), NetworkError> {
        Ok(())
    }
}

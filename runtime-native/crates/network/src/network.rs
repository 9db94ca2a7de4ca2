//! The node's network: what hostd opens once and calls.
//!
//! [`State`] is what was asked for, kept by the journal. Everything else is made from it and can be made again: bridges
//! and interfaces in the kernel, elements of the packet filter, port sockets, DNS sockets, the worker's zones. Every call
//! writes the journal first; a crash between any two steps leaves something that [`Network::open`] completes or undoes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::Ipv4Addr;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;

use rustix::io::Errno;
use tsorch_dns::WorkerOptions;
use tsorch_sys::poller::Poller;

use crate::api::NetworkEvent;
use crate::conntrack::Conntrack;
use crate::error::NetworkError;
use crate::host_ports::HostPorts;
use crate::journal::Journal;
use crate::kernel_names::NodeKey;
use crate::link_reaper::LinkReaper;
use crate::name_service::{DnsSockets, NameService};
use crate::names::{ContainerId, NetworkName, Owner};
use crate::namespace::HostNamespace;
use crate::netlink::Socket;
use crate::nft::filter::{Filter, TableMode};
use crate::spare::Spare;
use crate::state::{Record, State};
use crate::watch::Watch;

const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
const RESOLV_CONF: &str = "/etc/resolv.conf";

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
    pub(crate) node: NodeKey,
    pub(crate) run_dir: PathBuf,
    pub(crate) state: State,
    pub(crate) journal: Journal,
    pub(crate) host: HostNamespace,
    pub(crate) links: Socket,
    pub(crate) filter: Filter,
    pub(crate) conntrack: Conntrack,
    pub(crate) ports: HostPorts,
    /// Ports of the journal that somebody else took while no hostd ran.
    pub(crate) lost_ports: BTreeSet<Owner>,
    pub(crate) spare: Spare,
    pub(crate) dns_sockets: HashMap<ContainerId, DnsSockets>,
    pub(crate) names: NameService,
    pub(crate) reaper: LinkReaper,
    pub(crate) poller: Poller,
    pub(crate) watch: Watch,
    /// Last address given out, by network.
    pub(crate) cursors: BTreeMap<NetworkName, Ipv4Addr>,
    /// Not told yet.
    pub(crate) events: Vec<NetworkEvent>,
}

impl Network {
    /// Forks the DNS worker, loads the journal, adopts what is there and repairs what is missing.
    ///
    /// To be called early: the worker is a fork and inherits the memory of this process, though no descriptor. Raises the
    /// soft limit of open descriptors of this process.
    ///
    /// # Errors
    /// When another hostd has the same run directory, or the kernel refuses a socket.
    pub fn open(options: NetworkOptions) -> Result<Self, NetworkError> {
        Self::open_with(options, TableMode::Owned)
    }

    /// As [`Network::open`]; `mode` = [`TableMode::Watched`] does without the table flags of newer kernels.
    ///
    /// # Errors
    /// As [`Network::open`].
    pub fn open_with(options: NetworkOptions, mode: TableMode) -> Result<Self, NetworkError> {
        let NetworkOptions { run_dir, node_key } = options;
        // Two sockets for each container, one or two for each published port.
        tsorch_sys::descriptor_limit::raise();
        let directory = run_dir.join("net");
        for path in [&directory, &run_dir.join("netns")] {
            make_directory(path)?;
        }
        let worker = WorkerOptions {
            resolv_conf: RESOLV_CONF.into(),
        };
        let names = NameService::start(worker, &directory.join("worker.lock"))
            .map_err(NetworkError::Worker)?;
        let boot = std::fs::read_to_string(BOOT_ID).unwrap_or_default();
        let (journal, state) = Journal::open(directory.join("journal"), boot)
            .map_err(|errno| NetworkError::kernel("open", "the journal", errno))?;
        let poller = Poller::new().map_err(cannot_open)?;
        let filter = Filter::open(&node_key, mode).map_err(cannot_open)?;
        let watch = Watch::open(&poller, &filter, names.worker()).map_err(cannot_open)?;
        let mut network = Self {
            node: NodeKey::new(node_key),
            host: HostNamespace::open(run_dir.join("netns")).map_err(cannot_open)?,
            run_dir,
            state,
            journal,
            links: Socket::open(None).map_err(cannot_open)?,
            filter,
            conntrack: Conntrack::open().map_err(cannot_open)?,
            ports: HostPorts::new(),
            lost_ports: BTreeSet::new(),
            spare: Spare::default(),
            dns_sockets: HashMap::new(),
            names,
            reaper: LinkReaper::default(),
            poller,
            watch,
            cursors: BTreeMap::new(),
            events: Vec::new(),
        };
        network.adopt();
        Ok(network)
    }

    /// Readable when [`Network::on_ready`] has something to do. The same descriptor for the whole life.
    #[must_use]
    pub fn event_fd(&self) -> BorrowedFd<'_> {
        self.poller.as_fd()
    }

    /// Writes records to the journal and takes them over.
    pub(crate) fn record(&mut self, records: Vec<Record>) -> Result<(), NetworkError> {
        self.journal
            .append(&records, &self.state)
            .map_err(|errno| NetworkError::kernel("write", "the journal", errno))?;
        for record in records {
            self.state.apply(record);
        }
        Ok(())
    }

    /// How the packet filter's table is protected; known once it was written.
    #[must_use]
    pub fn table_mode(&self) -> TableMode {
        self.filter.mode()
    }

    /// Process id of the DNS and proxy worker.
    #[must_use]
    pub fn worker_pid(&self) -> rustix::process::Pid {
        self.names.worker().pid()
    }
}

fn make_directory(path: &PathBuf) -> Result<(), NetworkError> {
    std::fs::create_dir_all(path).map_err(|error| {
        let errno = Errno::from_io_error(&error).unwrap_or(Errno::IO);
        NetworkError::kernel("create", path.display().to_string(), errno)
    })
}

fn cannot_open(errno: Errno) -> NetworkError {
    NetworkError::kernel("open", "the kernel's network interfaces", errno)
}

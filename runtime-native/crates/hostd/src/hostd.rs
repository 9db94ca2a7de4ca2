//! The loop: what is watched, and where each event goes.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::Signal;
use serde_json::{Value, json};
use tsorch_network::Network;
use tsorch_network::names::ContainerId;
use tsorch_sys::child::{Reaped, reap_any};
use tsorch_sys::poller::{EventFlags, Poller, Ready, Watched};
use tsorch_sys::signal::SignalFd;

use crate::adoption::Adoption;
use crate::client::Client;
use crate::dirs::NodeDirs;
use crate::dispatch::Parked;
use crate::groups::Groups;
use crate::keeper::Keeper;
use crate::layer::Layers;
use crate::log::{Level, log};
use crate::network_calls::NetworkSource;
use crate::settlement::Settlement;
use crate::shim_call::ShimCall;
use crate::shims::Shim;
use crate::shutdown::Shutdown;
use crate::spawn::Spawn;
use crate::template::{ShimMain, Template};
use crate::watchdog::{Suspicion, TaskEnd};
use crate::worker::Worker;

/// How often what has no descriptor is looked at, while there is such a thing: a control group that empties, a shim
/// that does not listen yet.
const TICK: Duration = Duration::from_millis(10);

/// Reaped orphans that are remembered until their shim's end is noticed.
const REMEMBERED_ORPHANS: usize = 64;

/// What a descriptor is to us.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// hostd.sock
    Listener,
    /// SIGCHLD, SIGTERM, SIGINT
    Signals,
    /// Answers of the template.
    Template,
    /// The network's events.
    Network,
    /// A client's connection.
    Client,
    /// The socket on which a shim says that it is ready, and hands over copies of its descriptors.
    Keeper(ContainerId),
    /// A shim's pidfd.
    ShimEnd(ContainerId),
    /// The pidfd of a task's first process.
    TaskEnd(ContainerId),
    /// A connection of ours to a shim.
    ShimCall,
    /// A worker's answer.
    Worker,
}

/// Names a watched descriptor; never used twice.
pub(crate) type Token = u64;

/// Everything that hostd holds. The truth is in files and in the kernel; this is what is going on.
#[derive(Debug)]
pub(crate) struct Hostd {
    pub(crate) dirs: NodeDirs,
    pub(crate) groups: Groups,
    pub(crate) network: Option<Watched<NetworkSource>>,
    pub(crate) shim: ShimMain,
    pub(crate) template: Watched<Template>,
    /// Containers for which the template was asked, in this order.
    pub(crate) asked: VecDeque<ContainerId>,
    pub(crate) clients: HashMap<Token, Client>,
    pub(crate) shims: HashMap<ContainerId, Shim>,
    /// Shims whose lock is held, but who do not listen yet.
    pub(crate) unready: BTreeSet<ContainerId>,
    pub(crate) spawns: HashMap<ContainerId, Spawn>,
    pub(crate) keepers: HashMap<ContainerId, Keeper>,
    pub(crate) adoptions: HashMap<ContainerId, Adoption>,
    pub(crate) task_ends: HashMap<ContainerId, TaskEnd>,
    pub(crate) suspicions: HashMap<ContainerId, Suspicion>,
    pub(crate) settlements: HashMap<ContainerId, Settlement>,
    pub(crate) removals: HashSet<ContainerId>,
    /// Requests that wait until what is going on with their container is over.
    pub(crate) parked: HashMap<ContainerId, Vec<Parked>>,
    pub(crate) shim_calls: HashMap<Token, ShimCall>,
    pub(crate) workers: HashMap<Token, Worker>,
    pub(crate) layers: Layers,
    pub(crate) orphans: VecDeque<Reaped>,
    /// Somebody has asked for the end.
    pub(crate) shutdown: Option<Shutdown>,
    /// When groups of stacks without containers are removed.
    pub(crate) prune_at: Option<Instant>,
    pub(crate) ends: bool,
    listener: Watched<OwnedFd>,
    signals: Watched<SignalFd>,
    poller: Poller,
    sources: HashMap<Token, Source>,
    next_token: Token,
}

/// What [`Hostd::new`] is made of.
pub(crate) struct Parts {
    pub(crate) shim: ShimMain,
    pub(crate) dirs: NodeDirs,
    pub(crate) groups: Groups,
    pub(crate) network: Network,
    pub(crate) layers: Layers,
    pub(crate) template: Template,
    pub(crate) listener: OwnedFd,
    pub(crate) signals: SignalFd,
}

impl Hostd {
    pub(crate) fn new(parts: Parts) -> Result<Self, Errno> {
        let poller = Poller::new()?;
        let mut sources = HashMap::new();
        let mut next_token = 0;
        let mut token = |source| {
            next_token += 1;
            sources.insert(next_token, source);
            next_token
        };
        let input = EventFlags::IN;
        let network = NetworkSource(parts.network);
        let network = poller.watch(network, token(Source::Network), input)?;
        Ok(Self {
            template: poller.watch(parts.template, token(Source::Template), input)?,
            listener: poller.watch(parts.listener, token(Source::Listener), input)?,
            signals: poller.watch(parts.signals, token(Source::Signals), input)?,
            shim: parts.shim,
            dirs: parts.dirs,
            groups: parts.groups,
            network: Some(network),
            asked: VecDeque::new(),
            clients: HashMap::new(),
            shims: HashMap::new(),
            unready: BTreeSet::new(),
            spawns: HashMap::new(),
            keepers: HashMap::new(),
            adoptions: HashMap::new(),
            task_ends: HashMap::new(),
            suspicions: HashMap::new(),
            settlements: HashMap::new(),
            removals: HashSet::new(),
            parked: HashMap::new(),
            shim_calls: HashMap::new(),
            workers: HashMap::new(),
            layers: parts.layers,
            orphans: VecDeque::new(),
            shutdown: None,
            prune_at: Some(Instant::now()),
            ends: false,
            poller,
            sources,
            next_token,
        })
    }

    /// Serves until somebody asks for the end.
    pub(crate) fn serve(&mut self) -> Result<(), Errno> {
        let mut ready = Vec::new();
        while !self.ends {
            self.poller.wait(self.patience(), &mut ready)?;
            if ready.is_empty() {
                self.use_idle_time();
            }
            for event in &ready {
                self.on_ready(event);
            }
            self.tick();
        }
        Ok(())
    }

    /// Watches a new descriptor for input.
    pub(crate) fn watch<S: AsFd>(
        &mut self,
        descriptor: S,
        source: Source,
    ) -> Result<(Token, Watched<S>), Errno> {
        self.next_token += 1;
        let token = self.next_token;
        let watched = self.poller.watch(descriptor, token, EventFlags::IN)?;
        self.sources.insert(token, source);
        Ok((token, watched))
    }

    /// Forgets a token whose descriptor is watched no more.
    pub(crate) fn forget(&mut self, token: Token) {
        self.sources.remove(&token);
    }

    /// Takes a new template in the place of one that ended.
    pub(crate) fn replace_template(&mut self, template: Template) -> Result<(), Errno> {
        self.sources
            .retain(|_, source| !matches!(source, Source::Template));
        crate::startup::enter_group(&self.groups, crate::groups::SHIMS, template.pid());
        self.template = self.watch(template, Source::Template)?.1;
        Ok(())
    }

    /// Tells every client.
    pub(crate) fn tell_all(&mut self, event: &str, data: Value) {
        let tokens: Vec<Token> = self.clients.keys().copied().collect();
        for token in tokens {
            self.tell(token, event, data.clone());
        }
    }

    /// Reaps every child that has ended. Orphans are remembered: their shim's end may be noticed later.
    pub(crate) fn reap(&mut self) {
        while let Ok(Some(reaped)) = reap_any() {
            if self.worker_ended(&reaped) {
                continue;
            }
            self.task_reaped(&reaped);
            if self.orphans.len() == REMEMBERED_ORPHANS {
                self.orphans.pop_front();
            }
            self.orphans.push_back(reaped);
        }
    }

    fn patience(&self) -> Option<Duration> {
        let waits =
            !self.settlements.is_empty() || !self.unready.is_empty() || self.adoptions_wait();
        let delays = [
            waits.then_some(TICK),
            self.suspicion_delay(),
            self.idle_delay(),
        ];
        delays.into_iter().flatten().min()
    }

    fn tick(&mut self) {
        self.continue_settlements();
        self.adopt_unready();
        self.continue_adoptions();
        self.look_after_shims();
        self.finish_shutdown();
    }

    fn on_ready(&mut self, event: &Ready) {
        // Forgotten while an earlier event of the same wait was handled.
        let Some(source) = self.sources.get(&event.token).cloned() else {
            return;
        };
        match source {
            Source::Listener => self.accept(),
            Source::Signals => self.on_signals(),
            Source::Template => self.on_template(),
            Source::Network => self.on_network(),
            Source::Client => self.on_client(event),
            Source::Keeper(id) => self.on_keeper(&id),
            Source::ShimEnd(id) => self.on_shim_end(&id),
            Source::TaskEnd(id) => self.on_task_end(&id),
            Source::ShimCall => self.on_shim_call(event),
            Source::Worker => self.on_worker(event.token),
        }
    }

    fn accept(&mut self) {
        while let Ok(Some(socket)) = crate::client::accept(&self.listener) {
            if let Err(errno) = self.add_client(socket) {
                log(
                    Level::Warn,
                    "client refused",
                    json!({ "reason": errno.to_string() }),
                );
            }
        }
    }

    fn on_signals(&mut self) {
        for number in self.signals.take().unwrap_or_default() {
            if number == Signal::CHILD.as_raw() {
                self.reap();
            } else {
                log(
                    Level::Info,
                    "ending on a signal; containers go on",
                    json!({ "signal": number }),
                );
                self.ends = true;
            }
        }
    }
}

//! What others do to our links and table, and how it is put right.
//!
//! Repairs are counted ([`RateLimit`]); one too many waits for the timer.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tsorch_dns::Worker;
use tsorch_sys::poller::{EventFlags, Poller, Ready, Watched};

use crate::api::NetworkEvent;
use crate::error::NetworkError;
use crate::link::requests::link_by_name;
use crate::link::survey::addresses_on;
use crate::netlink::Socket;
use crate::network::Network;
use crate::nft::filter::Filter;
use crate::rate_limit::RateLimit;
use crate::state::{NetworkRecord, Phase};

const LINKS: u64 = 1;
const FILTER: u64 = 2;
const WORKER: u64 = 3;
const TIMER: u64 = 4;
/// Deletions of links that have ended.
pub(crate) const REAPER: u64 = 5;

/// `RTMGRP_LINK | RTMGRP_IPV4_IFADDR`
const LINK_GROUPS: u32 = 0x1 | 0x10;
const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
const RTM_DELADDR: u16 = 21;

/// Repairs, and new workers, at most this often.
const MOST: usize = 5;
const REPAIR_WINDOW: Duration = Duration::from_secs(60);
const WORKER_WINDOW: Duration = Duration::from_secs(10);
/// After a repair that failed.
const RETRY: Duration = Duration::from_secs(2);

/// Descriptors that tell of changes, and the repairs of the last minute.
#[derive(Debug)]
pub(crate) struct Watch {
    links: Watched<Socket>,
    /// Copies: the sources have other owners, which live as long.
    _filter: Watched<OwnedFd>,
    worker: Watched<OwnedFd>,
    timer: Watched<OwnedFd>,
    repairs: RateLimit,
    workers: RateLimit,
}

impl Watch {
    pub(crate) fn open(poller: &Poller, filter: &Filter, worker: &Worker) -> Result<Self, Errno> {
        let input = EventFlags::IN;
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        Ok(Self {
            links: poller.watch(Socket::with_groups(None, LINK_GROUPS)?, LINKS, input)?,
            _filter: poller.watch(copy(filter.event_fd())?, FILTER, input)?,
            worker: poller.watch(copy(worker.event_fd())?, WORKER, input)?,
            timer: poller.watch(timer, TIMER, input)?,
            repairs: RateLimit::new(MOST, REPAIR_WINDOW),
            workers: RateLimit::new(MOST, WORKER_WINDOW),
        })
    }

    /// Watches another worker.
    pub(crate) fn follow(&mut self, poller: &Poller, worker: &Worker) -> Result<(), Errno> {
        self.worker = poller.watch(copy(worker.event_fd())?, WORKER, EventFlags::IN)?;
        Ok(())
    }

    /// Whether a repair may be made now; if not, the timer will bring us here again.
    fn may_repair(&mut self) -> bool {
        let allowed = self.repairs.take(Instant::now());
        self.allowed_or_later(allowed)
    }

    /// Whether a worker may be started now. Its end is not told again and again while it may not.
    fn may_start_worker(&mut self) -> bool {
        let allowed = self.workers.take(Instant::now());
        if allowed.is_err() {
            // Only for a descriptor that is none: the loop would turn faster, not wrong.
            let _ = self.worker.set_flags(EventFlags::empty());
        }
        self.allowed_or_later(allowed)
    }

    fn allowed_or_later(&self, allowed: Result<(), Duration>) -> bool {
        allowed.map_err(|wait| self.wake_after(wait)).is_ok()
    }

    /// Looks at everything again after `wait`.
    pub(crate) fn wake_after(&self, wait: Duration) {
        let seconds = i64::try_from(wait.as_secs()).unwrap_or(60) + 1;
        let it_value = Timespec {
            tv_sec: seconds,
            tv_nsec: 0,
        };
        let it_interval = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let time = Itimerspec {
            it_interval,
            it_value,
        };
        // Fails only for bad arguments.
        let _ = timerfd_settime(&*self.timer, TimerfdTimerFlags::empty(), &time);
    }

    fn take_timer(&self) {
        let mut count = [0; 8];
        let _ = rustix::io::read(&*self.timer, &mut count);
    }
}

impl Network {
    /// Looks at everything that is ready: repairs, replaces the worker, reaps. Never waits for anybody but the kernel and
    /// our own worker.
    pub fn on_ready(&mut self) -> Vec<NetworkEvent> {
        let mut ready: Vec<Ready> = Vec::new();
        if self.poller.wait(Some(Duration::ZERO), &mut ready).is_ok() {
            for event in &ready {
                self.on_source(event.token);
            }
        }
        std::mem::take(&mut self.events)
    }

    fn on_source(&mut self, token: u64) {
        match token {
            LINKS => self.on_links(),
            FILTER => {
                self.filter.note_events();
                self.repair_filter();
            }
            WORKER => self.on_worker(),
            TIMER => {
                self.watch.take_timer();
                self.repair_links();
                self.repair_filter();
                self.on_worker();
            }
            REAPER => self.reaper.reap(),
            _ => {}
        }
    }

    /// After a change was noted and told to the worker: one that could not be told is replaced and told everything.
    pub(crate) fn after_telling(&mut self, told: Result<(), Errno>) -> Result<(), NetworkError> {
        match told {
            Ok(()) => Ok(()),
            Err(_) => self.replace_worker(),
        }
    }

    /// Starts another worker and tells it everything.
    fn replace_worker(&mut self) -> Result<(), NetworkError> {
        self.names.restart().map_err(NetworkError::Worker)?;
        self.watch
            .follow(&self.poller, self.names.worker())
            .map_err(NetworkError::Worker)?;
        self.events.push(NetworkEvent::WorkerRestarted {
            what: "dns".to_owned(),
        });
        self.tell_everything().map_err(NetworkError::Worker)
    }

    fn on_links(&mut self) {
        if self.were_links_touched() {
            self.repair_links();
        }
    }

    fn on_worker(&mut self) {
        if self.names.worker().is_gone()
            && self.watch.may_start_worker()
            && self.replace_worker().is_err()
        {
            self.watch.wake_after(RETRY);
        }
    }

    fn were_links_touched(&mut self) -> bool {
        // Lost events: look at everything.
        let Ok(events) = self.watch.links.events() else {
            return true;
        };
        let bridges: Vec<&str> = self
            .state
            .networks
            .values()
            .map(|network| network.bridge.as_str())
            .collect();
        events.iter().any(|event| match event.kind {
            RTM_NEWLINK | RTM_DELLINK => {
                let name = event.attributes(16).text(3).unwrap_or_default();
                let is_up = event
                    .header::<16>()
                    .is_some_and(|header| header[8] & 1 != 0);
                let is_gone = event.kind == RTM_DELLINK || !is_up;
                is_gone && (bridges.contains(&name) || self.is_veth(name))
            }
            // Label of the address: the interface's name.
            RTM_DELADDR => event
                .attributes(8)
                .text(3)
                .is_some_and(|label| bridges.contains(&label)),
            _ => false,
        })
    }

    fn is_veth(&self, name: &str) -> bool {
        self.state
            .attachments
            .values()
            .filter(|record| record.phase == Phase::Done)
            .any(|record| {
                record
                    .interfaces
                    .iter()
                    .any(|one| self.node.veth(&record.id, &one.interface) == name)
            })
    }

    /// Bridges, their addresses and the interfaces in them.
    fn repair_links(&mut self) {
        let networks: Vec<_> = self.state.networks.values().cloned().collect();
        let broken: Vec<_> = networks
            .into_iter()
            .filter(|network| !self.is_bridge_whole(network))
            .collect();
        let attachments: Vec<_> = self.state.attachments.values().cloned().collect();
        let touched: Vec<_> = attachments
            .into_iter()
            .filter(|record| record.phase == Phase::Done && self.is_cut_off(record))
            .collect();
        if (broken.is_empty() && touched.is_empty()) || !self.watch.may_repair() {
            return;
        }
        for network in broken {
            if self.build_bridge(&network).is_ok() {
                let what = format!("bridge {} of network {}", network.bridge, network.name);
                self.events.push(NetworkEvent::Repaired { what });
            }
        }
        for record in touched {
            if self.is_cut_off(&record) && self.build_attachment(&record).is_ok() {
                let what = format!("interfaces of container {}", record.id);
                self.events.push(NetworkEvent::Repaired { what });
            }
        }
    }

    /// Whether the bridge is there, up, and has its addresses.
    fn is_bridge_whole(&mut self, network: &NetworkRecord) -> bool {
        let Ok(Some(link)) = link_by_name(&mut self.links, &network.bridge) else {
            return false;
        };
        let addresses = addresses_on(&mut self.links, link.index).unwrap_or_default();
        link.is_up
            && network
                .gateways()
                .iter()
                .all(|gateway| addresses.contains(gateway))
    }

    /// Writes the table at the start; failing that, a little later.
    pub(crate) fn build_filter(&mut self) {
        if self.filter.rebuild().is_err() {
            self.watch.wake_after(RETRY);
        }
    }

    fn repair_filter(&mut self) {
        if self.filter.is_whole() || !self.watch.may_repair() {
            return;
        }
        if self.filter.rebuild().is_err() {
            return self.watch.wake_after(RETRY);
        }
        let what = format!("packet filter table {:?}", self.filter.table());
        self.events.push(NetworkEvent::Repaired { what });
    }
}

fn copy(fd: std::os::fd::BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    rustix::io::fcntl_dupfd_cloexec(fd, 3)
}

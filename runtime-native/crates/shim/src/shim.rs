//! The shim itself: what it owns, and its event loop.
//!
//! One thread, one epoll instance. It sleeps until a descriptor is ready or a deadline has come; nothing is polled, and
//! nothing waits for a client.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use tsorch_cgroups::{CgroupPath, Hierarchies};
use tsorch_oci::ContainerId;
use tsorch_sys::child::{Reaped, reap_any};
use tsorch_sys::poller::{Poller, Ready};

use crate::event_log::EventLog;
use crate::exec::Execs;
use crate::foreign::command::Commands;
use crate::keeper::Keeper;
use crate::log::log_writer::LogWriter;
use crate::paths::Paths;
use crate::peers::Peers;
use crate::process_setup::ProcessSetup;
use crate::records::Records;
use crate::shim_config::ShimConfig;
use crate::shim_dir::ShimDir;
use crate::task::Task;
use crate::task_hooks::HookRow;
use crate::timers::{Timer, Timers};
use crate::token::{Lane, Owner, Token};

/// Bytes read at once from a program or a client.
pub(crate) const SCRATCH_BYTES: usize = 64 * 1024;
/// Between attempts to accept a client while descriptors are exhausted.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Statuses of processes that nobody has asked about yet.
const MAX_ORPHANS: usize = 64;

/// Everything of one container.
#[derive(Debug)]
pub(crate) struct Shim {
    pub(crate) id: ContainerId,
    pub(crate) paths: Paths,
    pub(crate) dir: ShimDir,
    pub(crate) records: Records,
    pub(crate) hierarchies: Hierarchies,
    pub(crate) config: ShimConfig,
    pub(crate) process: ProcessSetup,
    pub(crate) poller: Poller,
    pub(crate) timers: Timers,
    pub(crate) peers: Peers,
    pub(crate) keeper: Keeper,
    pub(crate) events: EventLog,
    pub(crate) log: LogWriter,
    pub(crate) task: Task,
    pub(crate) execs: Execs,
    pub(crate) commands: Commands,
    /// Hooks of the task that has just begun or ended.
    pub(crate) hooks: Option<HookRow>,
    /// Of processes that a foreign runtime has left to us and that ended before we knew their numbers.
    pub(crate) orphans: BTreeMap<i32, Reaped>,
    /// Of the last task, still held by the kernel.
    pub(crate) unremoved_cgroup: Option<CgroupPath>,
    pub(crate) scratch: Vec<u8>,
    /// Memory of [`Shim::turn`].
    pub(crate) ready: Vec<Ready>,
    /// Not yet in a shim that has adopted a running task: its root is that of the one that was killed.
    pub(crate) is_root_mounted: bool,
    /// `release` was called.
    pub(crate) is_released: bool,
}

impl Shim {
    /// Lives until `release`.
    pub(crate) fn run_loop(&mut self) -> Result<(), Errno> {
        while !self.is_released {
            self.turn(None)?;
        }
        Ok(())
    }

    /// Waits for whatever comes first, no longer than `longest`, and sees to it. True when it was what the start in
    /// progress waits for.
    pub(crate) fn turn(&mut self, longest: Option<Duration>) -> Result<bool, Errno> {
        while let Some(timer) = self.timers.take_due(Instant::now()) {
            self.on_timer(timer);
        }
        self.forget_gone_peers();
        let delay = self.timers.next_delay(Instant::now());
        let delay = delay.into_iter().chain(longest).min();
        let mut ready = std::mem::take(&mut self.ready);
        self.poller.wait(delay, &mut ready)?;
        let mut is_awaited = false;
        for one in &ready {
            is_awaited |= one.token == Token::Awaited.to_bits();
            self.on_ready(one)?;
            self.forget_gone_peers();
        }
        self.ready = ready;
        Ok(is_awaited)
    }

    fn on_ready(&mut self, ready: &Ready) -> Result<(), Errno> {
        match Token::from_bits(ready.token) {
            Some(Token::Listener) => self.accept_clients(),
            Some(Token::Signals) => self.reap_children()?,
            Some(Token::Oom) => self.on_oom_bell(),
            Some(Token::Probe) => self.on_probe_ready(ready.flags),
            Some(Token::Keeper) => self.on_keeper(),
            Some(Token::Adopted) => self.on_adopted_end(),
            Some(Token::Peer(peer)) if self.peers.is_stream(peer) => {
                self.on_stream(peer, ready.flags);
            }
            Some(Token::Peer(peer)) => {
                self.peers.exchange(peer, ready.flags);
                while let Some(request) = self.peers.next_request(peer) {
                    self.handle(peer, request);
                }
            }
            Some(Token::Stdio(owner, Lane::Stdin)) => self.pump_input(owner),
            Some(Token::Stdio(owner, lane)) => {
                if lane == Lane::Console {
                    self.pump_input(owner);
                }
                match owner {
                    Owner::Task => self.pump_task(lane),
                    Owner::Exec(id) => self.pump_exec(id, lane),
                }
            }
            Some(Token::Awaited) | None => {}
        }
        Ok(())
    }

    fn accept_clients(&mut self) {
        if !self.peers.accept() {
            self.timers.set(Timer::Accept, ACCEPT_AGAIN_AFTER);
        }
    }

    fn on_timer(&mut self, timer: Timer) {
        match timer {
            Timer::Accept => self.accept_clients(),
            Timer::LogFlush => self.flush_log(),
            Timer::LogRetry => self.retry_log(),
            Timer::StopGrace => self.end_grace(),
            Timer::TaskDrain => self.conclude_task(),
            Timer::AdoptedEnd => self.ask_for_ending(),
            Timer::OomCheck => self.check_oom(),
            Timer::CgroupRemoval => self.remove_left_cgroup(),
            Timer::Probe => self.run_probe(),
            Timer::ProbeDeadline => self.expire_probe(),
            Timer::ExecTimeout(id) => self.time_out_exec(id),
            Timer::ExecUnclaimed(id) => self.discard_exec_output(id),
            Timer::ExecDrain(id) => self.end_exec_drain(id),
            Timer::ExecForget(id) => drop(self.forget_exec(id)),
            Timer::Hook => self.time_out_hook(),
            Timer::Command(pid) => self.kill_command(pid),
        }
    }

    /// SIGCHLD: some child, perhaps several, has ended.
    fn reap_children(&mut self) -> Result<(), Errno> {
        self.process.signals.take()?;
        while let Some(reaped) = reap_any()? {
            self.on_child_end(reaped);
        }
        Ok(())
    }

    pub(crate) fn on_child_end(&mut self, reaped: Reaped) {
        let is_task = self.task.living().is_some_and(|run| run.pid == reaped.pid);
        if is_task {
            self.on_task_process_end(reaped);
        } else if let Some(id) = self.execs.with_pid(reaped.pid) {
            self.on_exec_end(id, &reaped);
        } else if !self.on_hook_end(&reaped)
            && !self.on_command_end(&reaped)
            && self.orphans.len() < MAX_ORPHANS
        {
            self.keep_orphan(reaped);
        }
    }

    /// Only while a foreign runtime may be about to tell the number.
    fn keep_orphan(&mut self, reaped: Reaped) {
        if self.has_commands() {
            self.orphans.insert(reaped.pid.as_raw_pid(), reaped);
        }
    }
}

//! A task that outlives its shim: what is written and given away for that, and how the next shim goes on with it.
//!
//! ```text
//! shim:            keep (descriptors to hostd) -> state.json, again at each stop and verdict -> letGo
//! adopting shim:   state.json, bundle, descriptors -> the same task, which is hostd's child
//!                  its end: "reaped" by hostd; or, without hostd, what its pidfd tells
//! ```
//!
//! What the killed shim had read and not written is lost, and so are its execs: their leaves are killed, others lose their
//! stdio.

use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::fs::fstat;
use rustix::io::Errno;
use rustix::process::Pid;
use serde::Deserialize;
use serde_json::json;
use tsorch_cgroups::{Cgroup, CgroupPath};
use tsorch_oci::{Config, Status};
use tsorch_protocol::ErrorBody;
use tsorch_protocol::keeping::{KeptLane, KeptTask, ReapedTask};
use tsorch_protocol::shim_files::{HealthState, PipeState, ShimState, StopState};
use tsorch_sys::child::{Ending, Reaped, Usage};
use tsorch_sys::poller::EventFlags;
use tsorch_sys::process_end::ending_by_pidfd;

use crate::clock::now_ms;
use crate::exec_start::root_of_process;
use crate::failure::{bad_request, cgroup_failed, host_failed};
use crate::foreign::runtime::ForeignRuntime;
use crate::keeper::Keeper;
use crate::native_runtime::EXEC_LEAF;
use crate::program_io::ProgramIo;
use crate::records::{RunFacts, StateFacts};
use crate::reply::ReplyTo;
use crate::shim::Shim;
use crate::shim_dir::STATE;
use crate::task::{Ended, OomWatch, Phase, Run};
use crate::task_start::Launched;
use crate::timers::Timer;
use crate::token::{Owner, PeerId, Token};

/// How long hostd may take to tell how the process ended, before the kernel is asked.
const TOLD_WITHIN: Duration = Duration::from_millis(200);
/// And where the kernel does not know.
const TOLD_AT_LAST_WITHIN: Duration = Duration::from_secs(5);
/// Status of a process whose end nobody saw.
const UNKNOWN_CODE: u8 = 255;

#[derive(Deserialize)]
struct StateOnFile {
    tsorch: ShimState,
}

impl Shim {
    /// Gives hostd what an adopting shim would need.
    pub(crate) fn keep_run(&mut self, run: &Run) {
        let kept = run.io.kept();
        let task = KeptTask {
            task: self.task.number,
            pid: run.pid.as_raw_pid(),
            lanes: kept.iter().map(|(lane, _)| *lane).collect(),
        };
        let lanes = kept.iter().map(|(_, fd)| *fd);
        let fds: Vec<_> = std::iter::once(run.pidfd.as_fd()).chain(lanes).collect();
        self.keeper.keep(&task, &fds);
    }

    /// `keep`: turns the connection of a hostd that was started later than we into the one of the hand-over.
    pub(crate) fn be_kept(&mut self, peer: PeerId, to: ReplyTo) {
        self.reply(to, Ok(json!({})));
        let Some(socket) = self.peers.take_socket(peer) else {
            return;
        };
        self.keeper = Keeper::of_successor(socket, &self.poller);
        if let Some(run) = self.task.run.take() {
            self.keep_run(&run);
            self.task.run = Some(run);
        }
    }

    /// state.json of a running task.
    pub(crate) fn write_run_state(&self, run: &Run) -> Result<(), Errno> {
        let health = &self.task.health;
        let facts = StateFacts {
            status: Status::Running,
            task: self.task.number,
            pid: Some(run.pid),
            started_at: Some(run.started_at),
            config: Some(&run.config),
            run: RunFacts {
                adopted_at: run.adopted_at,
                stop: run.stop_deadline.map(|deadline| StopState {
                    signals: run.stop_signals.clone(),
                    deadline,
                }),
                health: health.since.map(|since| HealthState {
                    health: health.health().name().to_owned(),
                    since,
                }),
                pipes: pipes_of(&run.io),
            },
        };
        self.records.write_state(&self.dir, facts)
    }

    /// Goes on with a task whose shim was killed.
    pub(crate) fn adopt_task(
        &mut self,
        kept: &KeptTask,
        fds: Vec<OwnedFd>,
    ) -> Result<(), ErrorBody> {
        let state: Option<StateOnFile> = self.dir.read(STATE);
        let state = state.map(|state| state.tsorch);
        let state = state
            .filter(|state| state.task == kept.task)
            .ok_or_else(|| bad_request("state.json does not tell of this task"))?;
        let mut run = self.adopted_run(kept, &state, fds)?;
        run.cgroup.clear_leaves(EXEC_LEAF);
        self.task.number = kept.task;
        self.task.record = None;
        self.task.phase = match run.cgroup.is_frozen() {
            Ok(true) => Phase::Paused,
            _ => Phase::Running,
        };
        if let Some(stop) = &state.stop {
            self.task.phase = Phase::Stopping;
            run.stop_signals.clone_from(&stop.signals);
            run.stop_deadline = Some(stop.deadline);
            let left = Duration::from_millis(stop.deadline.saturating_sub(now_ms()));
            self.timers.set(Timer::StopGrace, left);
        }
        let started_at = run.started_at;
        self.task.run = Some(run);
        self.resume_probing(started_at, state.health.as_ref());
        self.save_run();
        self.emit("adopted", json!({ "task": kept.task, "pid": kept.pid }));
        Ok(())
    }

    fn adopted_run(
        &mut self,
        kept: &KeptTask,
        state: &ShimState,
        fds: Vec<OwnedFd>,
    ) -> Result<Run, ErrorBody> {
        let failed = |step: &'static str| move |errno: Errno| host_failed(step, errno);
        let pid = Pid::from_raw(kept.pid).ok_or_else(|| bad_request("no process is named"))?;
        let mut fds = fds.into_iter();
        let pidfd = fds.next().ok_or_else(|| bad_request("no pidfd has come"))?;
        let adopted = rustix::io::fcntl_dupfd_cloexec(&pidfd, 3)
            .and_then(|fd| {
                self.poller
                    .watch(fd, Token::Adopted.to_bits(), EventFlags::IN)
            })
            .map_err(failed("watch the task"))?;
        let lanes = kept.lanes.iter().copied().zip(fds);
        let io = ProgramIo::adopted(&self.poller, Owner::Task, lanes)
            .map_err(failed("take over the task's output"))?;
        let path = CgroupPath::parse(state.cgroup.as_ref())
            .map_err(|_| bad_request("state.json names no control group"))?;
        let cgroup =
            Cgroup::open(&self.hierarchies, path).map_err(|error| cgroup_failed(&error))?;
        let launched = Launched {
            pid,
            pidfd,
            oom: OomWatch {
                // The group was made for this task.
                before: 0,
                ..self.watch_oom(&cgroup)?
            },
            cgroup,
            config: self.config_of_running(pid)?,
            io,
            foreign: self
                .config
                .runtime
                .as_ref()
                .map(|runtime| ForeignRuntime::new(runtime, self.id.as_str(), &self.paths)),
            warnings: Vec::new(),
        };
        let mut run = Run::new(launched, state.started_at.unwrap_or(0));
        run.adopted = Some(adopted);
        run.adopted_at = Some(now_ms());
        Ok(run)
    }

    /// As the bundle has it now. A process that has ended has no root in which a user could be looked for; it needs none.
    fn config_of_running(&self, pid: Pid) -> Result<Config, ErrorBody> {
        let mut config = self.read_oci_config()?;
        let mut resolved = config.clone();
        if self
            .fill_in(&mut resolved, |_| root_of_process(pid))
            .is_ok()
        {
            config = resolved;
        }
        Ok(config)
    }

    /// hostd has spoken, or is gone.
    pub(crate) fn on_keeper(&mut self) {
        for told in self.keeper.listen() {
            let pid = self.task.living().map(|run| run.pid.as_raw_pid());
            if pid == Some(told.pid)
                && let Some(reaped) = as_reaped(&told)
            {
                self.on_task_process_end(reaped);
            }
        }
        if !self.keeper.is_there() && self.timers.deadline(Timer::AdoptedEnd).is_some() {
            self.timers.set(Timer::AdoptedEnd, Duration::ZERO);
        }
    }

    /// The first process, no child of ours, has ended. Its parent knows how: hostd, or else the kernel, once it was reaped.
    pub(crate) fn on_adopted_end(&mut self) {
        let Some(run) = &mut self.task.run else {
            return;
        };
        run.adopted = None;
        if run.ended.is_none() {
            self.timers.set(Timer::AdoptedEnd, TOLD_WITHIN);
        }
    }

    /// Nobody has told how it ended.
    pub(crate) fn ask_for_ending(&mut self) {
        let is_hostd_there = self.keeper.is_there();
        let Some(run) = self.task.run.as_mut().filter(|run| run.ended.is_none()) else {
            return;
        };
        let known = ending_by_pidfd(&run.pidfd).ok().flatten();
        let was_asked = std::mem::replace(&mut run.was_ending_asked, true);
        if known.is_none() && is_hostd_there && !was_asked {
            self.timers.set(Timer::AdoptedEnd, TOLD_AT_LAST_WITHIN);
            return;
        }
        let reaped = Reaped {
            pid: run.pid,
            ending: known.unwrap_or(Ending::Exited(UNKNOWN_CODE)),
            usage: Usage::default(),
        };
        self.end_task_process(Ended {
            reaped,
            at: now_ms(),
            is_known: known.is_some(),
        });
    }
}

fn pipes_of(io: &ProgramIo) -> Vec<PipeState> {
    let pipes = io.kept().into_iter();
    let pipes = pipes.filter(|(lane, _)| *lane != KeptLane::Console);
    let pipes = pipes.filter_map(|(lane, fd)| {
        let inode = fstat(fd).ok()?.st_ino;
        Some(PipeState { lane, inode })
    });
    pipes.collect()
}

fn as_reaped(told: &ReapedTask) -> Option<Reaped> {
    let ending = match told.signal {
        None => Ending::Exited(told.status),
        Some(signal) => Ending::Signaled {
            signal,
            core_dumped: told.core_dumped,
        },
    };
    Some(Reaped {
        pid: Pid::from_raw(told.pid)?,
        ending,
        usage: Usage {
            user: Duration::from_micros(told.user_us),
            system: Duration::from_micros(told.sys_us),
            max_rss_kb: told.max_rss_kb,
        },
    })
}

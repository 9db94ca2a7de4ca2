//! What hostd holds for each shim, so that its container outlives it: copies of the task's stdio and its pidfd, sent by the
//! shim when the task begins (`tsorch_protocol::keeping`). A few descriptors per container; nothing is read from them.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use serde_json::json;
use tsorch_network::names::ContainerId;
use tsorch_protocol::frame::FrameDecoder;
use tsorch_protocol::keeping::{KEEP, KeptTask, LET_GO, PING, PONG, REAPED, ReapedTask};
use tsorch_protocol::shim_files::ShimReady;
use tsorch_protocol::{ErrorBody, Event, Message};
use tsorch_sys::child::{Ending, Reaped};
use tsorch_sys::fd_passing::{receive_with_fds, send_with_fds};
use tsorch_sys::poller::Watched;

use crate::hostd::{Hostd, Source, Token};
use crate::spawn::without_a_word;

const READ_BYTES: usize = 4096;

/// Our end of the hand-over's socket, and what came over it.
#[derive(Debug)]
pub(crate) struct Keeper {
    /// `None` once the shim has closed its end.
    socket: Option<(Token, Watched<OwnedFd>)>,
    input: FrameDecoder,
    fds: VecDeque<OwnedFd>,
    pub(crate) kept: Option<Kept>,
}

/// A running task.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) task: KeptTask,
    /// Its pidfd, then one descriptor per lane.
    fds: Vec<OwnedFd>,
    /// How it ended, when its shim was no more.
    reaped: Option<Reaped>,
}

impl Kept {
    pub(crate) fn new(task: KeptTask, fds: Vec<OwnedFd>) -> Self {
        Self {
            task,
            fds,
            reaped: None,
        }
    }

    /// Adds how its first process ended, should that be known by now.
    pub(crate) fn complete(&mut self, reaped: Option<Reaped>) {
        self.reaped = self.reaped.or(reaped);
    }

    /// Of its first process.
    pub(crate) fn pidfd_copy(&self) -> Option<OwnedFd> {
        rustix::io::fcntl_dupfd_cloexec(self.fds.first()?, 3).ok()
    }

    pub(crate) fn fds(&self) -> Vec<BorrowedFd<'_>> {
        self.fds.iter().map(OwnedFd::as_fd).collect()
    }
}

/// What a shim has said.
#[derive(Debug)]
pub(crate) enum Said {
    /// How its start went.
    Ready(Result<ShimReady, ErrorBody>),
    /// Another task runs, or none.
    TaskChanged,
    /// It lives: an answer to a ping.
    Alive,
    /// Nothing more will come.
    Closed,
}

impl Keeper {
    /// `kept` is what an earlier shim of the container has left.
    pub(crate) fn new(socket: (Token, Watched<OwnedFd>), kept: Option<Kept>) -> Self {
        let keeper = Self {
            socket: Some(socket),
            input: FrameDecoder::default(),
            fds: VecDeque::new(),
            kept,
        };
        keeper.tell_reaped();
        keeper
    }

    /// Takes what has come.
    fn listen(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        while let Some((_, socket)) = &self.socket {
            let mut buffer = [0; READ_BYTES];
            match receive_with_fds(&**socket, &mut buffer) {
                Ok((count @ 1.., fds)) => {
                    self.input.push(&buffer[..count]);
                    self.fds.extend(fds);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                Ok(_) | Err(_) => {
                    said.extend(self.take_messages());
                    said.push(Said::Closed);
                    return said;
                }
            }
        }
        said.extend(self.take_messages());
        said
    }

    fn take_messages(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        while let Ok(Some(payload)) = self.input.next_payload() {
            match Message::from_payload(payload) {
                Ok(Message::Answer { outcome, .. }) => said.push(Said::Ready(
                    outcome.map(|ready| serde_json::from_value(ready).unwrap_or_default()),
                )),
                Ok(Message::Event(event)) => said.extend(self.take_event(event)),
                _ => {}
            }
        }
        said
    }

    fn take_event(&mut self, event: Event) -> Option<Said> {
        match event.name.as_str() {
            KEEP => {
                let task: KeptTask = serde_json::from_value(event.data).ok()?;
                let count = (1 + task.lanes.len()).min(self.fds.len());
                let fds: Vec<OwnedFd> = self.fds.drain(..count).collect();
                self.kept = (fds.len() == 1 + task.lanes.len()).then(|| Kept::new(task, fds));
                Some(Said::TaskChanged)
            }
            LET_GO => {
                let task = event.data["task"].as_u64();
                self.kept.take_if(|kept| Some(kept.task.task) == task);
                Some(Said::TaskChanged)
            }
            PONG => Some(Said::Alive),
            _ => None,
        }
    }

    /// Asks for a sign of life.
    pub(crate) fn ping(&self) {
        self.tell(PING, json!({}));
    }

    /// Tells an adopting shim how its task ended, once that is known.
    fn tell_reaped(&self) {
        if let Some(reaped) = self.kept.as_ref().and_then(|kept| kept.reaped) {
            self.tell(REAPED, json!(told(reaped)));
        }
    }

    fn tell(&self, name: &str, data: serde_json::Value) {
        let event = Message::Event(Event {
            name: name.to_owned(),
            seq: None,
            data,
        });
        if let (Some((_, socket)), Ok(frame)) = (&self.socket, event.to_frame()) {
            // It is gone too, or has ended already.
            let _ = send_with_fds(&**socket, &frame, &[]);
        }
    }
}

impl Hostd {
    /// Something has come from a shim, or it has closed its end.
    pub(crate) fn on_keeper(&mut self, id: &ContainerId) {
        let said = self.keepers.get_mut(id).map(Keeper::listen);
        for said in said.unwrap_or_default() {
            match said {
                Said::TaskChanged => self.watch_task_end(id),
                Said::Alive => self.clear_suspicion(id),
                Said::Ready(outcome) => self.shim_spoke(id, outcome),
                Said::Closed => {
                    let keeper = self.keepers.get_mut(id);
                    if let Some((token, _)) = keeper.and_then(|keeper| keeper.socket.take()) {
                        self.forget(token);
                    }
                    self.shim_spoke(id, Err(without_a_word(id)));
                }
            }
        }
    }

    /// Watches the socket of a shim's hand-over.
    pub(crate) fn add_keeper(
        &mut self,
        id: &ContainerId,
        socket: OwnedFd,
        kept: Option<Kept>,
    ) -> Result<(), Errno> {
        let socket = self.watch(socket, Source::Keeper(id.clone()))?;
        self.drop_keeper(id);
        self.keepers.insert(id.clone(), Keeper::new(socket, kept));
        self.watch_task_end(id);
        Ok(())
    }

    /// Lets go of everything that is held for a container; gives its running task.
    pub(crate) fn drop_keeper(&mut self, id: &ContainerId) -> Option<Kept> {
        self.forget_task_end(id);
        let keeper = self.keepers.remove(id)?;
        if let Some((token, _)) = keeper.socket {
            self.forget(token);
        }
        keeper.kept
    }

    /// An orphan that was reaped may be the first process of a task whose shim was killed.
    pub(crate) fn task_reaped(&mut self, reaped: &Reaped) {
        let pid = reaped.pid.as_raw_nonzero().get();
        for keeper in self.keepers.values_mut() {
            if let Some(kept) = keeper.kept.as_mut().filter(|kept| kept.task.pid == pid) {
                kept.reaped = Some(*reaped);
                keeper.tell_reaped();
            }
        }
    }
}

fn told(reaped: Reaped) -> ReapedTask {
    let micros = |time: std::time::Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    ReapedTask {
        pid: reaped.pid.as_raw_nonzero().get(),
        status: match reaped.ending {
            Ending::Exited(status) => status,
            Ending::Signaled { .. } => 0,
        },
        signal: reaped.ending.signal(),
        core_dumped: matches!(
            reaped.ending,
            Ending::Signaled {
                core_dumped: true,
                ..
            }
        ),
        user_us: micros(reaped.usage.user),
        sys_us: micros(reaped.usage.system),
        max_rss_kb: reaped.usage.max_rss_kb,
    }
}

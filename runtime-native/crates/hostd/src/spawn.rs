//! `shim.spawn`: from the request to a shim that listens and, where asked for, has started its container.

use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;
use serde::Deserialize;
use serde_json::{Value, json};
use tsorch_network::names::ContainerId;
use tsorch_protocol::frame::FrameDecoder;
use tsorch_protocol::shim_files::{ShimHandover, ShimReady};
use tsorch_protocol::{ErrorBody, Message, code};
use tsorch_sys::fork::Child;
use tsorch_sys::poller::Watched;

use crate::client::Waiter;
use crate::dirs::{exists, make_dir};
use crate::dispatch::Answer;
use crate::hostd::{Hostd, Source, Token};
use crate::log::{Level, log};
use crate::template::Template;

/// Params of `shim.spawn`.
#[derive(Debug, Deserialize)]
pub(crate) struct SpawnParams {
    id: ContainerId,
    #[serde(default)]
    start: Option<Start>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Start {
    task: u64,
}

/// A shim that is being made. It is over when the template has answered and the shim has spoken.
#[derive(Debug)]
pub(crate) struct Spawn {
    waiter: Waiter,
    ready: Watched<OwnedFd>,
    token: Token,
    input: FrameDecoder,
    shim_pid: Option<Pid>,
    outcome: Option<Result<ShimReady, ErrorBody>>,
    is_cancelled: bool,
}

impl Hostd {
    /// `shim.spawn`
    pub(crate) fn shim_spawn(
        &mut self,
        waiter: Waiter,
        params: SpawnParams,
    ) -> Result<Answer, ErrorBody> {
        let SpawnParams { id, start } = params;

        if let Some(shim) = self.shims.get(&id) {
            let shim_pid = shim.pid;
            return match start {
                None => Ok(Answer::Now(spawned(shim_pid, ShimReady::default()))),
                Some(start) => self.start_task(waiter, &id, (shim_pid, start.task)),
            };
        }
        if !exists(&self.dirs.bundle(&id).join("shim.json")) {
            return Err(
                ErrorBody::new(code!("container.not-found"), "container has no bundle")
                    .about(id.as_str()),
            );
        }
        self.begin_spawn(waiter, &id, start).map_err(|errno| {
            ErrorBody::new(code!("host.failed"), "cannot make a shim")
                .about(id.as_str())
                .errno(errno)
                .retryable()
        })?;
        Ok(Answer::Later)
    }

    /// Ends a shim that is being made: somebody wants its container removed.
    pub(crate) fn cancel_spawn(&mut self, id: &ContainerId) {
        if let Some(spawn) = self.spawns.get_mut(id) {
            spawn.is_cancelled = true;
            if let Some(shim) = self.shims.get(id) {
                shim.kill();
            }
        }
    }

    /// The template has answered, or is gone.
    pub(crate) fn on_template(&mut self) {
        loop {
            match self.template.answer() {
                Ok(None) => return,
                Ok(Some(answer)) => {
                    if let Some(id) = self.asked.pop_front() {
                        self.shim_forked(&id, answer);
                    }
                }
                Err(errno) => {
                    self.restart_template(errno);
                    return;
                }
            }
        }
    }

    /// A new shim has said that it is ready, or has ended without a word.
    pub(crate) fn on_shim_ready(&mut self, id: &ContainerId) {
        let Some(spawn) = self.spawns.get_mut(id) else {
            return;
        };
        let mut buffer = [0; 4096];
        match rustix::io::read(&*spawn.ready, &mut buffer) {
            Ok(count @ 1..) => spawn.input.push(&buffer[..count]),
            Err(Errno::AGAIN | Errno::INTR) => return,
            Ok(0) | Err(_) => spawn.outcome = Some(Err(without_a_word(id))),
        }
        if let Some(outcome) = read_outcome(&mut spawn.input) {
            spawn.outcome = Some(outcome);
        }
        if spawn.outcome.is_some() {
            // Or the end of the pipe would wake us again and again until the template has answered.
            let _ = spawn
                .ready
                .set_flags(tsorch_sys::poller::EventFlags::empty());
        }
        self.finish_spawn(id);
    }

    fn begin_spawn(
        &mut self,
        waiter: Waiter,
        id: &ContainerId,
        start: Option<Start>,
    ) -> Result<(), Errno> {
        make_dir(&self.dirs.shim(id), 0o700).map_err(|_| Errno::NOSPC)?;
        let (ready, theirs) = pipe_with(PipeFlags::CLOEXEC)?;
        rustix::io::ioctl_fionbio(&ready, true)?;
        let handover = ShimHandover {
            id: id.to_string(),
            root: self.dirs.root().to_path_buf(),
            run_dir: self.dirs.run_dir().to_path_buf(),
            task: start.map(|start| start.task),
        };
        if self.template.ask(&handover, theirs.as_fd()) == Err(Errno::PIPE) {
            self.restart_template(Errno::PIPE);
            self.template.ask(&handover, theirs.as_fd())?;
        }
        let (token, ready) = self.watch(ready, Source::ShimReady(id.clone()))?;
        self.asked.push_back(id.clone());
        let spawn = Spawn {
            waiter,
            ready,
            token,
            input: FrameDecoder::default(),
            shim_pid: None,
            outcome: None,
            is_cancelled: false,
        };
        self.spawns.insert(id.clone(), spawn);
        Ok(())
    }

    fn shim_forked(&mut self, id: &ContainerId, answer: Result<Child, Errno>) {
        let added = answer.and_then(|child| {
            let pid = child.pid;
            self.add_shim(id, child).map(|()| pid)
        });
        let Some(spawn) = self.spawns.get_mut(id) else {
            return;
        };
        match added {
            Ok(pid) => spawn.shim_pid = Some(pid),
            Err(errno) => {
                let error = ErrorBody::new(code!("host.failed"), "cannot fork a shim");
                spawn.outcome = Some(Err(error.about(id.as_str()).errno(errno).retryable()));
            }
        }
        if spawn.is_cancelled {
            self.cancel_spawn(id);
        }
        self.finish_spawn(id);
    }

    fn finish_spawn(&mut self, id: &ContainerId) {
        let is_asked = self.asked.contains(id);
        let over = self
            .spawns
            .get(id)
            .is_some_and(|spawn| spawn.outcome.is_some() && !is_asked);
        let Some(spawn) = over.then(|| self.spawns.remove(id)).flatten() else {
            return;
        };
        self.forget(spawn.token);
        let outcome = match (spawn.outcome, spawn.shim_pid) {
            (Some(Ok(ready)), Some(pid)) => Ok(spawned(pid, ready)),
            (Some(Err(error)), _) => Err(error),
            _ => Err(without_a_word(id)),
        };
        self.answer(spawn.waiter, outcome);
        self.unpark(id);
    }

    /// Somebody has killed the template: another one is forked, now from a process with more memory than the first.
    fn restart_template(&mut self, errno: Errno) {
        log(
            Level::Error,
            "the template ended",
            json!({ "reason": errno.to_string() }),
        );
        for id in std::mem::take(&mut self.asked) {
            self.shim_forked(&id, Err(errno));
        }
        let replaced =
            Template::start(self.shim).and_then(|template| self.replace_template(template));
        match replaced {
            Ok(()) => self.tell_all("worker.restarted", json!({ "what": "template" })),
            Err(errno) => {
                log(
                    Level::Error,
                    "cannot fork a template",
                    json!({ "reason": errno.to_string() }),
                );
                self.ends = true;
            }
        }
    }
}

fn read_outcome(input: &mut FrameDecoder) -> Option<Result<ShimReady, ErrorBody>> {
    let payload = input.next_payload().ok()??;
    match Message::from_payload(payload).ok()? {
        Message::Answer {
            outcome: Ok(result),
            ..
        } => serde_json::from_value(result).ok().map(Ok),
        Message::Answer {
            outcome: Err(error),
            ..
        } => Some(Err(error)),
        _ => None,
    }
}

fn without_a_word(id: &ContainerId) -> ErrorBody {
    ErrorBody::new(code!("host.failed"), "the shim ended before it was ready")
        .about(id.as_str())
        .retryable()
}

/// The result of `shim.spawn`.
pub(crate) fn spawned(shim_pid: Pid, ready: ShimReady) -> Value {
    let mut result = serde_json::to_value(ready).unwrap_or_else(|_| json!({}));
    result["shimPid"] = shim_pid.as_raw_nonzero().get().into();
    result
}

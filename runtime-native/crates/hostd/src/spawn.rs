//! `shim.spawn`: from the request to a shim that listens and, where asked for, has started its container.

use std::os::fd::{AsFd, BorrowedFd};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::Pid;
use serde::Deserialize;
use serde_json::{Value, json};
use tsorch_network::names::ContainerId;
use tsorch_protocol::keeping::KeptTask;
use tsorch_protocol::shim_files::{ShimHandover, ShimReady};
use tsorch_protocol::{ErrorBody, code};
use tsorch_sys::fork::Child;

use crate::client::Waiter;
use crate::dirs::{exists, make_dir};
use crate::dispatch::Answer;
use crate::hostd::Hostd;
use crate::keeper::Kept;
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
    purpose: Purpose,
    shim_pid: Option<Pid>,
    outcome: Option<Result<ShimReady, ErrorBody>>,
    is_cancelled: bool,
}

/// What a shim is made for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// Somebody has asked for it.
    Answer(Waiter),
    /// A task has lost its own.
    Adoption,
}

/// What a shim does first.
#[derive(Debug)]
pub(crate) enum Wish {
    /// Nothing.
    Listen,
    /// Start a task.
    Start(u64),
    /// Watch a task that runs.
    Adopt(KeptTask),
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
        let wish = start.map_or(Wish::Listen, |start| Wish::Start(start.task));
        let begun = self.begin_spawn(Purpose::Answer(waiter), &id, (wish, None));
        begun.map_err(|errno| {
            ErrorBody::new(code!("host.failed"), "cannot make a shim")
                .about(id.as_str())
                .errno(errno)
                .retryable()
        })?;
        Ok(Answer::Later)
    }

    /// Ends a shim that is being made: somebody wants its container removed.
    pub(crate) fn cancel_spawn(&mut self, id: &ContainerId) {
        self.adopt_no_more(id);
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

    /// A shim has said how its start went, or has ended without a word.
    pub(crate) fn shim_spoke(&mut self, id: &ContainerId, outcome: Result<ShimReady, ErrorBody>) {
        if let Some(spawn) = self.spawns.get_mut(id) {
            spawn.outcome.get_or_insert(outcome);
            self.finish_spawn(id);
        }
    }

    /// Has a shim forked. `kept` is what it gets of a task that runs, and what is held for it from then on.
    pub(crate) fn begin_spawn(
        &mut self,
        purpose: Purpose,
        id: &ContainerId,
        (wish, kept): (Wish, Option<Kept>),
    ) -> Result<(), Errno> {
        make_dir(&self.dirs.shim(id), 0o700).map_err(|_| Errno::NOSPC)?;
        let (ours, theirs) = socketpair(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC,
            None,
        )?;
        rustix::io::ioctl_fionbio(&ours, true)?;
        let (task, adopt) = match wish {
            Wish::Listen => (None, None),
            Wish::Start(task) => (Some(task), None),
            Wish::Adopt(task) => (None, Some(task)),
        };
        let handover = ShimHandover {
            id: id.to_string(),
            root: self.dirs.root().to_path_buf(),
            run_dir: self.dirs.run_dir().to_path_buf(),
            task,
            adopt,
        };
        let mut fds = vec![theirs.as_fd()];
        fds.extend(kept.iter().flat_map(Kept::fds));
        self.ask_template(&handover, &fds)?;
        drop(fds);
        self.add_keeper(id, ours, kept)?;
        self.asked.push_back(id.clone());
        let spawn = Spawn {
            purpose,
            shim_pid: None,
            outcome: None,
            is_cancelled: false,
        };
        self.spawns.insert(id.clone(), spawn);
        Ok(())
    }

    fn ask_template(
        &mut self,
        handover: &ShimHandover,
        fds: &[BorrowedFd<'_>],
    ) -> Result<(), Errno> {
        match self.template.ask(handover, fds) {
            Err(Errno::PIPE) => {
                self.restart_template(Errno::PIPE);
                self.template.ask(handover, fds)
            }
            asked => asked,
        }
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
        let shim_pid = spawn.shim_pid;
        let outcome = spawn.outcome.unwrap_or_else(|| Err(without_a_word(id)));
        match spawn.purpose {
            Purpose::Adoption => {
                let pid = shim_pid.map(|pid| pid.as_raw_nonzero().get());
                self.finish_adoption(id, pid, outcome);
            }
            Purpose::Answer(waiter) => {
                let outcome = outcome.and_then(|ready| {
                    let pid = shim_pid.ok_or_else(|| without_a_word(id))?;
                    Ok(spawned(pid, ready))
                });
                self.answer(waiter, outcome);
            }
        }
        if !self.is_busy(id) {
            self.unpark(id);
        }
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
        let replaced = Template::start(self.shim, &self.groups)
            .and_then(|template| self.replace_template(template));
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

/// A shim has ended at once.
pub(crate) fn without_a_word(id: &ContainerId) -> ErrorBody {
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

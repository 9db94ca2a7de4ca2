//! `exec`: executes a program beside the task.

use rustix::process::Pid;
use serde_json::{Value, json};
use tsorch_container::users;
use tsorch_protocol::{ErrorBody, code};
use tsorch_sys::root::Root;

use crate::exec::{Exec, ExecPurpose, UNCLAIMED_AFTER};
use crate::exec_request::ExecRequest;
use crate::exec_sync::{AnswerOutput, answer_of};
use crate::failure::{bad_request, bad_user, host_failed, not_running, with_causes};
use crate::native_runtime::{ExecWish, LaunchedExec};
use crate::reply::ReplyTo;
use crate::shim::Shim;
use crate::task::{Phase, Run};
use crate::timers::{ExecId, Timer};

impl Shim {
    /// Begins an exec. With `Ok` the answer to `to` is given, or will be; with `Err` it is the caller's to give.
    pub(crate) fn start_exec(
        &mut self,
        request: ExecRequest,
        (purpose, answer): (ExecPurpose, AnswerOutput),
        to: ReplyTo,
    ) -> Result<ExecId, ErrorBody> {
        if let Some(id) = self.join_exec(&request, purpose, to)? {
            return Ok(id);
        }
        let process = self.exec_process(&request)?;
        if let Some(surplus) = self.execs.surplus() {
            self.forget_exec(surplus);
        }
        let exec = Exec {
            key: request.key().cloned(),
            askers: vec![to],
            answer,
            ..Exec::new(purpose, request.timeout())
        };
        let id = self.execs.add(exec).ok_or_else(|| {
            ErrorBody::new(
                code!("container.exec-failed"),
                "too many execs run in the container",
            )
            .retryable()
        })?;
        let run = self.task.living().ok_or_else(not_running)?;
        let begun = match &run.foreign {
            Some(runtime) => {
                let runtime = runtime.clone();
                self.exec_foreign(&runtime, id, (&process, &request))
            }
            None => {
                let wish = ExecWish {
                    process: &process,
                    keep_stdin: request.stdin,
                    is_limited: request.timeout().is_some(),
                    start_within: request.start_within(),
                };
                let launched = self.exec_natively(run, id, wish);
                launched.map(|launched| self.finish_exec_start(id, launched))
            }
        };
        match begun {
            Ok(()) => Ok(id),
            Err(error) => {
                self.forget_exec(id);
                Err(error)
            }
        }
    }

    /// The exec that was asked for under the same key, if there is one; `to` gets what the first one got, or will get.
    fn join_exec(
        &mut self,
        request: &ExecRequest,
        purpose: ExecPurpose,
        to: ReplyTo,
    ) -> Result<Option<ExecId>, ErrorBody> {
        let Some((id, exec)) = request.key().and_then(|key| self.execs.with_key(key)) else {
            return Ok(None);
        };
        if exec.purpose != purpose {
            return Err(bad_request(format!(
                "the key is that of exec {id}, which is another one"
            )));
        }
        let answer = match (purpose, exec.pid) {
            (ExecPurpose::Answer, _) if exec.is_finished => answer_of(exec),
            (ExecPurpose::Client, Some(pid)) => started(id, pid),
            _ => {
                exec.askers.push(to);
                return Ok(Some(id));
            }
        };
        self.reply(to, Ok(answer));
        Ok(Some(id))
    }

    fn exec_process(&self, request: &ExecRequest) -> Result<tsorch_oci::Process, ErrorBody> {
        let run = self.task.living().ok_or_else(not_running)?;
        if self.task.phase == Phase::Paused {
            return Err(ErrorBody::new(
                code!("container.exec-failed"),
                "the container is paused",
            ));
        }
        let container = run.config.process.clone().unwrap_or_default();
        let user = match &request.user {
            Some(text) => {
                let found = users::resolve(&root_of_running(run)?, text);
                Some(found.map_err(|error| bad_user(&error))?.user)
            }
            None => None,
        };
        let process = request.to_process(&container, user.as_ref());
        process
            .check()
            .map_err(|error| bad_request(with_causes(&error)))?;
        Ok(process)
    }

    /// The program was executed: watches it, and answers.
    pub(crate) fn finish_exec_start(&mut self, id: ExecId, launched: LaunchedExec) {
        let Some(exec) = self.execs.get(id) else {
            return;
        };
        exec.pid = Some(launched.pid);
        exec.io = Some(launched.io);
        exec.leaf = launched.leaf;
        if let Some(timeout) = exec.timeout {
            self.timers.set(Timer::ExecTimeout(id), timeout);
        }
        if exec.purpose == ExecPurpose::Client {
            self.timers.set(Timer::ExecUnclaimed(id), UNCLAIMED_AFTER);
            for to in std::mem::take(&mut exec.askers) {
                self.reply(to, Ok(started(id, launched.pid)));
            }
        }
    }
}

fn started(id: ExecId, pid: Pid) -> Value {
    json!({ "exec": id, "pid": pid.as_raw_pid() })
}

/// The root as the container sees it, its own mounts included.
pub(crate) fn root_of_running(run: &Run) -> Result<Root, ErrorBody> {
    root_of_process(run.pid)
}

/// As [`root_of_running`], of the container's first process.
pub(crate) fn root_of_process(pid: rustix::process::Pid) -> Result<Root, ErrorBody> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let path = format!("/proc/{}/root", pid.as_raw_pid());
    rustix::fs::open(path, flags, Mode::empty())
        .map(Root::new)
        .map_err(|errno| host_failed("open the container's root", errno))
}

//! Calls of a foreign runtime: children of ours, each with a purpose and a time limit.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tsorch_container::Stdio as ProgramStdio;
use tsorch_protocol::{ErrorBody, code};
use tsorch_sys::child::{Ending, Reaped};
use tsorch_sys::command::{that_ends_with_us, with_fresh_signals};

use crate::foreign::runtime::{CommandLine, last_error};
use crate::reply::ReplyTo;
use crate::shim::Shim;
use crate::timers::{ExecId, Timer};

/// No call may take longer.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
/// What a runtime needs of our environment.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What a call was made for.
#[derive(Clone, Debug)]
pub(crate) enum CommandPurpose {
    /// Removes what an earlier task has left, before the next begins.
    RemoveLeftovers,
    /// Creates the container of the task that starts.
    Create,
    /// Executes its program.
    Start,
    /// Removes what a failed start has left.
    UndoStart(ErrorBody),
    /// Executes a program beside the task.
    Exec(ExecId),
    /// Sends a signal that a client has asked for.
    Signal(ReplyTo),
    /// Removes the container of a task that has ended.
    DeleteEnded,
    /// Whatever comes of it.
    Ignored,
}

/// Calls that have not ended, by the number of their process.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    running: BTreeMap<i32, Running>,
    /// What the start in progress has so far.
    pub(crate) starting: Option<super::task::ForeignStart>,
    /// What waits for the container to be deleted.
    pub(crate) ending: Option<super::task::ForeignEnd>,
    /// Our ends of the stdio of execs that are being made.
    pub(crate) execs: BTreeMap<ExecId, super::exec::ForeignExec>,
}

#[derive(Debug)]
struct Running {
    purpose: CommandPurpose,
    limit: Duration,
    has_timed_out: bool,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandEnd {
    Done,
    Failed,
    /// It was killed after this long.
    TimedOut(Duration),
}

impl Shim {
    /// Whether any call has not ended.
    pub(crate) fn has_commands(&self) -> bool {
        !self.commands.running.is_empty()
    }

    /// Calls the runtime without stdio.
    pub(crate) fn run_foreign(
        &mut self,
        line: CommandLine,
        purpose: CommandPurpose,
    ) -> Result<(), ErrorBody> {
        self.run_foreign_with(line, purpose, (None, LIMIT))
    }

    /// Calls the runtime, which may take as long as `limit`; `stdio` is for the program that it executes.
    pub(crate) fn run_foreign_with(
        &mut self,
        line: CommandLine,
        purpose: CommandPurpose,
        (stdio, limit): (Option<ProgramStdio>, Duration),
    ) -> Result<(), ErrorBody> {
        let pid = spawn(line, stdio)?;
        let running = Running {
            purpose,
            limit,
            has_timed_out: false,
        };
        self.commands.running.insert(pid, running);
        self.timers.set(Timer::Command(pid), limit);
        Ok(())
    }

    /// The call takes too long.
    pub(crate) fn kill_command(&mut self, pid: i32) {
        if let (Some(running), Some(pid)) =
            (self.commands.running.get_mut(&pid), Pid::from_raw(pid))
        {
            running.has_timed_out = true;
            let _ = rustix::process::kill_process_group(pid, Signal::KILL);
        }
    }

    /// False when the process was no call of ours.
    pub(crate) fn on_command_end(&mut self, reaped: &Reaped) -> bool {
        let pid = reaped.pid.as_raw_pid();
        let Some(running) = self.commands.running.remove(&pid) else {
            return false;
        };
        self.timers.cancel(Timer::Command(pid));
        let end = match (running.has_timed_out, reaped.ending) {
            (true, _) => CommandEnd::TimedOut(running.limit),
            (false, Ending::Exited(0)) => CommandEnd::Done,
            (false, _) => CommandEnd::Failed,
        };
        self.go_on_after(running.purpose, end);
        if !self.has_commands() {
            self.orphans.clear();
        }
        true
    }

    fn go_on_after(&mut self, purpose: CommandPurpose, end: CommandEnd) {
        match purpose {
            CommandPurpose::RemoveLeftovers => self.create_foreign(),
            CommandPurpose::Create => self.on_foreign_created(end),
            CommandPurpose::Start => self.on_foreign_started(end),
            CommandPurpose::UndoStart(error) => self.on_foreign_undone(error),
            CommandPurpose::Exec(id) => self.on_foreign_exec(id, end),
            CommandPurpose::DeleteEnded => self.on_foreign_deleted(),
            CommandPurpose::Ignored => {}
            CommandPurpose::Signal(to) => {
                let outcome = match end {
                    CommandEnd::Done => Ok(serde_json::json!({})),
                    end => Err(self.foreign_error("kill", end)),
                };
                self.reply(to, outcome);
            }
        }
    }

    /// What the runtime says about its failure: `runtime.failed`.
    pub(crate) fn foreign_error(&self, verb: &str, end: CommandEnd) -> ErrorBody {
        let runtime = self.config.runtime.as_ref();
        let name = runtime.map_or("the runtime", |runtime| runtime.name.as_str());
        if let CommandEnd::TimedOut(limit) = end {
            let message = format!("`{name} {verb}` did not end within {limit:?}");
            return ErrorBody::new(code!("runtime.failed"), message).retryable();
        }
        let log = self.dir.read_text("runtime.log").unwrap_or_default();
        let reason = last_error(&log).unwrap_or_else(|| "it does not say why".to_owned());
        ErrorBody::new(
            code!("runtime.failed"),
            format!("`{name} {verb}` failed: {reason}"),
        )
    }
}

/// Executes it in a process group of its own, with signals as in a fresh process.
fn spawn(line: CommandLine, stdio: Option<ProgramStdio>) -> Result<i32, ErrorBody> {
    let mut command = Command::new(&line.program);
    command
        .args(&line.arguments)
        .env_clear()
        .env("PATH", PATH)
        .process_group(0);
    match stdio {
        Some(stdio) => {
            let pass = |fd: OwnedFd| Stdio::from(fd);
            command
                .stdin(pass(stdio.stdin))
                .stdout(pass(stdio.stdout))
                .stderr(pass(stdio.stderr));
        }
        None => {
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
        }
    }
    // A shim that is killed must not leave a runtime behind that goes on to make the container, which was ended meanwhile.
    let child = that_ends_with_us(with_fresh_signals(&mut command))
        .spawn()
        .map_err(|error| not_executed(&line, &error))?;
    i32::try_from(child.id())
        .map_err(|_| ErrorBody::new(code!("internal.bug"), "a process number is out of range"))
}

fn not_executed(line: &CommandLine, error: &std::io::Error) -> ErrorBody {
    let code = match error.kind() {
        std::io::ErrorKind::NotFound => code!("runtime.not-found"),
        _ => code!("runtime.failed"),
    };
    let message = format!("cannot execute {}: {error}", line.program.display());
    ErrorBody::new(code, message).about(line.program.display().to_string())
}

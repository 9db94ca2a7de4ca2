//! A task by a foreign runtime: delete leftovers, create, start; and delete at its end.

use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::{SocketFlags, accept_with};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tsorch_cgroups::Cgroup;
use tsorch_oci::Config;
use tsorch_protocol::shim_files::ExitRecord;
use tsorch_protocol::{ErrorBody, code};
use tsorch_sys::fd_passing::receive_with_fds;

use crate::failure::{bad_request, cgroup_failed, host_failed, with_causes};
use crate::foreign::bundle::foreign_config;
use crate::foreign::command::{CommandEnd, CommandPurpose, LIMIT};
use crate::foreign::runtime::{ForeignRuntime, unfinished};
use crate::paths::make_private_dir;
use crate::program_io::ProgramIo;
use crate::shim::Shim;
use crate::shim_config::RuntimeConfig;
use crate::task::Run;
use crate::task_start::{Launched, cgroup_path};
use crate::token::Owner;

/// A start in progress.
#[derive(Debug)]
pub(crate) struct ForeignStart {
    runtime: ForeignRuntime,
    config: Config,
    /// Our ends of the pipes, or the socket on which the terminal comes.
    stdio: Option<ForeignStdio>,
    /// Once the container is created.
    launched: Option<Launched>,
}

/// Where a program's stdio comes from.
#[derive(Debug)]
pub(crate) enum ForeignStdio {
    Pipes(ProgramIo),
    ConsoleSocket(OwnedFd),
}

/// A task that has ended, its container not deleted yet.
#[derive(Debug)]
pub(crate) struct ForeignEnd {
    run: Run,
    record: ExitRecord,
}

impl Shim {
    /// Begins the start of a task; what comes of it is told later.
    pub(crate) fn launch_foreign(&mut self, runtime: &RuntimeConfig, config: Config) {
        let runtime = ForeignRuntime::new(runtime, self.id.as_str(), &self.paths);
        let has_leftovers = runtime.has_leftovers();
        let delete = runtime.delete();
        self.commands.starting = Some(ForeignStart {
            runtime,
            config,
            stdio: None,
            launched: None,
        });
        if !has_leftovers {
            self.create_foreign();
        } else if let Err(error) = self.run_foreign(delete, CommandPurpose::RemoveLeftovers) {
            self.finish_foreign_start(Err(error));
        }
    }

    pub(crate) fn create_foreign(&mut self) {
        if let Err(error) = self.call_create() {
            self.finish_foreign_start(Err(error));
        }
    }

    fn call_create(&mut self) -> Result<(), ErrorBody> {
        let Some(mut start) = self.commands.starting.take() else {
            return Ok(());
        };
        self.write_foreign_bundle(&start)?;
        let has_console = self.config.tty;
        let (ours, theirs) = if has_console {
            let socket = self.dir.listen_at(ForeignRuntime::console_socket());
            let socket = socket.map_err(|errno| host_failed("listen for the terminal", errno))?;
            (ForeignStdio::ConsoleSocket(socket), None)
        } else {
            let (mut ours, theirs) = self.foreign_pipes(Owner::Task, self.config.stdin)?;
            // What the runtime itself says there is read with the program's output.
            ours.set_reading(false);
            (ForeignStdio::Pipes(ours), Some(theirs))
        };
        start.stdio = Some(ours);
        let line = start.runtime.create(has_console);
        self.commands.starting = Some(start);
        self.run_foreign_with(line, CommandPurpose::Create, (theirs, LIMIT))
    }

    pub(crate) fn foreign_pipes(
        &self,
        owner: Owner,
        keep_stdin: bool,
    ) -> Result<(ProgramIo, tsorch_container::Stdio), ErrorBody> {
        ProgramIo::with_pipes(&self.poller, owner, keep_stdin)
            .map_err(|errno| host_failed("make pipes", errno))
    }

    fn write_foreign_bundle(&self, start: &ForeignStart) -> Result<(), ErrorBody> {
        let failed = |step: &'static str| move |errno: Errno| host_failed(step, errno);
        let pid_file = ForeignRuntime::pid_file();
        for name in ["runtime.log", pid_file, &unfinished(pid_file)] {
            self.dir
                .remove(name)
                .map_err(failed("remove a file of the last task"))?;
        }
        let bundle = start.runtime.bundle();
        make_private_dir(&bundle).map_err(failed("make the runtime's bundle"))?;
        let text = std::fs::read(self.paths.oci_config());
        let text = text.map_err(|error| bad_request(with_causes(&error)))?;
        let document = serde_json::from_slice(&text);
        let document = document.map_err(|error| bad_request(with_causes(&error)))?;
        let config = foreign_config(
            document,
            &self.with_filter(&start.config),
            &self.paths.rootfs,
        );
        std::fs::write(bundle.join("config.json"), config.to_string())
            .map_err(|error| bad_request(with_causes(&error)))
    }

    /// `create` has ended: the container's first process waits, and is our child.
    pub(crate) fn on_foreign_created(&mut self, end: CommandEnd) {
        let outcome = match end {
            CommandEnd::Done => self.adopt_created(),
            end => Err(self.foreign_error("create", end)),
        };
        let begun = outcome.and_then(|line| self.run_foreign(line, CommandPurpose::Start));
        if let Err(error) = begun {
            self.undo_foreign_start(error);
        }
    }

    fn adopt_created(&mut self) -> Result<crate::foreign::runtime::CommandLine, ErrorBody> {
        let Some(mut start) = self.commands.starting.take() else {
            return Err(ErrorBody::new(
                code!("internal.bug"),
                "no start is in progress",
            ));
        };
        let adopted = self.adopt(&mut start);
        let line = start.runtime.start();
        start.launched = match adopted {
            Ok(launched) => Some(launched),
            Err(error) => {
                self.commands.starting = Some(start);
                return Err(error);
            }
        };
        self.commands.starting = Some(start);
        Ok(line)
    }

    fn adopt(&self, start: &mut ForeignStart) -> Result<Launched, ErrorBody> {
        let pid = self.read_pid(ForeignRuntime::pid_file())?;
        let pidfd = pidfd_open(pid, PidfdFlags::empty())
            .map_err(|errno| host_failed("open the container's process", errno))?;
        let path = cgroup_path(&start.config)
            .ok_or_else(|| bad_request("config.json names no control group"))?;
        let cgroup =
            Cgroup::open(&self.hierarchies, path).map_err(|error| cgroup_failed(&error))?;
        let io = self.foreign_io(Owner::Task, start.stdio.take())?;
        Ok(Launched {
            pid,
            pidfd,
            oom: self.watch_oom(&cgroup)?,
            cgroup,
            config: start.config.clone(),
            io,
            foreign: Some(start.runtime.clone()),
            warnings: Vec::new(),
        })
    }

    /// The program's stdio; a terminal has been sent by now.
    pub(crate) fn foreign_io(
        &self,
        owner: Owner,
        stdio: Option<ForeignStdio>,
    ) -> Result<ProgramIo, ErrorBody> {
        match stdio {
            Some(ForeignStdio::Pipes(mut io)) => {
                io.set_reading(true);
                Ok(io)
            }
            Some(ForeignStdio::ConsoleSocket(socket)) => {
                let master = receive_console(&socket)
                    .map_err(|errno| host_failed("receive the terminal", errno))?;
                self.program_io(owner, None, Some(master))
            }
            None => Err(ErrorBody::new(
                code!("internal.bug"),
                "stdio was taken already",
            )),
        }
    }

    /// The process that a call has made.
    pub(crate) fn read_pid(&self, file: &str) -> Result<Pid, ErrorBody> {
        let text = self.dir.read_text(file).unwrap_or_default();
        let pid = text.trim().parse().ok().and_then(Pid::from_raw);
        pid.ok_or_else(|| {
            ErrorBody::new(
                code!("runtime.failed"),
                "the runtime has not written the process's number",
            )
        })
    }

    /// `start` has ended: the program was executed, or could not be.
    pub(crate) fn on_foreign_started(&mut self, end: CommandEnd) {
        if end != CommandEnd::Done {
            let error = self.foreign_error("start", end);
            self.undo_foreign_start(error);
            return;
        }
        let launched = self
            .commands
            .starting
            .take()
            .and_then(|start| start.launched);
        let Some(launched) = launched else {
            return;
        };
        let pid = launched.pid.as_raw_pid();
        self.finish_start(Ok(launched));
        // It may have ended before we knew that it is ours.
        if let Some(reaped) = self.orphans.remove(&pid) {
            self.on_child_end(reaped);
        }
    }

    /// Has the runtime remove what it has made, then tells the error.
    fn undo_foreign_start(&mut self, error: ErrorBody) {
        let delete = self
            .commands
            .starting
            .as_ref()
            .map(|start| start.runtime.delete());
        let undone = delete.is_some_and(|delete| {
            self.run_foreign(delete, CommandPurpose::UndoStart(error.clone()))
                .is_ok()
        });
        if !undone {
            self.on_foreign_undone(error);
        }
    }

    pub(crate) fn on_foreign_undone(&mut self, error: ErrorBody) {
        if let Some(start) = &self.commands.starting {
            let config = start.config.clone();
            self.remove_cgroup_of(&config);
        }
        self.finish_foreign_start(Err(error));
    }

    /// Removes what a failed start has left of the container's cgroup.
    fn remove_cgroup_of(&self, config: &Config) {
        if let Some(path) = cgroup_path(config)
            && let Ok(cgroup) = Cgroup::open(&self.hierarchies, path)
        {
            let _ = cgroup.kill();
            let _ = cgroup.remove();
        }
    }

    fn finish_foreign_start(&mut self, launched: Result<Launched, ErrorBody>) {
        self.commands.starting = None;
        let _ = self.dir.remove(ForeignRuntime::console_socket());
        self.finish_start(launched);
    }

    /// The task has ended and its record is written: the runtime lets go of its container before anybody is told.
    pub(crate) fn delete_foreign(&mut self, runtime: ForeignRuntime, run: Run, record: ExitRecord) {
        self.commands.ending = Some(ForeignEnd { run, record });
        if self
            .run_foreign(runtime.delete(), CommandPurpose::DeleteEnded)
            .is_err()
        {
            self.on_foreign_deleted();
        }
    }

    /// Deleted or not: what is left is removed by our own means.
    pub(crate) fn on_foreign_deleted(&mut self) {
        if let Some(ForeignEnd { run, record }) = self.commands.ending.take() {
            self.remove_cgroup(run);
            let _ = self.dir.remove(ForeignRuntime::console_socket());
            self.publish_end(record);
        }
    }
}

/// The master that the runtime has sent over its connection to our socket.
fn receive_console(socket: &OwnedFd) -> Result<OwnedFd, Errno> {
    let connection = accept_with(socket, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK)?;
    let mut name = [0; 256];
    let (_, fds) = receive_with_fds(&connection, &mut name)?;
    fds.into_iter().next().ok_or(Errno::NOTTY)
}

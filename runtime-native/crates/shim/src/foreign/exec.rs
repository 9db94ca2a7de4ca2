//! An exec by a foreign runtime.

use tsorch_oci::Process;
use tsorch_protocol::{ErrorBody, code};

use crate::exec::ExecPurpose;
use crate::exec_request::ExecRequest;
use crate::failure::{bad_request, host_failed, with_causes};
use crate::foreign::bundle::foreign_process;
use crate::foreign::command::{CommandEnd, CommandPurpose, LIMIT};
use crate::foreign::runtime::{ExecFiles, ForeignRuntime};
use crate::foreign::task::ForeignStdio;
use crate::native_runtime::LaunchedExec;
use crate::probe::result::ProbeResult;
use crate::shim::Shim;
use crate::timers::ExecId;
use crate::token::Owner;

/// An exec that the runtime is making.
#[derive(Debug)]
pub(crate) struct ForeignExec {
    stdio: ForeignStdio,
}

impl Shim {
    /// Begins an exec; what comes of it is told later.
    pub(crate) fn exec_foreign(
        &mut self,
        runtime: &ForeignRuntime,
        id: ExecId,
        (process, request): (&Process, &ExecRequest),
    ) -> Result<(), ErrorBody> {
        let files = ExecFiles::of(id);
        // Of a shim that was killed: numbers begin anew in the next one.
        self.end_foreign_exec(id);
        let begun = self.call_exec(runtime, (id, &files), (process, request));
        if begun.is_err() {
            self.end_foreign_exec(id);
        }
        begun
    }

    fn call_exec(
        &mut self,
        runtime: &ForeignRuntime,
        (id, files): (ExecId, &ExecFiles),
        (process, request): (&Process, &ExecRequest),
    ) -> Result<(), ErrorBody> {
        self.write_process_document(runtime, files, process)?;
        let (stdio, theirs) = if process.terminal {
            let socket = self.dir.listen_at(&files.console);
            let socket = socket.map_err(|errno| host_failed("listen for the terminal", errno))?;
            (ForeignStdio::ConsoleSocket(socket), None)
        } else {
            let (mut ours, theirs) = self.foreign_pipes(Owner::Exec(id), request.stdin)?;
            ours.set_reading(false);
            (ForeignStdio::Pipes(ours), Some(theirs))
        };
        self.commands.execs.insert(id, ForeignExec { stdio });
        let line = runtime.exec(files, process.terminal);
        let limit = request.start_within().min(LIMIT);
        self.run_foreign_with(line, CommandPurpose::Exec(id), (theirs, limit))
    }

    fn write_process_document(
        &self,
        runtime: &ForeignRuntime,
        files: &ExecFiles,
        process: &Process,
    ) -> Result<(), ErrorBody> {
        let config = std::fs::read(runtime.bundle().join("config.json"));
        let config = config.map_err(|error| bad_request(with_causes(&error)))?;
        let config: serde_json::Value =
            serde_json::from_slice(&config).map_err(|error| bad_request(with_causes(&error)))?;
        let document = foreign_process(&config["process"], process).to_string();
        let written = self.dir.write(&files.process, document.as_bytes());
        written.map_err(|errno| host_failed("write the process document", errno))
    }

    /// `exec` has ended: the program runs, or could not be executed.
    pub(crate) fn on_foreign_exec(&mut self, id: ExecId, end: CommandEnd) {
        let launched = match end {
            CommandEnd::Done => self.adopt_exec(id),
            end => {
                let error = self.foreign_error("exec", end);
                Err(ErrorBody {
                    code: code!("container.exec-failed"),
                    ..error
                })
            }
        };
        self.end_foreign_exec(id);
        match launched {
            Ok(launched) => {
                let pid = launched.pid.as_raw_pid();
                self.finish_exec_start(id, launched);
                if let Some(reaped) = self.orphans.remove(&pid) {
                    self.on_child_end(reaped);
                }
            }
            Err(error) => self.fail_foreign_exec(id, &error),
        }
    }

    fn adopt_exec(&mut self, id: ExecId) -> Result<LaunchedExec, ErrorBody> {
        let stdio = self.commands.execs.remove(&id).map(|exec| exec.stdio);
        Ok(LaunchedExec {
            leaf: None,
            pid: self.read_pid(&ExecFiles::of(id).pid)?,
            io: self.foreign_io(Owner::Exec(id), stdio)?,
        })
    }

    fn fail_foreign_exec(&mut self, id: ExecId, error: &ErrorBody) {
        let Some(exec) = self.forget_exec(id) else {
            return;
        };
        if exec.purpose == ExecPurpose::Probe {
            let result = ProbeResult::failed(error.message.as_str());
            self.end_exec_probe(id, &result);
        }
        for to in exec.askers {
            self.reply(to, Err(error.clone()));
        }
    }

    fn end_foreign_exec(&mut self, id: ExecId) {
        self.commands.execs.remove(&id);
        for file in ExecFiles::of(id).all() {
            let _ = self.dir.remove(&file);
        }
    }
}

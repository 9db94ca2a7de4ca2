//! Output of execs, and their end.

use serde_json::{Value, json};
use tsorch_protocol::{ErrorBody, code};
use tsorch_sys::child::{Ending, Reaped};

use crate::chunk::ChunkStream;
use crate::exec::{DRAIN_AFTER, Exec, ExecPurpose, FORGET_AFTER};
use crate::output::OutputStream;
use crate::probe::result::{MAX_OUTPUT_BYTES, Outcome, ProbeResult};
use crate::program_io::ProgramOutput;
use crate::reply::ReplyTo;
use crate::shim::Shim;
use crate::timers::{ExecId, Timer};
use crate::token::Lane;

impl Shim {
    /// An exec has written, or closed, one of its outputs.
    pub(crate) fn pump_exec(&mut self, id: ExecId, lane: Lane) {
        let mut scratch = std::mem::take(&mut self.scratch);
        let output = match self.execs.get(id).and_then(|exec| exec.io.as_mut()) {
            Some(io) => io.read(lane, &mut scratch),
            None => ProgramOutput::Nothing,
        };
        match output {
            ProgramOutput::Nothing => {}
            ProgramOutput::Bytes(stream, count) => {
                self.take_exec_output(id, stream, &scratch[..count]);
            }
            ProgramOutput::End => self.finish_exec_if_drained(id),
        }
        self.scratch = scratch;
    }

    fn take_exec_output(&mut self, id: ExecId, stream: OutputStream, bytes: &[u8]) {
        let Some(exec) = self.execs.get(id) else {
            return;
        };
        let Some(peer) = exec.stream else {
            hold_output(exec, stream, bytes);
            return;
        };
        self.peers
            .send_chunk(peer, ChunkStream::Output(stream), bytes);
        // A client that is behind makes the program wait, and nobody else.
        if self.peers.stream(peer).is_some_and(|peer| peer.is_busy())
            && let Some(exec) = self.execs.get(id)
        {
            exec.set_reading(false);
        }
    }

    /// The exec's program has ended.
    pub(crate) fn on_exec_end(&mut self, id: ExecId, reaped: &Reaped) {
        self.timers.cancel(Timer::ExecTimeout(id));
        let Some(exec) = self.execs.get(id) else {
            return;
        };
        exec.ending = Some(reaped.ending);
        exec.dissolve_leaf();
        if let Some(io) = &mut exec.io {
            io.end_console();
        }
        let is_client = exec.purpose == ExecPurpose::Client;
        let outcome = wait_outcome(exec);
        for to in std::mem::take(&mut exec.waiters) {
            self.reply(to, Ok(outcome.clone()));
        }
        if is_client {
            self.emit(
                "execExit",
                json!({ "exec": id, "code": reaped.ending.code() }),
            );
        }
        self.timers.set(Timer::ExecDrain(id), DRAIN_AFTER);
        self.finish_exec_if_drained(id);
    }

    fn finish_exec_if_drained(&mut self, id: ExecId) {
        let is_open = |exec: &Exec| exec.io.as_ref().is_some_and(|io| io.is_output_open());
        if self
            .execs
            .get(id)
            .is_some_and(|exec| exec.ending.is_some() && !is_open(exec))
        {
            self.finish_exec(id);
        }
    }

    /// There was time enough for the rest of the output, unless it waits for a client.
    pub(crate) fn end_exec_drain(&mut self, id: ExecId) {
        let Some(exec) = self.execs.get(id) else {
            return;
        };
        if exec.io.as_ref().is_some_and(|io| !io.is_reading()) {
            self.timers.set(Timer::ExecDrain(id), DRAIN_AFTER);
        } else {
            self.finish_exec(id);
        }
    }

    /// The program has ended and its output is over.
    fn finish_exec(&mut self, id: ExecId) {
        self.timers.cancel(Timer::ExecDrain(id));
        let Some(exec) = self.execs.get(id) else {
            return;
        };
        exec.is_finished = true;
        exec.io = None;
        exec.dissolve_leaf();
        match exec.purpose {
            ExecPurpose::Probe => self.finish_probe(id),
            ExecPurpose::Answer => {
                self.timers.set(Timer::ExecForget(id), FORGET_AFTER);
                self.answer_exec(id);
            }
            ExecPurpose::Client => {
                self.timers.set(Timer::ExecForget(id), FORGET_AFTER);
                self.end_stream_of_exec(id);
            }
        }
        tsorch_sys::heap::give_back();
    }

    /// Removes a session with all its deadlines.
    pub(crate) fn forget_exec(&mut self, id: ExecId) -> Option<Exec> {
        for timer in [
            Timer::ExecTimeout(id),
            Timer::ExecUnclaimed(id),
            Timer::ExecDrain(id),
            Timer::ExecForget(id),
        ] {
            self.timers.cancel(timer);
        }
        self.execs.remove(id)
    }

    fn finish_probe(&mut self, id: ExecId) {
        let Some(exec) = self.forget_exec(id) else {
            return;
        };
        let result = if exec.has_timed_out {
            let limit = exec.timeout.unwrap_or_default();
            ProbeResult::timed_out(format!("the probe did not end within {limit:?}"))
        } else {
            let has_passed = exec.ending == Some(Ending::Exited(0));
            ProbeResult {
                outcome: if has_passed {
                    Outcome::Passed
                } else {
                    Outcome::Failed
                },
                code: exec.ending.map(|ending| i32::from(ending.code())),
                output: exec.held.text(MAX_OUTPUT_BYTES),
            }
        };
        self.end_exec_probe(id, &result);
    }

    /// Sends the last chunk, which tells how the program has ended, and closes.
    fn end_stream_of_exec(&mut self, id: ExecId) {
        let Some(exec) = self.execs.get(id) else {
            return;
        };
        let (Some(peer), Some(ending)) = (exec.stream.take(), exec.ending) else {
            return;
        };
        self.end_stream(peer, &control_of(ending));
    }

    /// The exec has run too long.
    pub(crate) fn time_out_exec(&mut self, id: ExecId) {
        let Some(exec) = self.execs.get(id) else {
            return;
        };
        if let (Some(pid), None) = (exec.pid, exec.ending) {
            exec.has_timed_out = true;
            if let Some(run) = &self.task.run {
                exec.kill_tree(pid, &run.cgroup);
            }
        }
    }

    /// Nobody has connected to the exec: its output is thrown away from now on.
    pub(crate) fn discard_exec_output(&mut self, id: ExecId) {
        if let Some(exec) = self.execs.get(id).filter(|exec| exec.stream.is_none()) {
            exec.held.discard();
            exec.set_reading(true);
        }
    }

    /// Answers `execWait`, now or when the program has ended.
    pub(crate) fn wait_for_exec(&mut self, id: ExecId, to: ReplyTo) {
        let outcome = match self.execs.get(id) {
            None => Err(unknown_exec(id)),
            Some(exec) if exec.ending.is_some() => Ok(wait_outcome(exec)),
            Some(exec) => {
                exec.waiters.push(to);
                return;
            }
        };
        self.reply(to, outcome);
    }

    /// The task is gone, and its execs with it; their results stay.
    pub(crate) fn resize_exec(&mut self, id: ExecId, size: (u16, u16)) -> Result<(), ErrorBody> {
        let exec = self.execs.get(id).ok_or_else(|| unknown_exec(id))?;
        match &exec.io {
            Some(io) => crate::methods::resized(io.resize(size.0, size.1)),
            None => Ok(()),
        }
    }
}

/// Keeps what nobody takes now.
fn hold_output(exec: &mut Exec, stream: OutputStream, bytes: &[u8]) {
    match exec.purpose {
        ExecPurpose::Answer => exec.answer.add(stream, bytes),
        ExecPurpose::Probe => {
            exec.held.add(stream, bytes);
            cap_probe_output(exec);
        }
        ExecPurpose::Client => {
            exec.held.add(stream, bytes);
            if exec.held.is_full() {
                exec.set_reading(false);
            }
        }
    }
}

/// A probe's output is bounded: what is over is read and forgotten.
fn cap_probe_output(exec: &mut Exec) {
    if exec.held.text(MAX_OUTPUT_BYTES).len() >= MAX_OUTPUT_BYTES {
        exec.held.is_discarding = true;
    }
}

pub(crate) fn unknown_exec(id: ExecId) -> ErrorBody {
    ErrorBody::new(
        code!("protocol.bad-request"),
        format!("there is no exec {id}"),
    )
}

/// The last chunk of a stream connection.
pub(crate) fn control_of(ending: Ending) -> Value {
    let mut control = json!({ "code": ending.code() });
    if let Some(signal) = ending.signal() {
        control["signal"] = json!(signal);
    }
    control
}

pub(crate) fn wait_outcome(exec: &Exec) -> Value {
    let mut outcome = exec.ending.map_or_else(|| json!({}), control_of);
    outcome["timedOut"] = json!(exec.has_timed_out);
    outcome
}

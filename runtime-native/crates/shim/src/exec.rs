//! Exec sessions: programs beside the task, each with stdio of its own.
//!
//! ```text
//! launching --> live --program ends--> draining --output at its end--> finished --> forgotten
//! ```
//!
//! Output is held (64 KiB, then the program waits) until a client connects a stream to it. The result is kept for a
//! while, so that a short program's is not missed.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use rustix::process::Pid;
use tsorch_cgroups::{Cgroup, Leaf};
use tsorch_sys::child::Ending;

use crate::exec_request::OperationKey;
use crate::exec_sync::AnswerOutput;
use crate::exec_tree::kill_exec_tree;
use crate::output::OutputStream;
use crate::program_io::ProgramIo;
use crate::reply::ReplyTo;
use crate::timers::ExecId;
use crate::token::PeerId;

/// Live sessions at once; a probe is one.
pub(crate) const MAX_LIVE: usize = 64;
/// Finished sessions whose results are kept.
const MAX_FINISHED: usize = 64;
/// Output held for a client that has not connected yet.
const HELD_BYTES: usize = 64 * 1024;
/// After this long without a client the output is thrown away.
pub(crate) const UNCLAIMED_AFTER: Duration = Duration::from_secs(10);
/// How long output may come after the end of the program: children of it can hold the pipes for ever.
pub(crate) const DRAIN_AFTER: Duration = Duration::from_secs(1);
/// How long a result is kept.
pub(crate) const FORGET_AFTER: Duration = Duration::from_secs(300);

/// Who wanted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExecPurpose {
    /// Somebody connects to its stdio.
    Client,
    /// Somebody waits for its output and its end in one answer.
    Answer,
    Probe,
}

/// One session.
#[derive(Debug)]
pub(crate) struct Exec {
    pub(crate) purpose: ExecPurpose,
    /// `None` while a foreign runtime makes it.
    pub(crate) pid: Option<Pid>,
    pub(crate) io: Option<ProgramIo>,
    pub(crate) stream: Option<PeerId>,
    pub(crate) held: HeldOutput,
    pub(crate) ending: Option<Ending>,
    pub(crate) has_timed_out: bool,
    /// Program ended and all output read or given up.
    pub(crate) is_finished: bool,
    /// Asked again under this key, it is this one.
    pub(crate) key: Option<OperationKey>,
    /// Who waits for the answer to `exec` or `execSync`.
    pub(crate) askers: Vec<ReplyTo>,
    /// `execWait`.
    pub(crate) waiters: Vec<ReplyTo>,
    /// `execSync`.
    pub(crate) answer: AnswerOutput,
    pub(crate) timeout: Option<Duration>,
    /// What it has started is killed by this; `None` = looked for.
    pub(crate) leaf: Option<Leaf>,
}

/// Output without a client.
#[derive(Debug, Default)]
pub(crate) struct HeldOutput {
    pieces: VecDeque<(OutputStream, Vec<u8>)>,
    bytes: usize,
    /// Nobody has come for it.
    pub(crate) is_discarding: bool,
}

impl HeldOutput {
    pub(crate) fn add(&mut self, stream: OutputStream, bytes: &[u8]) {
        if !self.is_discarding {
            self.bytes += bytes.len();
            self.pieces.push_back((stream, bytes.to_vec()));
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= HELD_BYTES
    }

    /// Everything, in order.
    pub(crate) fn take(&mut self) -> VecDeque<(OutputStream, Vec<u8>)> {
        self.bytes = 0;
        std::mem::take(&mut self.pieces)
    }

    /// Throws it away, and what comes too.
    pub(crate) fn discard(&mut self) {
        self.take();
        self.is_discarding = true;
    }

    /// Its first `limit` bytes, both streams mixed.
    pub(crate) fn text(&self, limit: usize) -> Vec<u8> {
        let bytes = self.pieces.iter().flat_map(|(_, piece)| piece);
        bytes.take(limit).copied().collect()
    }
}

impl Exec {
    pub(crate) fn new(purpose: ExecPurpose, timeout: Option<Duration>) -> Self {
        Self {
            purpose,
            pid: None,
            io: None,
            stream: None,
            held: HeldOutput::default(),
            ending: None,
            has_timed_out: false,
            is_finished: false,
            key: None,
            askers: Vec::new(),
            waiters: Vec::new(),
            answer: AnswerOutput::default(),
            timeout,
            leaf: None,
        }
    }

    /// Kills its program, which has not been reaped, and all that it has started.
    pub(crate) fn kill_tree(&self, first: Pid, cgroup: &Cgroup) {
        let is_killed = self.leaf.as_ref().is_some_and(|leaf| leaf.kill().is_ok());
        if !is_killed {
            kill_exec_tree(first, cgroup);
        }
    }

    /// The program has ended: what it has left behind belongs to the container.
    pub(crate) fn dissolve_leaf(&mut self) {
        self.leaf = self.leaf.take().and_then(|leaf| leaf.dissolve().err());
    }

    /// Reads on, or lets the program wait for whoever takes its output.
    pub(crate) fn set_reading(&mut self, is_reading: bool) {
        if let Some(io) = &mut self.io {
            io.set_reading(is_reading);
        }
    }
}

/// All sessions of the present task, and results of earlier ones.
#[derive(Debug, Default)]
pub(crate) struct Execs {
    sessions: BTreeMap<ExecId, Exec>,
    last: ExecId,
}

impl Execs {
    /// Adds a session under a new number; `None` when there are too many.
    pub(crate) fn add(&mut self, exec: Exec) -> Option<ExecId> {
        let live = self
            .sessions
            .values()
            .filter(|exec| !exec.is_finished)
            .count();
        if live >= MAX_LIVE {
            return None;
        }
        self.last = self.last.checked_add(1)?;
        self.sessions.insert(self.last, exec);
        Some(self.last)
    }

    /// A result that has to go before another session is added.
    pub(crate) fn surplus(&self) -> Option<ExecId> {
        let finished = self.sessions.iter().filter(|(_, exec)| exec.is_finished);
        let mut ids = finished.map(|(id, _)| *id).collect::<Vec<_>>().into_iter();
        (ids.len() >= MAX_FINISHED).then(|| ids.next()).flatten()
    }

    pub(crate) fn get(&mut self, id: ExecId) -> Option<&mut Exec> {
        self.sessions.get_mut(&id)
    }

    pub(crate) fn remove(&mut self, id: ExecId) -> Option<Exec> {
        self.sessions.remove(&id)
    }

    /// The session that was asked for under this key.
    pub(crate) fn with_key(&mut self, key: &OperationKey) -> Option<(ExecId, &mut Exec)> {
        let mut sessions = self.sessions.iter_mut();
        let found = sessions.find(|(_, exec)| exec.key.as_ref() == Some(key));
        found.map(|(id, exec)| (*id, exec))
    }

    /// The session whose process this is.
    pub(crate) fn with_pid(&self, pid: Pid) -> Option<ExecId> {
        let is_it = |exec: &Exec| exec.pid == Some(pid) && exec.ending.is_none();
        self.sessions
            .iter()
            .find(|(_, exec)| is_it(exec))
            .map(|(id, _)| *id)
    }

    /// Nobody whom `is_gone` names waits for an answer any more.
    pub(crate) fn forget_waiting(&mut self, is_gone: impl Fn(&ReplyTo) -> bool) {
        for exec in self.sessions.values_mut() {
            exec.waiters.retain(|to| !is_gone(to));
            exec.askers.retain(|to| !is_gone(to));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Exec, ExecPurpose, Execs, HELD_BYTES, HeldOutput, MAX_FINISHED, MAX_LIVE};
    use crate::output::OutputStream;

    fn exec(is_finished: bool) -> Exec {
        Exec {
            is_finished,
            ..Exec::new(ExecPurpose::Client, None)
        }
    }

    #[test]
    fn only_so_many_live_at_once() {
        let mut execs = Execs::default();
        for _ in 0..MAX_LIVE {
            assert!(execs.add(exec(false)).is_some());
        }
        assert_eq!(execs.add(exec(false)), None);
    }

    #[test]
    fn the_oldest_result_is_the_first_to_go() {
        let mut execs = Execs::default();
        execs.add(exec(false));
        for _ in 0..MAX_FINISHED {
            assert_eq!(execs.surplus(), None);
            execs.add(exec(true));
        }
        assert_eq!(execs.surplus(), Some(2));
        execs.remove(2);
        assert_eq!(execs.surplus(), None);
    }

    #[test]
    fn held_output_keeps_its_order_until_it_is_thrown_away() {
        let mut held = HeldOutput::default();
        held.add(OutputStream::Stdout, b"one");
        held.add(OutputStream::Stderr, b"two");
        assert_eq!(held.text(5), b"onetw");
        assert_eq!(held.take().len(), 2);
        held.add(OutputStream::Stdout, &vec![0; HELD_BYTES]);
        assert!(held.is_full());
        held.discard();
        held.add(OutputStream::Stdout, b"more");
        assert!(!held.is_full() && held.take().is_empty());
    }
}

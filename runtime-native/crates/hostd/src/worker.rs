//! Forked workers: whatever may block. Each has a pipe to say one thing on, a frame with an answer; it may go on
//! working after that.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;
use serde_json::{Value, json};
use tsorch_protocol::frame::{FrameDecoder, MAX_FRAME_BYTES};
use tsorch_protocol::{ErrorBody, Message, code};
use tsorch_sys::child::{Ending, Reaped, reap_waiting};
use tsorch_sys::fork::{Forked, Parentage, become_child, exit_now, fork};
use tsorch_sys::poller::Watched;

use crate::hostd::{Hostd, Source, Token};
use crate::log::{Level, log};
use crate::removal::Removal;

/// One frame with its header.
const MAX_ANSWER_BYTES: usize = MAX_FRAME_BYTES + 4;

/// A worker that has not said its word yet.
#[derive(Debug)]
pub(crate) struct Worker {
    pid: Pid,
    ending: Option<Ending>,
    output: Watched<OwnedFd>,
    bytes: Vec<u8>,
    job: Job,
}

/// What a worker's answer is good for.
#[derive(Debug)]
pub(crate) enum Job {
    /// Containers were removed.
    Removal(Removal),
    /// A layer was unpacked: one JSON object instead of a frame.
    Unpack(crate::layer::Unpack),
    /// Layers were put on the disk.
    Sync,
    /// Nobody waits.
    Quiet(&'static str),
}

/// The worker's end of the pipe.
#[derive(Debug)]
pub(crate) struct Report(OwnedFd);

impl Report {
    /// Says how it went; hostd goes on from here.
    pub(crate) fn send(self, outcome: Result<Value, ErrorBody>) {
        let Ok(frame) = (Message::Answer { id: 1, outcome }).to_frame() else {
            return;
        };
        let mut rest = frame.as_slice();
        while let Ok(count @ 1..) = rustix::io::write(&self.0, rest) {
            rest = &rest[count..];
        }
    }
}

impl Worker {
    /// Its pid, when it unpacks a layer.
    pub(crate) fn unpacking(&self) -> Option<Pid> {
        matches!(self.job, Job::Unpack(_)).then_some(self.pid)
    }
}

impl Hostd {
    /// Forks a worker. It keeps standard error, its pipe and `keep`.
    pub(crate) fn start_worker(
        &mut self,
        job: Job,
        keep: &[BorrowedFd<'_>],
        work: impl FnOnce(Report),
    ) -> Result<(), Errno> {
        let (ours, theirs) = pipe_with(PipeFlags::CLOEXEC)?;
        match fork(Parentage::Child)? {
            Forked::Parent(child) => {
                drop(theirs);
                self.add_worker(child.pid, ours, job)
            }
            Forked::Child => {
                let errors = std::io::stderr();
                let kept = [&[errors.as_fd(), theirs.as_fd()], keep].concat();
                let _ = rustix::thread::set_name(c"tsorch-worker");
                if become_child(&kept).is_ok() {
                    work(Report(theirs));
                }
                exit_now(0)
            }
        }
    }

    /// Waits for what a worker has to say on `output`.
    pub(crate) fn add_worker(&mut self, pid: Pid, output: OwnedFd, job: Job) -> Result<(), Errno> {
        rustix::io::ioctl_fionbio(&output, true)?;
        let (token, output) = self.watch(output, Source::Worker)?;
        self.workers.insert(
            token,
            Worker {
                pid,
                ending: None,
                output,
                bytes: Vec::new(),
                job,
            },
        );
        Ok(())
    }

    /// Notes how a worker ended; false when it was none.
    pub(crate) fn worker_ended(&mut self, reaped: &Reaped) -> bool {
        let worker = self
            .workers
            .values_mut()
            .find(|worker| worker.pid == reaped.pid);
        worker
            .map(|worker| worker.ending = Some(reaped.ending))
            .is_some()
    }

    /// A worker speaks, or has closed its pipe.
    pub(crate) fn on_worker(&mut self, token: Token) {
        let Some(worker) = self.workers.get_mut(&token) else {
            return;
        };
        let mut buffer = [0; 16 * 1024];
        match rustix::io::read(&*worker.output, &mut buffer) {
            Ok(count @ 1..) if worker.bytes.len() < MAX_ANSWER_BYTES => {
                worker.bytes.extend_from_slice(&buffer[..count]);
                return;
            }
            Err(Errno::AGAIN | Errno::INTR) => return,
            _ => {}
        }
        self.forget(token);
        if let Some(worker) = self.workers.remove(&token) {
            self.finish_worker(worker);
        }
    }

    fn finish_worker(&mut self, worker: Worker) {
        let Worker {
            pid,
            ending,
            bytes,
            job,
            ..
        } = worker;
        match job {
            Job::Removal(removal) => {
                let outcome = read_frame(&bytes).unwrap_or_else(|| Err(died(pid, ending)));
                self.finish_removal(removal, outcome);
            }
            Job::Unpack(unpack) => self.finish_unpack(unpack, &bytes),
            Job::Sync => {
                warn("cannot put layers on the disk", &bytes);
                self.finish_sync();
            }
            Job::Quiet(what) => warn(what, &bytes),
        }
    }
}

fn read_frame(bytes: &[u8]) -> Option<Result<Value, ErrorBody>> {
    let mut decoder = FrameDecoder::default();
    decoder.push(bytes);
    match Message::from_payload(decoder.next_payload().ok()??).ok()? {
        Message::Answer { outcome, .. } => Some(outcome),
        _ => None,
    }
}

fn warn(what: &str, bytes: &[u8]) {
    if let Some(Err(error)) = read_frame(bytes) {
        log(Level::Warn, what, json!({ "reason": error.message }));
    }
}

/// The error for a worker that closed its pipe without a word: it has ended or is about to.
fn died(pid: Pid, ending: Option<Ending>) -> ErrorBody {
    let waited = || reap_waiting(pid).ok().map(|reaped| reaped.ending);
    let message = match ending.or_else(waited) {
        Some(Ending::Signaled { signal, .. }) => {
            format!("the worker was killed by signal {signal}")
        }
        Some(Ending::Exited(code)) => {
            format!("the worker exited with status {code} without an answer")
        }
        None => "the worker was lost".to_owned(),
    };
    ErrorBody::new(code!("host.failed"), message).retryable()
}

//! `layer.unpack` and `layer.remove`: the store is the layers crate's; here its workers are started and watched.
//!
//! A worker is this program again, as `tsorch-layer-worker`: it parses hostile bytes, so it carries nothing of hostd's
//! memory. Two requests for one blob share a worker.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Signal, kill_process};
use serde::Deserialize;
use serde_json::Value;
use tsorch_layers::{Digest, LayerStore, Start, UnpackJob, UnpackRequest};
use tsorch_protocol::{ErrorBody, code};
use tsorch_sys::execute::{Strings, execute};
use tsorch_sys::fork::{
    Child, Forked, Parentage, become_child, exit_now, fork, set_standard_streams,
};

use crate::client::Waiter;
use crate::dirs::Trash;
use crate::dispatch::{Answer, nothing};
use crate::hostd::Hostd;
use crate::tree;
use crate::worker::Job;

/// Fewer would let one large layer hold up all others.
const MIN_PARALLEL: usize = 2;

/// The store, and who waits for what.
#[derive(Debug)]
pub(crate) struct Layers {
    store: LayerStore,
    parallel: usize,
    running: usize,
    queue: VecDeque<UnpackRequest>,
    /// By blob, running or in the queue.
    waiters: HashMap<Digest, Vec<Waiter>>,
    /// diffIDs of layers that may not be on the disk yet.
    unsynced: Vec<Digest>,
    is_syncing: bool,
}

/// A running worker's job.
#[derive(Debug)]
pub(crate) struct Unpack {
    job: Box<UnpackJob>,
    blob: Digest,
}

/// Params of `layer.remove`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoveParams {
    diff_id: Digest,
}

impl Layers {
    pub(crate) fn new(store: LayerStore) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            store,
            parallel: processors.max(MIN_PARALLEL),
            running: 0,
            queue: VecDeque::new(),
            waiters: HashMap::new(),
            unsynced: Vec::new(),
            is_syncing: false,
        }
    }
}

impl Hostd {
    /// `layer.unpack`
    pub(crate) fn layer_unpack(
        &mut self,
        waiter: Waiter,
        request: UnpackRequest,
    ) -> Result<Answer, ErrorBody> {
        if let Some(waiters) = self.layers.waiters.get_mut(&request.blob) {
            waiters.push(waiter);
            return Ok(Answer::Later);
        }
        if let Some(present) = request
            .diff_id
            .and_then(|id| self.layers.store.present(&id))
        {
            return encode(&present).map(Answer::Now);
        }
        self.layers.waiters.insert(request.blob, vec![waiter]);
        self.layers.queue.push_back(request);
        self.start_unpacks();
        Ok(Answer::Later)
    }

    /// `layer.remove`
    pub(crate) fn layer_remove(&mut self, params: &RemoveParams) -> Result<Answer, ErrorBody> {
        if self.layers.store.remove(&params.diff_id)? {
            self.empty_trash(Trash::Images);
        }
        Ok(Answer::Now(nothing()))
    }

    /// Removes what is in a trash, in a worker. If none can be made, the next start does it.
    pub(crate) fn empty_trash(&mut self, trash: Trash) {
        let path = self.dirs.trash(trash);
        let job = Job::Quiet("cannot empty the trash");
        let _ = self.start_worker(job, &[], |report| {
            let outcome = tree::empty(&path);
            report.send(quiet(outcome));
        });
    }

    /// A worker has answered, or died: then `output` is empty or cut short.
    pub(crate) fn finish_unpack(&mut self, unpack: Unpack, output: &[u8]) {
        self.layers.running -= 1;
        let outcome = self.layers.store.finish_unpack(*unpack.job, output);
        match &outcome {
            Ok(unpacked) => {
                self.layers.unsynced.push(unpacked.diff_id);
                self.start_sync();
            }
            Err(_) => self.empty_trash(Trash::Images),
        }
        self.answer_unpack(&unpack.blob, outcome.and_then(|unpacked| encode(&unpacked)));
        self.start_unpacks();
    }

    /// A worker has put layers on the disk, or not.
    pub(crate) fn finish_sync(&mut self) {
        self.layers.is_syncing = false;
        self.start_sync();
    }

    /// Ends the workers: the node is shut down.
    pub(crate) fn kill_unpacks(&self) {
        for pid in self
            .workers
            .values()
            .filter_map(crate::worker::Worker::unpacking)
        {
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    fn start_unpacks(&mut self) {
        while self.layers.running < self.layers.parallel {
            let Some(request) = self.layers.queue.pop_front() else {
                return;
            };
            match self.layers.store.begin_unpack(&request) {
                Err(error) => self.answer_unpack(&request.blob, Err(error)),
                Ok(Start::Present(present)) => {
                    self.answer_unpack(&request.blob, encode(&present));
                }
                Ok(Start::Work(job)) => self.start_unpack(request.blob, job),
            }
        }
    }

    /// One at a time: each puts the whole file system on the disk. What is unpacked meanwhile is the next one's.
    fn start_sync(&mut self) {
        if self.layers.is_syncing || self.layers.unsynced.is_empty() {
            return;
        }
        let diff_ids = std::mem::take(&mut self.layers.unsynced);
        let Ok(sync) = self.layers.store.sync_job(diff_ids) else {
            return;
        };
        let started = self.start_worker(Job::Sync, &[sync.as_fd()], |report| {
            report.send(quiet(sync.run()));
        });
        self.layers.is_syncing = started.is_ok();
    }

    fn start_unpack(&mut self, blob: Digest, job: Box<UnpackJob>) {
        match start_process(&job) {
            Ok((child, output)) => {
                self.layers.running += 1;
                // Fails only when descriptors are used up; the worker then ends by itself, writing to nobody.
                if let Err(errno) =
                    self.add_worker(child.pid, output, Job::Unpack(Unpack { job, blob }))
                {
                    self.layers.running -= 1;
                    self.answer_unpack(&blob, Err(not_started(errno)));
                }
            }
            Err(errno) => {
                self.layers.store.abandon_unpack(*job);
                self.answer_unpack(&blob, Err(not_started(errno)));
            }
        }
    }

    fn answer_unpack(&mut self, blob: &Digest, outcome: Result<Value, ErrorBody>) {
        for waiter in self.layers.waiters.remove(blob).unwrap_or_default() {
            self.answer(waiter, outcome.clone());
        }
    }
}

fn encode(unpacked: &tsorch_layers::Unpacked) -> Result<Value, ErrorBody> {
    serde_json::to_value(unpacked)
        .map_err(|error| ErrorBody::new(code!("internal.bug"), error.to_string()))
}

/// For a worker that nobody waits for.
fn quiet(outcome: Result<(), Errno>) -> Result<Value, ErrorBody> {
    let failed =
        |errno: Errno| ErrorBody::new(code!("host.failed"), errno.to_string()).errno(errno);
    outcome.map(|()| nothing()).map_err(failed)
}

fn not_started(errno: Errno) -> ErrorBody {
    ErrorBody::new(code!("host.failed"), "cannot start a layer worker")
        .errno(errno)
        .retryable()
}

/// Forks and executes a worker; gives the read end of its stdout.
fn start_process(job: &UnpackJob) -> Result<(Child, OwnedFd), Errno> {
    let input = job.input().map_err(|_| Errno::INVAL)?;
    let (stdin, request) = pipe_with(PipeFlags::CLOEXEC)?;
    let (output, stdout) = pipe_with(PipeFlags::CLOEXEC)?;
    // A pipe holds 64 KiB, a request some hundred bytes.
    std::fs::File::from(request)
        .write_all(&input)
        .map_err(|_| Errno::PIPE)?;
    let arguments = Strings::new(vec![c"tsorch-layer-worker".to_owned()]);
    let environment = Strings::new(Vec::new());
    match fork(Parentage::Child)? {
        Forked::Parent(child) => Ok((child, output)),
        Forked::Child => {
            let errors = std::io::stderr();
            let [blob, root] = job.files();
            let keep = [
                stdin.as_fd(),
                stdout.as_fd(),
                errors.as_fd(),
                blob.as_fd(),
                root.as_fd(),
            ];
            let prepared = become_child(&keep)
                .and_then(|()| {
                    set_standard_streams([stdin.as_fd(), stdout.as_fd(), errors.as_fd()])
                })
                .and_then(|()| fcntl_setfd(blob, FdFlags::empty()))
                .and_then(|()| fcntl_setfd(root, FdFlags::empty()));
            if prepared.is_ok() {
                let _ = execute(c"/proc/self/exe", &arguments, &environment);
            }
            exit_now(127)
        }
    }
}

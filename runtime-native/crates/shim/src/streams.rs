//! Stream connections: from clients to programs, and the other way.

use serde_json::{Value, json};
use tsorch_protocol::ErrorBody;
use tsorch_protocol::shim_files::ExitRecord;
use tsorch_sys::poller::EventFlags;

use crate::chunk::ChunkStream;
use crate::exec::{ExecPurpose, UNCLAIMED_AFTER};
use crate::exec_io::{control_of, unknown_exec};
use crate::failure::{busy, not_running};
use crate::program_io::ProgramIo;
use crate::reply::ReplyTo;
use crate::shim::Shim;
use crate::stream_peer::{StreamInput, WhenBehind};
use crate::task::Run;
use crate::timers::{ExecId, Timer};
use crate::token::{Owner, PeerId};

/// What a client of the container's stdio gets first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begins {
    WithLog,
    WithWhatComes,
}

impl Shim {
    /// Turns the client's connection into a stream to `target`. The answer is the last frame on it.
    pub(crate) fn open_stream(
        &mut self,
        peer: PeerId,
        request: u64,
        (target, when_behind, begins): (Owner, WhenBehind, Begins),
    ) {
        let to = ReplyTo::Client { peer, request };
        if let Err(error) = self.check_stream_target(target) {
            self.reply(to, Err(error));
            return;
        }
        self.reply(to, Ok(json!({})));
        let Some(rest) = self.peers.make_stream(peer, (target, when_behind)) else {
            return;
        };
        match target {
            Owner::Task if begins == Begins::WithLog => self.begin_replay(peer),
            Owner::Task => self.join_live(peer),
            Owner::Exec(id) => self.claim_exec(id, peer),
        }
        self.take_stream_bytes(peer, &rest);
    }

    fn check_stream_target(&mut self, target: Owner) -> Result<(), ErrorBody> {
        match target {
            Owner::Task => self.task.living().map(drop).ok_or_else(not_running),
            Owner::Exec(id) => match self.execs.get(id) {
                None => Err(unknown_exec(id)),
                Some(exec) if exec.purpose != ExecPurpose::Client => Err(unknown_exec(id)),
                Some(exec) if exec.stream.is_some() => {
                    Err(busy(format!("another client is connected to exec {id}")))
                }
                Some(_) => Ok(()),
            },
        }
    }

    /// Gives a client what the exec has held for it, and from now on all.
    fn claim_exec(&mut self, id: ExecId, peer: PeerId) {
        self.timers.cancel(Timer::ExecUnclaimed(id));
        let Some(exec) = self.execs.get(id) else {
            return;
        };
        exec.stream = Some(peer);
        exec.held.is_discarding = false;
        exec.set_reading(true);
        let (held, ending) = (exec.held.take(), exec.ending.filter(|_| exec.is_finished));
        for (stream, bytes) in held {
            self.peers
                .send_chunk(peer, ChunkStream::Output(stream), &bytes);
        }
        if let Some(ending) = ending {
            self.end_stream(peer, &control_of(ending));
        }
    }

    /// A stream connection is ready.
    pub(crate) fn on_stream(&mut self, peer: PeerId, flags: EventFlags) {
        if flags.contains(EventFlags::OUT) {
            self.flush_stream(peer);
        }
        if flags.contains(EventFlags::IN) {
            self.receive_stream(peer);
        }
        if flags.intersects(EventFlags::HUP | EventFlags::ERR) {
            // What it sent before it left still counts; the socket's buffer bounds it.
            while self.receive_stream(peer) {}
            self.end_stream_input(peer);
            self.peers.drop_peer(peer);
        }
    }

    fn flush_stream(&mut self, peer: PeerId) {
        let Some(stream) = self.peers.stream(peer) else {
            return;
        };
        let (target, flushed, is_busy) = (stream.target, stream.flush(), stream.is_busy());
        match (flushed, target) {
            (Err(_), _) => self.peers.drop_peer(peer),
            (Ok(()), Owner::Task) if !is_busy => self.pump_replay(peer),
            (Ok(()), Owner::Exec(id)) if !is_busy => {
                if let Some(exec) = self.execs.get(id) {
                    exec.set_reading(true);
                }
            }
            _ => {}
        }
    }

    /// Whether there were bytes.
    fn receive_stream(&mut self, peer: PeerId) -> bool {
        let mut scratch = std::mem::take(&mut self.scratch);
        let received = self
            .peers
            .stream(peer)
            .map(|stream| stream.receive(&mut scratch));
        match received {
            Some(Ok(StreamInput::Bytes(count))) => self.take_stream_bytes(peer, &scratch[..count]),
            Some(Ok(StreamInput::End)) => self.end_stream_input(peer),
            Some(Err(_)) => self.peers.drop_peer(peer),
            Some(Ok(StreamInput::Nothing)) | None => {}
        }
        self.scratch = scratch;
        matches!(received, Some(Ok(StreamInput::Bytes(_))))
    }

    fn take_stream_bytes(&mut self, peer: PeerId, bytes: &[u8]) {
        let mut input = bytes;
        loop {
            let Some(stream) = self.peers.stream(peer) else {
                return;
            };
            let target = stream.target;
            let Some(part) = stream.decoder.next(&mut input) else {
                break;
            };
            match (part.stream, part.bytes) {
                (ChunkStream::Stdin, []) => self.end_stream_input(peer),
                // A terminal could take input that nobody has declared.
                (ChunkStream::Stdin, bytes) if target != Owner::Task || self.config.stdin => {
                    if let Some(io) = self.io_of(target) {
                        io.add_input(bytes);
                    }
                }
                _ => {}
            }
        }
        self.pause_if_full(peer);
    }

    /// The end of an exec's stdin. That of the container outlives its clients: it was asked to be kept open.
    fn end_stream_input(&mut self, peer: PeerId) {
        let target = self.peers.stream(peer).map(|stream| stream.target);
        if let Some(target @ Owner::Exec(_)) = target
            && let Some(io) = self.io_of(target)
        {
            io.end_input();
        }
    }

    /// A program that does not read its input makes its client wait.
    fn pause_if_full(&mut self, peer: PeerId) {
        let Some(target) = self.peers.stream(peer).map(|stream| stream.target) else {
            return;
        };
        let is_full = self.io_of(target).is_some_and(|io| io.is_input_full());
        if is_full
            && let Some(Err(_)) = self
                .peers
                .stream(peer)
                .map(|stream| stream.pause_input(true))
        {
            self.peers.drop_peer(peer);
        }
    }

    /// The program takes input again.
    pub(crate) fn pump_input(&mut self, owner: Owner) {
        let Some(io) = self.io_of(owner) else {
            return;
        };
        io.flush_input();
        if !io.is_input_full() {
            self.peers.resume_input(owner);
        }
    }

    fn io_of(&mut self, owner: Owner) -> Option<&mut ProgramIo> {
        match owner {
            Owner::Task => self.task.run.as_mut().map(|run| &mut run.io),
            Owner::Exec(id) => self.execs.get(id)?.io.as_mut(),
        }
    }

    /// Queues the last chunk and closes behind it.
    pub(crate) fn end_stream(&mut self, peer: PeerId, control: &Value) {
        let text = control.to_string();
        if self
            .peers
            .send_chunk(peer, ChunkStream::Control, text.as_bytes())
            && let Some(Err(_)) = self
                .peers
                .stream(peer)
                .map(|stream| stream.close_when_sent())
        {
            self.peers.drop_peer(peer);
        }
    }

    /// The task has ended, and with it the connections to its stdio.
    pub(crate) fn end_streams_of_task(&mut self, run: &mut Run, record: &ExitRecord) {
        let mut control = json!({ "code": record.code });
        if let Some(signal) = record.signal {
            control["signal"] = json!(signal);
        }
        for peer in std::mem::take(&mut run.attached) {
            self.end_stream(peer, &control);
        }
        self.end_replays(&control);
    }

    /// Connections that are gone: what they were connected to goes on without them.
    pub(crate) fn forget_gone_peers(&mut self) {
        for (peer, target) in self.peers.take_gone() {
            match target {
                Some(Owner::Task) => {
                    if let Some(run) = &mut self.task.run {
                        run.attached.retain(|attached| *attached != peer);
                    }
                }
                Some(Owner::Exec(id)) => self.unclaim_exec(id, peer),
                None => self.forget_waiting(peer),
            }
        }
    }

    /// Its output is held again, for a while.
    fn unclaim_exec(&mut self, id: ExecId, peer: PeerId) {
        let Some(exec) = self.execs.get(id).filter(|exec| exec.stream == Some(peer)) else {
            return;
        };
        exec.stream = None;
        if !exec.is_finished {
            exec.set_reading(true);
            self.timers.set(Timer::ExecUnclaimed(id), UNCLAIMED_AFTER);
        }
    }
}

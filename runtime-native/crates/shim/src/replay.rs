//! `stream` with `logs`: a client gets the log first, then what comes, with nothing missing or twice in between.
//!
//! It reads the files at its own pace, also what is written meanwhile. When it has come to their end it gets the
//! unfinished lines, which are not in the log yet, and from then on what the others get.

use serde_json::Value;

use crate::chunk::ChunkStream;
use crate::log::log_reader::{LogPart, LogReader};
use crate::output::OutputStream;
use crate::shim::Shim;
use crate::token::PeerId;

/// Others wait while one client is served.
const READS_AT_ONCE: usize = 8;

/// A client that has not come to the end of the log.
#[derive(Debug)]
pub(crate) struct Replay {
    reader: LogReader,
    /// What to say last: its task has ended meanwhile.
    ending: Option<Value>,
    /// The rest of the log waits for the disk.
    pub(crate) is_starved: bool,
}

impl Shim {
    /// Begins with the log, if there is one.
    pub(crate) fn begin_replay(&mut self, peer: PeerId) {
        let Some(reader) = self.log.reader() else {
            self.join_live(peer);
            return;
        };
        if let Some(stream) = self.peers.stream(peer) {
            stream.replay = Some(Replay {
                reader,
                ending: None,
                is_starved: false,
            });
        }
        self.pump_replay(peer);
    }

    /// Sends what the client takes now; its socket calls again.
    pub(crate) fn pump_replay(&mut self, peer: PeerId) {
        let Some(mut replay) = self.take_replay(peer) else {
            return;
        };
        replay.is_starved = false;
        for _ in 0..READS_AT_ONCE {
            if self
                .peers
                .stream(peer)
                .is_none_or(|stream| stream.is_busy())
            {
                break;
            }
            match self.log.read(&mut replay.reader, &mut self.scratch) {
                LogPart::Output(parts) => self.send_parts(peer, &parts),
                LogPart::End if replay.ending.is_none() && self.log.is_blocked() => {
                    replay.is_starved = true;
                    break;
                }
                LogPart::End => return self.end_replay(peer, replay.ending),
            }
        }
        self.put_replay_back(peer, replay);
    }

    fn take_replay(&mut self, peer: PeerId) -> Option<Replay> {
        self.peers.stream(peer)?.replay.take()
    }

    fn put_replay_back(&mut self, peer: PeerId, replay: Replay) {
        if let Some(stream) = self.peers.stream(peer) {
            stream.replay = Some(replay);
            if stream.update_interest().is_err() {
                self.peers.drop_peer(peer);
            }
        }
    }

    fn send_parts(&mut self, peer: PeerId, parts: &[(OutputStream, Vec<u8>)]) {
        for (stream, bytes) in parts {
            self.peers
                .send_chunk(peer, ChunkStream::Output(*stream), bytes);
        }
    }

    fn end_replay(&mut self, peer: PeerId, ending: Option<Value>) {
        match ending {
            Some(ending) => self.end_stream(peer, &ending),
            None => {
                let held = self.log.unfinished_lines();
                self.send_parts(peer, &held);
                self.join_live(peer);
            }
        }
    }

    /// From now on the client gets what the program says.
    pub(crate) fn join_live(&mut self, peer: PeerId) {
        if let Some(stream) = self.peers.stream(peer)
            && stream.update_interest().is_err()
        {
            self.peers.drop_peer(peer);
        }
        if let Some(run) = &mut self.task.run {
            run.attached.push(peer);
        }
    }

    /// The disk takes something again.
    pub(crate) fn resume_replays(&mut self) {
        for peer in self.peers.replaying() {
            self.pump_replay(peer);
        }
    }

    /// The task has ended, and its log with it.
    pub(crate) fn end_replays(&mut self, ending: &Value) {
        let position = self.log.position();
        for peer in self.peers.replaying() {
            if let Some(stream) = self.peers.stream(peer)
                && let Some(replay) = &mut stream.replay
            {
                replay.reader.end_at(position);
                replay.ending.get_or_insert_with(|| ending.clone());
            }
            self.pump_replay(peer);
        }
    }
}

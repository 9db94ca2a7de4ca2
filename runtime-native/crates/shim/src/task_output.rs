//! From the container's stdout and stderr into the log and to the clients that are attached.
//!
//! The log comes first and is the only one that may make the container wait: when the disk takes nothing, its output is
//! not read. A client that does not keep up is dropped.

use std::time::{Duration, SystemTime};

use rustix::io::Errno;
use serde_json::json;

use crate::chunk::ChunkStream;
use crate::log::log_writer::LogNews;
use crate::program_io::ProgramOutput;
use crate::shim::Shim;
use crate::timers::Timer;
use crate::token::Lane;

/// An unfinished line is written after this.
const FLUSH_AFTER: Duration = Duration::from_secs(1);
/// Between attempts to write to a disk that takes nothing.
const RETRY_AFTER: Duration = Duration::from_secs(1);

impl Shim {
    /// The task has written, or closed, one of its outputs.
    pub(crate) fn pump_task(&mut self, lane: Lane) {
        let Some(run) = &mut self.task.run else {
            return;
        };
        match run.io.read(lane, &mut self.scratch) {
            ProgramOutput::Nothing => {}
            ProgramOutput::Bytes(stream, count) => {
                let bytes = &self.scratch[..count];
                self.log.write(stream, bytes, SystemTime::now());
                for peer in run.attached.clone() {
                    self.peers
                        .send_chunk(peer, ChunkStream::Output(stream), bytes);
                }
                self.settle_log();
            }
            ProgramOutput::End => {
                if run.ended.is_some() && !run.io.is_output_open() {
                    self.conclude_task();
                }
            }
        }
    }

    /// After a write: sets the timers that the log needs, and lets the container wait while it must.
    pub(crate) fn settle_log(&mut self) {
        if self.log.is_holding() {
            self.timers.set_once(Timer::LogFlush, FLUSH_AFTER);
        } else {
            self.timers.cancel(Timer::LogFlush);
        }
        if self.log.is_blocked() {
            self.timers.set_once(Timer::LogRetry, RETRY_AFTER);
        }
        let holds_up = self.log.holds_up();
        if let Some(run) = &mut self.task.run
            && run.io.is_reading() == holds_up
        {
            run.io.set_reading(!holds_up);
        }
        for news in self.log.take_news() {
            self.tell_log_news(news);
        }
    }

    fn tell_log_news(&mut self, news: LogNews) {
        match news {
            LogNews::Blocked(errno) => {
                self.emit("logBlocked", json!({ "message": cannot_log(errno) }));
            }
            LogNews::Gap(bytes) => self.emit("logGap", json!({ "bytes": bytes })),
        }
    }

    /// An unfinished line is a second old.
    pub(crate) fn flush_log(&mut self) {
        self.log.flush_partial(SystemTime::now());
        self.settle_log();
    }

    /// Perhaps the disk takes something again.
    pub(crate) fn retry_log(&mut self) {
        self.log.retry();
        self.settle_log();
        if !self.log.is_blocked() {
            self.resume_replays();
        }
    }
}

/// What is told of a disk that takes nothing.
pub(crate) fn cannot_log(errno: Errno) -> String {
    format!("the container's log cannot be written: {errno}")
}

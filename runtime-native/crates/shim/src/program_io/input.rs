//! What clients give the program to read: queued until it does.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use tsorch_sys::poller::EventFlags;

use super::ProgramIo;

/// Input that may wait until the program reads it; more stays with the client.
const INPUT_BYTES: usize = 64 * 1024;

impl ProgramIo {
    /// Whether input can be given at all.
    pub(crate) fn takes_input(&self) -> bool {
        !self.is_input_ending && (self.stdin.is_some() || self.console.is_some())
    }

    /// Whether the program is so far behind with its input that clients should wait.
    pub(crate) fn is_input_full(&self) -> bool {
        self.input.len() >= INPUT_BYTES
    }

    /// Queues input; it is dropped when the program has no stdin.
    pub(crate) fn add_input(&mut self, bytes: &[u8]) {
        if self.takes_input() {
            self.input.extend(bytes);
            self.flush_input();
        }
    }

    /// Closes stdin behind what is queued. A terminal has no such end.
    pub(crate) fn end_input(&mut self) {
        if self.stdin.is_some() {
            self.is_input_ending = true;
            self.flush_input();
        }
    }

    /// Gives the program what it takes.
    pub(crate) fn flush_input(&mut self) {
        while !self.input.is_empty() {
            let Some(fd) = self.input_fd() else {
                break;
            };
            match rustix::io::write(fd, self.input.as_slices().0) {
                Ok(count) => drop(self.input.drain(..count)),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                // The program has closed its stdin: nobody wants the rest.
                Err(_) => {
                    self.stdin = None;
                    self.input = VecDeque::new();
                }
            }
        }
        if self.input.is_empty() {
            self.input = VecDeque::new();
            if self.is_input_ending {
                self.stdin = None;
            }
        }
        self.update_input_interest();
    }

    fn input_fd(&self) -> Option<&OwnedFd> {
        match (&self.stdin, &self.console) {
            (Some(stdin), _) => Some(stdin),
            (None, Some(console)) => Some(&console.master),
            (None, None) => None,
        }
    }

    /// Watches for room where input waits.
    pub(super) fn update_input_interest(&mut self) {
        let wanted = if self.input.is_empty() {
            EventFlags::empty()
        } else {
            EventFlags::OUT
        };
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.set_flags(wanted);
        }
        if let Some(console) = &mut self.console {
            let reading = if self.is_reading {
                EventFlags::IN
            } else {
                EventFlags::empty()
            };
            let _ = console.master.set_flags(reading | wanted);
        }
    }
}

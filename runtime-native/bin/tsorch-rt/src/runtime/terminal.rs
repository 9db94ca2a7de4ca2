//! Our own terminal, connected with the container's.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anyhow::Context;
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::termios::{
    OptionalActions, OutputModes, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr, tcsetwinsize,
};
use tsorch_oci::ConsoleSize;

/// The master of the container's terminal; ours is in raw mode as long as this lives.
#[derive(Debug)]
pub(crate) struct Terminal {
    master: OwnedFd,
    before: Option<Termios>,
}

/// The size of our own terminal, if standard output is one.
pub(crate) fn own_size() -> Option<ConsoleSize> {
    let size = tcgetwinsize(std::io::stdout()).ok()?;
    Some(ConsoleSize {
        height: size.ws_row,
        width: size.ws_col,
    })
}

impl Terminal {
    /// Connects: our terminal, if standard input is one, passes every key on.
    pub(crate) fn connect(master: OwnedFd) -> anyhow::Result<Self> {
        let flags = rustix::fs::fcntl_getfl(&master).context("cannot set up the terminal")?;
        rustix::fs::fcntl_setfl(&master, flags | OFlags::NONBLOCK)
            .context("cannot set up the terminal")?;
        let mut modes = tcgetattr(&master).context("cannot set up the terminal")?;
        modes.output_modes -= OutputModes::ONLCR;
        tcsetattr(&master, OptionalActions::Now, &modes).context("cannot set up the terminal")?;
        let stdin = std::io::stdin();
        let before = if isatty(&stdin) {
            tcgetattr(&stdin).ok()
        } else {
            None
        };
        if let Some(before) = &before {
            let mut raw = before.clone();
            raw.make_raw();
            // The line ends are made here, and not by the container's terminal: output to a pipe has none of them.
            raw.output_modes |= OutputModes::OPOST;
            tcsetattr(&stdin, OptionalActions::Now, &raw).context("cannot set up the terminal")?;
        }
        let terminal = Self { master, before };
        terminal.resize();
        Ok(terminal)
    }

    pub(crate) fn master(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    /// Copies output that is there to standard output; `false` when there is none (any more).
    pub(crate) fn show_output(&self) -> bool {
        let mut buffer = [0u8; 8192];
        match rustix::io::read(&self.master, &mut buffer) {
            Ok(0) | Err(_) => false,
            Ok(count) => write_all(std::io::stdout().as_fd(), &buffer[..count]).is_ok(),
        }
    }

    /// Copies a piece of standard input to the program; `false` when our input has ended.
    pub(crate) fn pass_input(&self) -> bool {
        let mut buffer = [0u8; 4096];
        match rustix::io::read(std::io::stdin(), &mut buffer) {
            Ok(0) => {
                // The terminal's way to say "end": control-D.
                let _ = write_all(self.master(), &[4]);
                false
            }
            Ok(count) => write_all(self.master(), &buffer[..count]).is_ok(),
            Err(Errno::AGAIN | Errno::INTR) => true,
            Err(_) => false,
        }
    }

    /// Gives the program our terminal's size.
    pub(crate) fn resize(&self) {
        if let Ok(size) = tcgetwinsize(std::io::stdin()) {
            let _ = tcsetwinsize(&self.master, size);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

fn write_all(fd: BorrowedFd<'_>, mut bytes: &[u8]) -> Result<(), Errno> {
    use rustix::event::{PollFd, PollFlags, poll};
    while !bytes.is_empty() {
        match rustix::io::write(fd, bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::AGAIN) => {
                poll(&mut [PollFd::from_borrowed_fd(fd, PollFlags::OUT)], None)?;
            }
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

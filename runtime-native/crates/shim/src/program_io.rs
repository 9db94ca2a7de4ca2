//! Our ends of a program's stdio: three pipes, or the master of its pseudoterminal.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer};
use rustix::termios::{Winsize, tcsetwinsize};
use tsorch_container::Stdio;
use tsorch_protocol::keeping::KeptLane;
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::output::OutputStream;
use crate::token::{Lane, Owner, Token};

mod input;

/// What reading from the program gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProgramOutput {
    /// This many bytes of this stream.
    Bytes(OutputStream, usize),
    /// Nothing now.
    Nothing,
    /// This lane is closed.
    End,
}

/// Stdio of one program.
#[derive(Debug)]
pub(crate) struct ProgramIo {
    stdin: Option<Watched<OwnedFd>>,
    stdout: Option<Watched<OwnedFd>>,
    stderr: Option<Watched<OwnedFd>>,
    console: Option<Console>,
    input: VecDeque<u8>,
    /// Close stdin when the queue is empty.
    is_input_ending: bool,
    is_reading: bool,
}

#[derive(Debug)]
struct Console {
    master: Watched<OwnedFd>,
    /// Ours, so that the master does not hang up while no program has the terminal open.
    slave: Option<OwnedFd>,
}

impl ProgramIo {
    /// Pipes, and the program's ends of them. Without `keep_stdin` it reads /dev/null.
    pub(crate) fn with_pipes(
        poller: &Poller,
        owner: Owner,
        keep_stdin: bool,
    ) -> Result<(Self, Stdio), Errno> {
        let (stdout, program_stdout) = pipe_with(PipeFlags::CLOEXEC)?;
        let (stderr, program_stderr) = pipe_with(PipeFlags::CLOEXEC)?;
        let watch = |fd: OwnedFd, lane, flags| {
            set_nonblocking(&fd)?;
            poller.watch(fd, Token::Stdio(owner, lane).to_bits(), flags)
        };
        let (stdin, program_stdin) = if keep_stdin {
            let (program_stdin, stdin) = pipe_with(PipeFlags::CLOEXEC)?;
            let stdin = watch(stdin, Lane::Stdin, EventFlags::empty())?;
            (Some(stdin), program_stdin)
        } else {
            let flags = OFlags::RDONLY | OFlags::CLOEXEC;
            (None, rustix::fs::open("/dev/null", flags, Mode::empty())?)
        };
        let ours = Self {
            stdin,
            stdout: Some(watch(stdout, Lane::Stdout, EventFlags::IN)?),
            stderr: Some(watch(stderr, Lane::Stderr, EventFlags::IN)?),
            ..Self::empty()
        };
        let theirs = Stdio {
            stdin: program_stdin,
            stdout: program_stdout,
            stderr: program_stderr,
        };
        Ok((ours, theirs))
    }

    /// The master of a pseudoterminal.
    pub(crate) fn with_console(
        poller: &Poller,
        owner: Owner,
        master: OwnedFd,
    ) -> Result<Self, Errno> {
        set_nonblocking(&master)?;
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let slave = ioctl_tiocgptpeer(&master, flags)?;
        let token = Token::Stdio(owner, Lane::Console).to_bits();
        let console = Console {
            master: poller.watch(master, token, EventFlags::IN)?,
            slave: Some(slave),
        };
        Ok(Self {
            console: Some(console),
            ..Self::empty()
        })
    }

    /// Of a program that an earlier shim has executed.
    pub(crate) fn adopted(
        poller: &Poller,
        owner: Owner,
        lanes: impl Iterator<Item = (KeptLane, OwnedFd)>,
    ) -> Result<Self, Errno> {
        let mut io = Self::empty();
        for (lane, fd) in lanes {
            let watch = |fd: OwnedFd, lane, flags| {
                set_nonblocking(&fd)?;
                poller.watch(fd, Token::Stdio(owner, lane).to_bits(), flags)
            };
            match lane {
                KeptLane::Stdin => io.stdin = Some(watch(fd, Lane::Stdin, EventFlags::empty())?),
                KeptLane::Stdout => io.stdout = Some(watch(fd, Lane::Stdout, EventFlags::IN)?),
                KeptLane::Stderr => io.stderr = Some(watch(fd, Lane::Stderr, EventFlags::IN)?),
                KeptLane::Console => io.console = Self::with_console(poller, owner, fd)?.console,
            }
        }
        Ok(io)
    }

    /// What a shim would need that adopts the program.
    pub(crate) fn kept(&self) -> Vec<(KeptLane, BorrowedFd<'_>)> {
        let pipes = [
            (KeptLane::Stdin, &self.stdin),
            (KeptLane::Stdout, &self.stdout),
            (KeptLane::Stderr, &self.stderr),
        ];
        let pipes = pipes
            .into_iter()
            .filter_map(|(lane, fd)| Some((lane, fd.as_ref()?.as_fd())));
        let console = self.console.as_ref();
        let console = console.map(|console| (KeptLane::Console, console.master.as_fd()));
        pipes.chain(console).collect()
    }

    fn empty() -> Self {
        Self {
            stdin: None,
            stdout: None,
            stderr: None,
            console: None,
            input: VecDeque::new(),
            is_input_ending: false,
            is_reading: true,
        }
    }

    /// Reads once.
    pub(crate) fn read(&mut self, lane: Lane, buffer: &mut [u8]) -> ProgramOutput {
        let (fd, stream) = match lane {
            Lane::Stdout => (&self.stdout, OutputStream::Stdout),
            Lane::Stderr => (&self.stderr, OutputStream::Stderr),
            Lane::Console => return self.read_console(buffer),
            Lane::Stdin => return ProgramOutput::Nothing,
        };
        let Some(fd) = fd else {
            return ProgramOutput::Nothing;
        };
        match rustix::io::read(&**fd, buffer) {
            Err(Errno::AGAIN | Errno::INTR) => ProgramOutput::Nothing,
            Ok(0) | Err(_) => {
                self.close_output(lane);
                ProgramOutput::End
            }
            Ok(count) => ProgramOutput::Bytes(stream, count),
        }
    }

    fn read_console(&mut self, buffer: &mut [u8]) -> ProgramOutput {
        let Some(console) = &self.console else {
            return ProgramOutput::Nothing;
        };
        match rustix::io::read(&*console.master, buffer) {
            Err(Errno::AGAIN | Errno::INTR) => ProgramOutput::Nothing,
            // EIO: no program has it open any more, and all that was written is read.
            Ok(0) | Err(_) => {
                self.console = None;
                ProgramOutput::End
            }
            Ok(count) => ProgramOutput::Bytes(OutputStream::Stdout, count),
        }
    }

    fn close_output(&mut self, lane: Lane) {
        match lane {
            Lane::Stdout => self.stdout = None,
            Lane::Stderr => self.stderr = None,
            Lane::Console => self.console = None,
            Lane::Stdin => self.stdin = None,
        }
    }

    /// Whether more output can come.
    pub(crate) fn is_output_open(&self) -> bool {
        self.stdout.is_some() || self.stderr.is_some() || self.console.is_some()
    }

    /// Stops or goes on reading: a program whose output is not read waits.
    pub(crate) fn set_reading(&mut self, is_reading: bool) {
        self.is_reading = is_reading;
        let flags = if is_reading {
            EventFlags::IN
        } else {
            EventFlags::empty()
        };
        for output in [&mut self.stdout, &mut self.stderr].into_iter().flatten() {
            // ENOMEM at worst; then this lane is not read until the next change.
            let _ = output.set_flags(flags);
        }
        self.update_input_interest();
    }

    pub(crate) fn is_reading(&self) -> bool {
        self.is_reading
    }

    /// The program's first process has ended: without our slave the terminal's output comes to an end.
    pub(crate) fn end_console(&mut self) {
        if let Some(console) = &mut self.console {
            console.slave = None;
        }
    }

    /// Sets the terminal's size in characters. ENOTTY without a terminal.
    pub(crate) fn resize(&self, width: u16, height: u16) -> Result<(), Errno> {
        let console = self.console.as_ref().ok_or(Errno::NOTTY)?;
        let size = Winsize {
            ws_row: height,
            ws_col: width,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&*console.master, size)
    }
}

fn set_nonblocking(fd: &OwnedFd) -> Result<(), Errno> {
    let flags = rustix::fs::fcntl_getfl(fd)?;
    rustix::fs::fcntl_setfl(fd, flags | OFlags::NONBLOCK)
}

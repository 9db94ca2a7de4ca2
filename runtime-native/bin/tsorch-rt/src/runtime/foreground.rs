//! Waiting for a program in the foreground: signals go to it, its terminal is connected with ours, its end is ours.

use std::os::fd::{AsFd, OwnedFd};
use std::process::ExitCode;

use anyhow::Context;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};
use tsorch_sys::child::reap_any;
use tsorch_sys::signal::{SignalFd, block_all};

use super::terminal::Terminal;

/// Signals that are passed on to the program.
const PASSED_ON: [Signal; 9] = [
    Signal::HUP,
    Signal::INT,
    Signal::QUIT,
    Signal::TERM,
    Signal::USR1,
    Signal::USR2,
    Signal::ALARM,
    Signal::CONT,
    Signal::TSTP,
];

/// A program that is waited for.
#[derive(Debug)]
pub(crate) struct Foreground {
    pid: Pid,
    signals: SignalFd,
    terminal: Option<Terminal>,
}

impl Foreground {
    /// Gets ready before the program starts, so that no signal is missed.
    pub(crate) fn prepare(pid: Pid, console: Option<OwnedFd>) -> anyhow::Result<Self> {
        block_all().context("cannot block signals")?;
        let mut wanted = PASSED_ON.to_vec();
        wanted.extend([Signal::CHILD, Signal::WINCH]);
        let signals = SignalFd::new(&wanted).context("cannot listen to signals")?;
        let terminal = console.map(Terminal::connect).transpose()?;
        Ok(Self {
            pid,
            signals,
            terminal,
        })
    }
}

/// Waits for the program's end and gives its status: its own, or 128 + the signal's number.
pub(crate) fn wait(foreground: &Foreground) -> anyhow::Result<ExitCode> {
    let mut input_open = true;
    loop {
        // Before the first wait too: a program that has ended already will not signal again.
        if let Some(code) = reap(foreground.pid)? {
            if let Some(terminal) = &foreground.terminal {
                while terminal.show_output() {}
            }
            return Ok(ExitCode::from(code));
        }
        wait_once(foreground, &mut input_open)?;
        pass_signals(foreground)?;
    }
}

/// Waits for signals, output and input, and moves what is there.
fn wait_once(foreground: &Foreground, input_open: &mut bool) -> anyhow::Result<()> {
    let stdin = std::io::stdin();
    let mut fds = vec![PollFd::new(&foreground.signals, PollFlags::IN)];
    if let Some(terminal) = &foreground.terminal {
        fds.push(PollFd::from_borrowed_fd(terminal.master(), PollFlags::IN));
        if *input_open {
            fds.push(PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN));
        }
    }
    match poll(&mut fds, None) {
        Ok(_) | Err(Errno::INTR) => {}
        Err(errno) => return Err(errno).context("cannot wait"),
    }
    let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
    let Some(terminal) = &foreground.terminal else {
        return Ok(());
    };
    if ready.get(1) == Some(&true) && !terminal.show_output() {
        // Everybody inside has closed the terminal; the end of the program is what is left to wait for.
        poll(&mut [PollFd::new(&foreground.signals, PollFlags::IN)], None)
            .context("cannot wait")?;
    }
    if ready.get(2) == Some(&true) {
        *input_open = terminal.pass_input();
    }
    Ok(())
}

fn reap(pid: Pid) -> anyhow::Result<Option<u8>> {
    while let Some(reaped) = reap_any().context("cannot reap")? {
        if reaped.pid == pid {
            return Ok(Some(reaped.ending.code()));
        }
    }
    Ok(None)
}

fn pass_signals(foreground: &Foreground) -> anyhow::Result<()> {
    for number in foreground.signals.take().context("cannot take signals")? {
        match Signal::from_named_raw(number) {
            Some(Signal::CHILD) | None => {}
            Some(Signal::WINCH) => {
                if let Some(terminal) = &foreground.terminal {
                    terminal.resize();
                }
            }
            Some(signal) => {
                let _ = kill_process(foreground.pid, signal);
            }
        }
    }
    Ok(())
}

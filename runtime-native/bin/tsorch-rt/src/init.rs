//! `tsorch-init PATH ARGUMENT...`: the first process of a container that asks for one (`init: true`). Executes PATH with
//! the arguments (the zeroth included) as its child, hands signals on to it, reaps whatever becomes an orphan, and ends
//! with the child's status; the kernel then ends everything else in the container.

use std::io::IsTerminal;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::Context;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tsorch_sys::child::reap_any;
use tsorch_sys::command::with_fresh_signals;
use tsorch_sys::signal::{SignalFd, block_all};

/// Numbers of the standard signals. SIGKILL and SIGSTOP never arrive here.
const SIGNALS: std::ops::RangeInclusive<i32> = 1..=31;

/// Runs the program.
pub(crate) fn main(mut parser: lexopt::Parser) -> anyhow::Result<ExitCode> {
    let mut arguments = parser.raw_args()?;
    let path = arguments.next().context("PATH is missing")?;
    let zeroth = arguments.next().context("ARGUMENT is missing")?;
    let _ = rustix::thread::set_name(c"tsorch-init");
    block_all().context("cannot block signals")?;
    let all: Vec<Signal> = SIGNALS.filter_map(Signal::from_named_raw).collect();
    let signals = SignalFd::new(&all).context("cannot listen to signals")?;

    let mut command = Command::new(&path);
    command.arg0(zeroth).args(arguments).process_group(0);
    let child = match with_fresh_signals(&mut command).spawn() {
        Ok(child) => i32::try_from(child.id()).ok().and_then(Pid::from_raw),
        Err(error) => {
            eprintln!(
                "tsorch-init: cannot execute {}: {error}",
                path.to_string_lossy()
            );
            return Ok(ExitCode::from(
                if error.kind() == std::io::ErrorKind::NotFound {
                    127
                } else {
                    126
                },
            ));
        }
    };
    let child = child.context("the child has no pid")?;
    give_terminal(child);
    wait(child, &signals)
}

/// The child's group becomes the terminal's foreground group. If it was stopped for reading a moment too early, it goes
/// on.
fn give_terminal(child: Pid) {
    let stdin = std::io::stdin();
    if stdin.is_terminal() && rustix::termios::tcsetpgrp(&stdin, child).is_ok() {
        let _ = kill_process_group(child, Signal::CONT);
    }
}

fn wait(child: Pid, signals: &SignalFd) -> anyhow::Result<ExitCode> {
    loop {
        while let Some(reaped) = reap_any().context("cannot reap")? {
            if reaped.pid == child {
                return Ok(ExitCode::from(reaped.ending.code()));
            }
        }
        match poll(&mut [PollFd::new(signals, PollFlags::IN)], None) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(errno).context("cannot wait"),
        }
        for number in signals.take().context("cannot take signals")? {
            // What the terminal sends goes to the foreground group by itself; the rest is for the child.
            if let Some(signal) =
                Signal::from_named_raw(number).filter(|signal| *signal != Signal::CHILD)
            {
                let _ = kill_process(child, signal);
            }
        }
    }
}

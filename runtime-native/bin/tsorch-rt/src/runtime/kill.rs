//! `kill ID [SIGNAL]`: signals the first process, or with `--all` every process of the container.

use std::process::ExitCode;

use anyhow::{Context, bail};
use lexopt::Arg;
use rustix::io::Errno;
use rustix::process::{Signal, pidfd_send_signal};
use tsorch_sys::signal_name::parse_signal;

use super::arguments::{Global, required, take_id, text};
use super::container::Container;

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let (mut id, mut signal, mut all) = (None, None, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("all") | Arg::Short('a') => all = true,
            Arg::Value(value) if id.is_none() => take_id(&mut id, value)?,
            Arg::Value(value) if signal.is_none() => {
                let name = text(value)?;
                signal =
                    Some(parse_signal(&name).with_context(|| format!("{name:?} is no signal"))?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let id = required(id)?;
    let signal = signal.unwrap_or(Signal::TERM);
    let container = Container::find_to_change(&global.store()?, &id)?;
    // Without a group only the first process is known; with a pid namespace all end with it.
    if all && container.has_cgroup() {
        container.cgroup()?.signal(signal)?;
        return Ok(ExitCode::SUCCESS);
    }
    let sent = match &container.process {
        Some((_, pidfd)) => pidfd_send_signal(pidfd, signal),
        None => Err(Errno::SRCH),
    };
    match sent {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(Errno::SRCH) => bail!("container {id} is not running"),
        Err(errno) => Err(errno).context("cannot signal the container"),
    }
}

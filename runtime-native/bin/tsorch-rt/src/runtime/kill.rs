//! `kill ID [SIGNAL]`: signals the first process, or with `--all` every process of the container.

use std::process::ExitCode;

use anyhow::{Context, bail};
use lexopt::Arg;
use rustix::io::Errno;
use rustix::process::{Signal, pidfd_send_signal};
use tsorch_oci::NamespaceKind;
use tsorch_sys::signal_name::parse_signal;

use super::arguments::{Global, required, take_id, text};
use super::container::Container;

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let (mut id, mut signal, mut all) = (None, None, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("all") | Arg::Short('a') => all = true,
            Arg::Value(value) if id.is_none() => take_id(&mut id, value)?,
            Arg::Value(value) if signal.is_none() => signal = Some(wanted(&text(value)?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    let id = required(id)?;
    let container = Container::find_to_change(&global.store()?, &id)?;
    let Wanted::Signal(signal) = signal.unwrap_or(Wanted::Signal(Signal::TERM)) else {
        return match container.process {
            Some(_) => Ok(ExitCode::SUCCESS),
            None => bail!("container not running: {id} is stopped"),
        };
    };
    // Nothing else ends the processes of a container that shares its pid namespace.
    let ends_all = signal == Signal::KILL && shares_pids(&container)?;
    if ends_all && container.has_cgroup() {
        container.cgroup()?.kill()?;
        return Ok(ExitCode::SUCCESS);
    }
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
        Err(Errno::SRCH) => bail!("container not running: {id} is stopped"),
        Err(errno) => Err(errno).context("cannot signal the container"),
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Signal(Signal),
    /// Signal 0 of kill(2): only a look whether it lives.
    Look,
}

fn wanted(name: &str) -> anyhow::Result<Wanted> {
    if name == "0" {
        return Ok(Wanted::Look);
    }
    let signal = parse_signal(name).with_context(|| format!("{name:?} is no signal"))?;
    Ok(Wanted::Signal(signal))
}

fn shares_pids(container: &Container) -> anyhow::Result<bool> {
    let config = container.slot.config()?;
    Ok(config.linux.namespace(NamespaceKind::Pid).is_none())
}

//! `start ID`: executes the program of a created container.

use std::os::fd::AsFd;
use std::process::ExitCode;

use anyhow::bail;
use tsorch_container::{Waiting, start_by};

use super::arguments::{Global, only_id};
use super::container::Container;

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let id = only_id(arguments)?;
    let container = Container::find_to_change(&global.store()?, &id)?;
    if container.slot.has_gate() && container.slot.config()?.process.is_none() {
        bail!("container {id} cannot be started: its configuration has no process");
    }
    let Some(connection) = container.slot.open_gate()? else {
        container.slot.remove_gate()?;
        bail!(
            "container {id} is {}, not created",
            container.status().as_str()
        );
    };
    let Some((pid, pidfd)) = &container.process else {
        container.slot.remove_gate()?;
        bail!("the first process of container {id} has ended");
    };
    let waiting = Waiting {
        pid: *pid,
        pidfd: pidfd.as_fd(),
        config: &container.slot.config()?,
        state: &container.record.state,
    };
    let started = start_by(connection, waiting);
    container.slot.remove_gate()?;
    started?;
    container.run_poststart_hooks()?;
    Ok(ExitCode::SUCCESS)
}

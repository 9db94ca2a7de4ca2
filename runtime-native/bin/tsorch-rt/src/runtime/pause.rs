//! `pause ID`, `resume ID`: stops and continues every process of a container.

use std::process::ExitCode;

use anyhow::bail;
use tsorch_oci::Status;

use super::arguments::{Global, only_id};
use super::container::Container;

pub(crate) fn pause(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let container = find(global, arguments, &[Status::Running, Status::Created])?;
    container.cgroup()?.freeze()?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn resume(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let container = find(global, arguments, &[Status::Paused, Status::Created])?;
    container.cgroup()?.thaw()?;
    Ok(ExitCode::SUCCESS)
}

fn find(
    global: &Global,
    arguments: &mut lexopt::Parser,
    wanted: &[Status],
) -> anyhow::Result<Container> {
    let id = only_id(arguments)?;
    let container = Container::find_to_change(&global.store()?, &id)?;
    let status = container.status();
    if !wanted.contains(&status) {
        let wanted = wanted[0].as_str();
        bail!("container not {wanted}: {id} is {}", status.as_str());
    }
    Ok(container)
}

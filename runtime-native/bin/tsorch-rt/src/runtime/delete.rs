//! `delete ID`: removes a stopped container; with `--force` a live one as well, and an unknown id is no error.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use lexopt::Arg;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, pidfd_send_signal};
use rustix::time::Timespec;
use tsorch_cgroups::stop_scope;
use tsorch_container::store::{Store, StoreError};
use tsorch_container::{DEFAULT_CGROUP_PARENT, remove_class};
use tsorch_oci::{Config, ContainerId, Status};

use super::arguments::{Global, required, take_id};
use super::container::Container;
use super::log::Level;

/// How long the kernel may take to end killed processes.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let (mut id, mut force) = (None, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("force") | Arg::Short('f') => force = true,
            Arg::Value(value) => take_id(&mut id, value)?,
            other => return Err(other.unexpected().into()),
        }
    }
    let id = required(id)?;
    let store = global.store()?;
    match store.find(&id) {
        Err(StoreError::NotFound(_)) if force => return Ok(ExitCode::SUCCESS),
        found => {
            let slot = found?;
            if slot.record()?.is_none() {
                // Its maker died before anything was made, or is just about to make it.
                if !force {
                    bail!("container {id} is being created");
                }
                store.remove(&slot)?;
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
    delete(global, &store, (&id, force))?;
    Ok(ExitCode::SUCCESS)
}

/// Ends what is left of a container and forgets it. Every part may be gone already.
pub(crate) fn delete(
    global: &Global,
    store: &Store,
    (id, force): (&ContainerId, bool),
) -> anyhow::Result<()> {
    let container = Container::find_to_change(store, id)?;
    let status = container.status();
    if !force && status != Status::Stopped {
        bail!(
            "cannot delete container {id} that is not stopped: {}",
            status.as_str()
        );
    }
    // Read before the record goes; a container whose making was cut short may have none.
    let config = container.slot.config().unwrap_or_default();
    remove(global, store, (&container, &config))
}

/// As [`delete`], of a container that was looked up, and with its configuration.
pub(crate) fn remove(
    global: &Global,
    store: &Store,
    (container, config): (&Container, &Config),
) -> anyhow::Result<()> {
    let id = container.slot.id();
    let cgroup = container.cgroup()?;
    cgroup.kill()?;
    if let Some((_, pidfd)) = &container.process {
        let _ = pidfd_send_signal(pidfd, Signal::KILL);
        // A frozen process dies when it thaws.
        cgroup.thaw()?;
        let patience = Timespec::try_from(PATIENCE)?;
        if poll(&mut [PollFd::new(pidfd, PollFlags::IN)], Some(&patience))? == 0 {
            bail!("the first process of container {id} does not end");
        }
    }
    // Groups without a path of their own have a parent of ours, which goes with the last of them.
    if cgroup.path().as_path().parent() == Some(Path::new(DEFAULT_CGROUP_PARENT)) {
        cgroup.remove_with_parent()?;
    } else {
        cgroup.remove()?;
    }
    end_scope(global, container);
    if let Err(failure) = remove_class(config, id) {
        global.log.write(Level::Warning, &failure.to_string());
    }
    store.remove(&container.slot)?;
    for error in container.run_poststop_hooks(config) {
        global.log.write(Level::Warning, &format!("{error:#}"));
    }
    Ok(())
}

/// systemd ends an empty scope by itself, but only soon: the name must be free when this returns.
fn end_scope(global: &Global, container: &Container) {
    let scope = container.record.tsorch.scope.as_deref();
    if let Some(Err(error)) = scope.map(stop_scope) {
        let error = anyhow::Error::from(error);
        global.log.write(Level::Warning, &format!("{error:#}"));
    }
}

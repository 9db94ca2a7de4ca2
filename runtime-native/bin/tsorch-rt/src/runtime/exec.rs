//! `exec ID [COMMAND]...`: executes another process in a running container.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use rustix::process::{Signal, pidfd_send_signal};
use tsorch_cgroups::{Cgroup, Hierarchies};
use tsorch_container::{ExecProcess, ExecSpec, Io, Keyring, Target, exec};

use super::arguments::{Global, required};
use super::container::Container;
use super::exec_options::Options;
use super::foreground::{Foreground, wait};
use super::launch::{own_streams, write_pid_file};
use super::log::Level;
use super::passing::{send_console, send_pidfd};
use super::terminal::own_size;

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let options = Options::read(arguments)?;
    let id = required(options.id.clone())?;
    let container = Container::find_to_change(&global.store()?, &id)?;
    let Some((pid, pidfd)) = &container.process else {
        bail!(
            "container not running: {id} is {}",
            container.status().as_str()
        );
    };
    let config = container.slot.config()?;
    let process = options.process(&config)?;
    if options.detach && process.terminal && options.console_socket.is_none() {
        bail!("a detached process with a terminal needs --console-socket");
    }
    let io = if process.terminal {
        Io::Terminal { size: own_size() }
    } else {
        own_streams()?
    };
    let cgroup = group(&container, options.cgroup.as_deref())?;
    let keyring = match container.record.tsorch.shares_keyring {
        true => Keyring::Callers,
        false => Keyring::Own,
    };
    let target = Target {
        keyring,
        pid: *pid,
        pidfd: pidfd.as_fd(),
        id: &id,
        bundle: &container.record.state.bundle,
        cgroup: &cgroup,
        config: &config,
    };
    let cache = global.root.join(".seccomp");
    let spec = ExecSpec {
        group: None,
        process: &process,
        io,
        leniency: global.leniency,
        seccomp_cache: Some(&cache),
        preserve_fds: global.preserved(options.preserve_fds)?,
        ignore_paused: options.ignore_paused,
        start_within: None,
    };
    let mut executed = exec(&target, spec)?;
    for warning in &executed.warnings {
        global.log.write(Level::Warning, &warning.message);
    }
    let console = executed.console.take();
    if let Err(error) = tell(&options, &executed, console.as_ref()) {
        // Nobody would know of it.
        let _ = pidfd_send_signal(&executed.pidfd, Signal::KILL);
        return Err(error);
    }
    if options.detach {
        return Ok(ExitCode::SUCCESS);
    }
    let console = console.filter(|_| options.console_socket.is_none());
    wait(&Foreground::prepare(executed.pid, console)?)
}

/// Tells the caller what it asked for about the process: terminal, pidfd, pid.
fn tell(
    options: &Options,
    executed: &ExecProcess,
    console: Option<&OwnedFd>,
) -> anyhow::Result<()> {
    if let (Some(socket), Some(master)) = (&options.console_socket, console) {
        send_console(master, socket)?;
    }
    if let Some(socket) = &options.pidfd_socket {
        send_pidfd(&executed.pidfd, socket, "setns")?;
    }
    match &options.pid_file {
        Some(path) => write_pid_file(path, executed.pid),
        None => Ok(()),
    }
}

/// The container's control group, or one below it.
fn group(container: &Container, wanted: Option<&str>) -> anyhow::Result<Cgroup> {
    let own = container.cgroup()?;
    let Some(wanted) = wanted else {
        return Ok(own);
    };
    let (controllers, path) = wanted.split_once(':').unwrap_or(("", wanted));
    let controllers: Vec<&str> = controllers
        .split(',')
        .filter(|name| !name.is_empty())
        .collect();
    let is_own = path.trim_matches('/').is_empty();
    if is_own {
        return Ok(own);
    }
    own.open_below(&Hierarchies::of_host()?, (Path::new(path), &controllers))
        .with_context(|| format!("--cgroup {wanted}"))
}

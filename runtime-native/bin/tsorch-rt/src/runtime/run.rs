//! `run ID`: create and start; in the foreground also wait, pass signals on, delete.

use std::process::ExitCode;

use anyhow::bail;
use tsorch_container::store::{Record, Slot};
use tsorch_container::{Io, Running, StartGate};

use super::arguments::Global;
use super::container::Container;
use super::create::forget_unless_done;
use super::delete::{delete, remove};
use super::foreground::{Foreground, wait};
use super::launch::{Bundle, LaunchOptions, own_streams};

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let options = LaunchOptions::read(arguments)?;
    let bundle = Bundle::read(global, &options)?;
    if options.console_socket.is_some() && !bundle.wants_terminal() {
        bail!("--console-socket needs process.terminal");
    }
    if options.detach && bundle.wants_terminal() && options.console_socket.is_none() {
        bail!("a detached container with a terminal needs --console-socket");
    }
    if bundle.config.process.is_none() {
        bail!("the container cannot be run: its configuration has no process");
    }
    let store = global.store_to_add()?;
    let slot = store.claim(&bundle.id)?;
    let started = start(global, (&bundle, &options), &slot);
    let (_running, record, foreground) = forget_unless_done(started, &store, &slot)?;
    let hooked = match bundle.config.hooks.poststart.is_empty() {
        true => Ok(()),
        false => Container::find(&store, &bundle.id)?.run_poststart_hooks(),
    };
    if let Err(error) = hooked {
        delete(global, &store, (&bundle.id, true))?;
        return Err(error);
    }
    if options.detach {
        return Ok(ExitCode::SUCCESS);
    }
    let code = wait(&foreground)?;
    if !options.keep {
        // It has ended, and what is recorded of it is known here.
        let ended = Container {
            slot,
            record,
            process: None,
        };
        remove(global, &store, (&ended, &bundle.config))?;
    }
    Ok(code)
}

fn start(
    global: &Global,
    (bundle, options): (&Bundle, &LaunchOptions),
    slot: &Slot,
) -> anyhow::Result<(Running, Record, Foreground)> {
    let io = if bundle.wants_terminal() {
        Io::Terminal {
            size: super::terminal::own_size(),
        }
    } else {
        own_streams()?
    };
    let (mut created, record) =
        bundle.create(global, slot, (io, StartGate::Caller, options.preserve_fds))?;
    let pid = created.pid();
    let console = created.console();
    if let Err(error) = options.tell(&created, console.as_ref()) {
        created.abort();
        return Err(error);
    }
    let console = console.filter(|_| options.console_socket.is_none());
    let foreground = Foreground::prepare(pid, console)?;
    let running = created.start()?;
    Ok((running, record, foreground))
}

//! `create ID`: makes a container; its first process waits for `start`.

use std::process::ExitCode;

use anyhow::bail;
use tsorch_container::store::{Slot, Store};
use tsorch_container::{Io, StartGate};

use super::arguments::Global;
use super::launch::{Bundle, LaunchOptions, own_streams};

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let options = LaunchOptions::read(arguments)?;
    let bundle = Bundle::read(global, &options)?;
    if bundle.wants_terminal() != options.console_socket.is_some() {
        bail!("process.terminal and --console-socket go together");
    }
    let store = global.store_to_add()?;
    let slot = store.claim(&bundle.id)?;
    forget_unless_done(create(global, (&bundle, &options), &slot), &store, &slot)?;
    Ok(ExitCode::SUCCESS)
}

fn create(
    global: &Global,
    (bundle, options): (&Bundle, &LaunchOptions),
    slot: &Slot,
) -> anyhow::Result<()> {
    let io = match options.console_socket {
        Some(_) => Io::Terminal { size: None },
        None => own_streams()?,
    };
    let gate = StartGate::Listener(slot.make_gate()?);
    let (mut created, _) = bundle.create(global, slot, (io, gate, options.preserve_fds))?;
    let console = created.console();
    match options.tell(&created, console.as_ref()) {
        // Let go: the first process waits at its gate, its new parent reaps it.
        Ok(()) => drop(created.leave()),
        Err(error) => {
            created.abort();
            return Err(error);
        }
    }
    Ok(())
}

/// An attempt that failed leaves no record.
pub(crate) fn forget_unless_done<T>(
    outcome: anyhow::Result<T>,
    store: &Store,
    slot: &Slot,
) -> anyhow::Result<T> {
    if outcome.is_err() {
        let _ = store.remove(slot);
    }
    outcome
}

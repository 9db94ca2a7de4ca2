//! `state ID`: prints the state as the specification has it.

use std::process::ExitCode;

use tsorch_oci::Status;

use super::arguments::{Global, only_id};
use super::container::Container;
use super::say;

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let id = only_id(arguments)?;
    let container = Container::find(&global.store()?, &id)?;
    let mut state = container.record.state.clone();
    state.status = container.status();
    if state.status == Status::Stopped {
        state.pid = Some(0);
    }
    say(&format!("{}\n", serde_json::to_string_pretty(&state)?))
}

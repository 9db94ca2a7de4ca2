//! `list`: all containers below `--root`.

use std::fmt::Write;
use std::process::ExitCode;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::bail;
use lexopt::Arg;

use super::arguments::{Global, text};
use super::container::Container;
use super::log::rfc3339;
use super::say;

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let (mut quiet, mut json) = (false, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Short('q') | Arg::Long("quiet") => quiet = true,
            Arg::Short('f') | Arg::Long("format") => {
                json = match text(arguments.value()?)?.as_str() {
                    "json" => true,
                    "table" => false,
                    other => bail!("--format {other:?} is neither table nor json"),
                };
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let store = global.store()?;
    // One that is being made or removed right now has no state to show.
    let containers: Vec<Container> = store
        .ids()?
        .iter()
        .filter_map(|id| Container::find(&store, id).ok())
        .collect();
    if quiet {
        return say(&containers
            .iter()
            .map(|found| format!("{}\n", found.slot.id()))
            .collect::<String>());
    }
    if json {
        let entries: Vec<_> = containers.iter().map(entry).collect();
        return say(&format!("{}\n", serde_json::to_string(&entries)?));
    }
    let mut table = String::from("ID\tPID\tSTATUS\tBUNDLE\tCREATED\n");
    for found in &containers {
        let state = &found.record.state;
        let (id, bundle) = (&state.id, state.bundle.display());
        let _ = writeln!(
            table,
            "{id}\t{}\t{}\t{bundle}\t{}",
            pid(found),
            found.status().as_str(),
            created(found)
        );
    }
    say(&table)
}

fn pid(found: &Container) -> i32 {
    found
        .process
        .as_ref()
        .map_or(0, |(pid, _)| pid.as_raw_nonzero().get())
}

fn created(found: &Container) -> String {
    rfc3339(UNIX_EPOCH + Duration::from_millis(found.record.tsorch.created_at))
}

fn entry(found: &Container) -> serde_json::Value {
    let state = &found.record.state;
    serde_json::json!({
        "ociVersion": state.oci_version,
        "id": state.id,
        "pid": pid(found),
        "status": found.status().as_str(),
        "bundle": state.bundle,
        "created": created(found),
        "annotations": state.annotations,
        "owner": "root",
    })
}

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
    if global.root_is_given && !global.root.exists() {
        bail!(
            "--root {}: no such file or directory",
            global.root.display()
        );
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
    let heading = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"].map(str::to_owned);
    let rows = containers.iter().map(row);
    say(&table(
        &std::iter::once(heading).chain(rows).collect::<Vec<_>>(),
    ))
}

fn row(found: &Container) -> [String; 6] {
    let state = &found.record.state;
    [
        state.id.clone(),
        pid(found).to_string(),
        found.status().as_str().to_owned(),
        state.bundle.display().to_string(),
        created(found),
        owner(found),
    ]
}

/// Columns below each other, each at least twelve characters wide.
fn table(rows: &[[String; 6]]) -> String {
    let width = |column: usize| {
        let longest = rows.iter().map(|row| row[column].len()).max();
        longest.unwrap_or(0).max(9) + 3
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<width$}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// Whose record it is, by name where /etc/passwd knows one.
fn owner(found: &Container) -> String {
    let uid = found.slot.owner();
    let names = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = names.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid.to_string()).then(|| name.to_owned())
    });
    name.unwrap_or_else(|| format!("#{uid}"))
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
        "owner": owner(found),
    })
}

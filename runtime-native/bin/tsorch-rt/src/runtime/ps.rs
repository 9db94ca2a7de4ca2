//! `ps ID`: the processes of a container.

use std::process::ExitCode;

use anyhow::bail;
use lexopt::Arg;

use super::arguments::{Global, required, take_id, text};
use super::container::Container;
use super::say;

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let (mut id, mut json) = (None, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Short('f') | Arg::Long("format") => {
                json = match text(arguments.value()?)?.as_str() {
                    "json" => true,
                    "table" => false,
                    other => bail!("--format {other:?} is neither table nor json"),
                };
            }
            Arg::Value(value) if id.is_none() => take_id(&mut id, value)?,
            other => return Err(other.unexpected().into()),
        }
    }
    let container = Container::find(&global.store()?, &required(id)?)?;
    let pids: Vec<i32> = container
        .cgroup()?
        .procs()?
        .iter()
        .map(|pid| pid.as_raw_nonzero().get())
        .collect();
    if json {
        return say(&format!("{}\n", serde_json::to_string(&pids)?));
    }
    let line = |pid: &i32| format!("{pid}\t{}\n", command(*pid));
    say(&format!(
        "PID\tCOMMAND\n{}",
        pids.iter().map(line).collect::<String>()
    ))
}

/// The command line, with what could upset a terminal made visible.
fn command(pid: i32) -> String {
    let text = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = text
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(|word| word.escape_ascii().to_string()).collect();
    words.join(" ")
}

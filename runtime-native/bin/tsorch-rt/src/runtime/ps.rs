//! `ps ID [PS OPTION]...`: the processes of a container.

use std::ffi::OsString;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail};
use lexopt::Arg;

use super::arguments::{Global, required, take_id, text};
use super::container::Container;
use super::say;

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let (mut id, mut json, mut options) = (None, false, Vec::new());
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Short('f') | Arg::Long("format") => {
                json = match text(arguments.value()?)?.as_str() {
                    "json" => true,
                    "table" => false,
                    other => bail!("--format {other:?} is neither table nor json"),
                };
            }
            Arg::Value(value) => {
                take_id(&mut id, value)?;
                // What follows is for ps(1).
                options = arguments.raw_args()?.collect();
                break;
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let container = Container::find(&global.store()?, &required(id)?)?;
    if !container.has_cgroup() {
        bail!("the container has no control group that would tell its processes");
    }
    let pids: Vec<i32> = container
        .cgroup()?
        .procs()?
        .iter()
        .map(|pid| pid.as_raw_nonzero().get())
        .collect();
    if json {
        return say(&format!("{}\n", serde_json::to_string(&pids)?));
    }
    let is_default = options.is_empty();
    if is_default {
        options.push("-ef".into());
    }
    match host_ps(&options).and_then(|text| selected(&text, &pids)) {
        // A host without ps(1), or with one that knows no such options.
        Err(_) if is_default => {}
        told => return say(&told?),
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

/// What ps(1) of the host says.
fn host_ps(options: &[OsString]) -> anyhow::Result<String> {
    use std::io::Read;
    const MOST_BYTES: u64 = 64 << 20;
    let mut child = Command::new("ps")
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot execute ps")?;
    let mut text = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let mut stdout = stdout.take(MOST_BYTES);
        stdout
            .read_to_end(&mut text)
            .context("cannot read from ps")?;
    }
    if !child.wait().context("cannot wait for ps")?.success() {
        bail!("ps failed");
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The heading, and the lines of `pids`, by the column `PID`.
fn selected(text: &str, pids: &[i32]) -> anyhow::Result<String> {
    let heading = text.lines().next().unwrap_or_default();
    let column = heading
        .split_whitespace()
        .position(|word| word == "PID")
        .context("these options of ps give no column PID")?;
    let is_ours = |line: &&str| {
        let pid = line.split_whitespace().nth(column);
        pid.and_then(|pid| pid.parse().ok())
            .is_some_and(|pid| pids.contains(&pid))
    };
    let lines = text.lines().skip(1).filter(is_ours);
    Ok(std::iter::once(heading)
        .chain(lines)
        .map(|line| format!("{line}\n"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::selected;

    #[test]
    fn lines_are_selected_by_the_column_of_the_pid() {
        let text = "UID   PID CMD\n0       1 init\n1      10 sh 1\n";
        let lines = selected(text, &[1, 3]).expect("a column");
        assert_eq!(lines, "UID   PID CMD\n0       1 init\n");
        assert!(selected("X\n1\n", &[1]).is_err());
    }
}

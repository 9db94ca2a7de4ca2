//! `tsorch-runtime`: the container code as an OCI runtime command line with runc's verbs. Stays resident never.

mod activation;
mod arguments;
mod container;
mod create;
mod delete;
mod event_stats;
mod events;
mod exec;
mod exec_options;
mod features;
mod foreground;
mod kill;
mod launch;
mod list;
mod log;
mod passing;
mod pause;
mod ps;
mod run;
mod spec;
mod start;
mod state;
mod terminal;
mod update;

use std::process::ExitCode;

use anyhow::{Context, bail};
use lexopt::Arg;

use crate::read_only_self::run_from_read_only_self;
use arguments::{Global, text};

/// A verb: gets the global options and the arguments behind its name.
type Verb = fn(&Global, &mut lexopt::Parser) -> anyhow::Result<ExitCode>;

const VERBS: &[(&str, Verb)] = &[
    ("create", create::main),
    ("start", start::main),
    ("state", state::main),
    ("kill", kill::main),
    ("delete", delete::main),
    ("run", run::main),
    ("exec", exec::main),
    ("events", events::main),
    ("list", list::main),
    ("ps", ps::main),
    ("pause", pause::pause),
    ("resume", pause::resume),
    ("update", update::main),
    ("features", features::main),
    ("spec", spec::main),
];

const USAGE: &str = "\
usage: tsorch-runtime [GLOBAL OPTION]... VERB [OPTION]... [ARGUMENT]...

verbs: create start state kill delete run exec events list ps pause resume update features spec

global options:
  --root DIR                   where containers are recorded (default /run/tsorch-runtime)
  --log FILE                   also write errors and warnings there
  --log-format text|json       form of that file (default text)
  --lenient-limits             lower limits that this host cannot give instead of failing
  --cgroup-manager cgroupfs|systemd|disabled
                               disabled: containers stay in the caller's control groups
  --systemd-cgroup             the same as --cgroup-manager systemd
  --rootless auto|true|false   true: records below $XDG_RUNTIME_DIR, cgroup-manager disabled unless it is named;
                               auto: for everybody but root (default)
  --version, --help
";

/// Runs the program. podman and containerd read the last error from the log file.
pub(crate) fn main(arguments: lexopt::Parser) -> anyhow::Result<ExitCode> {
    let mut global = Global::new();
    let outcome = carry_out(&mut global, arguments);
    if let Err(error) = &outcome {
        global.log.write(log::Level::Error, &format!("{error:#}"));
    }
    outcome
}

fn carry_out(global: &mut Global, mut arguments: lexopt::Parser) -> anyhow::Result<ExitCode> {
    loop {
        match arguments.next()? {
            Some(Arg::Long("help") | Arg::Short('h')) => return say(USAGE),
            Some(Arg::Long("version") | Arg::Short('v')) => return version(),
            Some(Arg::Value(verb)) => {
                let verb = text(verb)?;
                let found = VERBS.iter().find(|(name, _)| *name == verb);
                let Some((_, run)) = found else {
                    bail!("there is no verb {verb:?}; see --help")
                };
                global.settle()?;
                if matches!(verb.as_str(), "create" | "run" | "exec") {
                    // Processes of these verbs enter containers, where their binary could be got hold of.
                    run_from_read_only_self().context("cannot protect the own binary")?;
                }
                return run(global, &mut arguments);
            }
            Some(option) => global.take(option.into(), &mut arguments)?,
            None => {
                say(USAGE)?;
                return Ok(ExitCode::from(2));
            }
        }
    }
}

fn version() -> anyhow::Result<ExitCode> {
    let version = env!("CARGO_PKG_VERSION");
    say(&format!(
        "tsorch-runtime version {version}\nspec: {}\n",
        tsorch_oci::SPEC_VERSION
    ))
}

/// Writes to standard output.
pub(crate) fn say(text: &str) -> anyhow::Result<ExitCode> {
    use std::io::Write;
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("cannot write the answer")?;
    Ok(ExitCode::SUCCESS)
}

//! `tsorch-hostd --root DIR --run-dir DIR [--node-key KEY] [--cgroup-parent PATH]`: acts on the host until it is told to shut down.

use std::process::ExitCode;

use anyhow::Context;
use lexopt::prelude::*;
use tsorch_hostd::{HostdError, Options};

use crate::read_only_self::run_from_read_only_self;

const USAGE: &str =
    "usage: tsorch-hostd --root DIR --run-dir DIR [--node-key KEY] [--cgroup-parent PATH]";

/// Runs the program.
pub(crate) fn main(parser: lexopt::Parser) -> anyhow::Result<ExitCode> {
    let options = match parse(parser) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error:#}\n{USAGE}");
            return Ok(ExitCode::from(2));
        }
    };
    if let Err(errno) = run_from_read_only_self() {
        eprintln!("tsorch-hostd: cannot run from a read-only clone of its binary: {errno}");
    }
    // The clone is executed by descriptor, which leaves a number as the name.
    let _ = rustix::thread::set_name(c"tsorch-hostd");
    match tsorch_hostd::run(options) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => Err(told_with_code(error)),
    }
}

fn told_with_code(error: HostdError) -> anyhow::Error {
    let code = error.code();
    anyhow::Error::from(error).context(code)
}

fn parse(mut parser: lexopt::Parser) -> anyhow::Result<Options> {
    let (mut root, mut run_dir, mut node_key, mut cgroup_parent) =
        (None, None, String::new(), None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("root") => root = Some(parser.value()?.into()),
            Long("run-dir") => run_dir = Some(parser.value()?.into()),
            Long("node-key") => node_key = parser.value()?.string()?,
            Long("cgroup-parent") => cgroup_parent = Some(parser.value()?.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Options {
        root: root.context("--root is missing")?,
        run_dir: run_dir.context("--run-dir is missing")?,
        node_key,
        cgroup_parent,
        shim: tsorch_shim::run,
    })
}

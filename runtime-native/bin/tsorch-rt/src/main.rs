//! `tsorch-rt`: one static binary that answers to several names (`tsorch-hostd`, `tsorch-runtime`, ...).
//!
//! The name is the file name of the zeroth argument, or, when that is `tsorch-rt`, the first argument.
#![forbid(unsafe_code)]

mod hostctl;
mod hostd;
mod init;
mod layer_worker;
mod read_only_self;
mod runtime;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// A program: gets the arguments behind its name.
type Program = fn(lexopt::Parser) -> anyhow::Result<ExitCode>;

const PROGRAMS: &[(&str, Program)] = &[
    ("tsorch-hostd", hostd::main),
    ("tsorch-hostctl", hostctl::main),
    ("tsorch-layer-worker", layer_worker::main),
    ("tsorch-init", init::main),
    ("tsorch-runtime", runtime::main),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let own_name = file_name(&arguments.next().unwrap_or_default());
    let (name, arguments) = match find(&own_name) {
        Some(_) => (own_name, arguments.collect::<Vec<_>>()),
        None => (
            file_name(&arguments.next().unwrap_or_default()),
            arguments.collect(),
        ),
    };
    let Some(program) = find(&name) else {
        return without_program(&name);
    };
    match program(lexopt::Parser::from_args(arguments)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn find(name: &str) -> Option<Program> {
    PROGRAMS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, program)| *program)
}

fn file_name(argument: &OsString) -> String {
    Path::new(argument)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn without_program(name: &str) -> ExitCode {
    if name == "--version" {
        println!("tsorch-rt {}", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    let names: Vec<_> = PROGRAMS.iter().map(|(name, _)| *name).collect();
    eprintln!(
        "usage: tsorch-rt NAME [ARGUMENT]...; names: {}",
        names.join(", ")
    );
    ExitCode::from(2)
}

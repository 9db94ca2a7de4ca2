//! `tsorch-hostctl --run-dir DIR [--shim ID] METHOD [PARAMS]`: one call to hostd or a shim, for people; prints the answer.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use lexopt::prelude::*;
use serde_json::json;
use tsorch_protocol::{Client, ClientError};

const USAGE: &str =
    "usage: tsorch-hostctl [--run-dir DIR] [--shim ID] [--timeout SECONDS] METHOD [JSON]
       METHOD `events`: print events until interrupted";

struct Options {
    run_dir: PathBuf,
    shim: Option<String>,
    timeout: Duration,
    method: String,
    params: serde_json::Value,
}

/// Runs the program.
pub(crate) fn main(parser: lexopt::Parser) -> anyhow::Result<ExitCode> {
    let options = match parse(parser) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error:#}\n{USAGE}");
            return Ok(ExitCode::from(2));
        }
    };
    let mut client = Client::connect(&socket_of(&options), options.timeout)?;
    if options.method == "events" {
        return print_events(&mut client, options.shim.is_some());
    }
    match client.call(&options.method, options.params) {
        Ok(result) => {
            println!("{result:#}");
            Ok(ExitCode::SUCCESS)
        }
        Err(ClientError::Answer(error)) => {
            eprintln!("{}", serde_json::to_string_pretty(&error)?);
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}

fn parse(mut parser: lexopt::Parser) -> anyhow::Result<Options> {
    let mut options = Options {
        run_dir: PathBuf::from("/run/tsorch"),
        shim: None,
        timeout: Duration::from_secs(60),
        method: String::new(),
        params: json!({}),
    };
    let mut positional = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("run-dir") => options.run_dir = parser.value()?.into(),
            Long("shim") => options.shim = Some(parser.value()?.string()?),
            Long("timeout") => options.timeout = Duration::from_secs(parser.value()?.parse()?),
            Value(value) => positional.push(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let mut positional = positional.into_iter();
    options.method = positional.next().context("METHOD is missing")?;
    if let Some(text) = positional.next() {
        options.params = serde_json::from_str(&text).context("PARAMS is not JSON")?;
    }
    anyhow::ensure!(positional.next().is_none(), "too many arguments");
    Ok(options)
}

fn socket_of(options: &Options) -> PathBuf {
    match &options.shim {
        None => options.run_dir.join("hostd.sock"),
        Some(id) => options.run_dir.join("shims").join(id).join("sock"),
    }
}

fn print_events(client: &mut Client, of_shim: bool) -> anyhow::Result<ExitCode> {
    if of_shim {
        client.call("subscribe", json!({ "from": 0 }))?;
    }
    loop {
        match client.event() {
            Ok(event) => println!("{} {} {}", event.seq.unwrap_or(0), event.name, event.data),
            Err(ClientError::TimedOut(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

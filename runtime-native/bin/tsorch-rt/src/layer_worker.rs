//! `tsorch-layer-worker`: unpacks one layer in a sandbox. Started by hostd; see `tsorch_layers::worker`.
use std::process::ExitCode;

pub(crate) fn main(_arguments: lexopt::Parser) -> anyhow::Result<ExitCode> {
    // Unlocked: the handles' locks would be held across the thread that inflates.
    tsorch_layers::worker::run(std::io::stdin(), std::io::stdout())?;
    Ok(ExitCode::SUCCESS)
}

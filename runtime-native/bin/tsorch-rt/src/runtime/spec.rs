//! `spec`: writes an example configuration.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::arguments::{Global, OptionName};

/// A shell with the usual mounts, namespaces, masked paths and Docker's usual capabilities.
const EXAMPLE: &str = include_str!("example-config.json");

pub(crate) fn main(_: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let mut bundle = PathBuf::from(".");
    while let Some(argument) = arguments.next()? {
        match OptionName::from(argument).0.as_str() {
            "--bundle" | "-b" => bundle = arguments.value()?.into(),
            other => bail!("there is no option {other:?} (or it is not supported)"),
        }
    }
    let path = bundle.join("config.json");
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    file.and_then(|mut file| file.write_all(EXAMPLE.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_is_a_valid_configuration() {
        assert!(tsorch_oci::Config::parse(super::EXAMPLE.as_bytes()).is_ok());
    }
}

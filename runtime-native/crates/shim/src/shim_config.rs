//! `shim.json`: how a container is watched. See schemas/protocol/bundle.md.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::log::log_settings::{LogLimits, LogSettings, WhenFull};
use crate::probe::config::ProbeConfig;

/// The file's `version` that this program reads.
const VERSION: u32 = 1;

/// `shim.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShimConfig {
    version: u32,
    /// DiffIDs, lowest first.
    #[serde(default)]
    pub(crate) layers: Vec<String>,
    /// `www-data:adm`, resolved inside the root; absent = `process.user` of config.json.
    pub(crate) user: Option<String>,
    /// Our own init is the first process.
    #[serde(default)]
    pub(crate) init: bool,
    #[serde(default)]
    pub(crate) tty: bool,
    /// Keep stdin open; else it is /dev/null.
    #[serde(default)]
    pub(crate) stdin: bool,
    #[serde(default)]
    log: LogConfig,
    #[serde(default)]
    pub(crate) stop: StopConfig,
    /// Absent = our own.
    pub(crate) runtime: Option<RuntimeConfig>,
    pub(crate) probe: Option<ProbeConfig>,
    #[serde(default)]
    pub(crate) seccomp: SeccompChoice,
}

/// `log`: how much of the output is kept.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogConfig {
    #[serde(default)]
    driver: LogDriver,
    max_bytes: u64,
    max_files: u32,
    /// Milliseconds; absent = any age.
    max_age_ms: Option<u64>,
    #[serde(default)]
    when_full: WhenFullConfig,
    /// With `whenFull: "drop"`.
    buffer_bytes: Option<usize>,
}

/// `driver`: where output goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LogDriver {
    #[default]
    Files,
    None,
}

/// `whenFull`: what happens to output that the disk does not take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WhenFullConfig {
    #[default]
    Block,
    Drop,
}

/// As Docker has it for `mode: non-blocking`.
const DEFAULT_BUFFER_BYTES: usize = 1 << 20;
/// A read has to fit.
const MIN_BUFFER_BYTES: usize = 128 << 10;

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            driver: LogDriver::Files,
            max_bytes: 10 << 20,
            max_files: 3,
            max_age_ms: None,
            when_full: WhenFullConfig::Block,
            buffer_bytes: None,
        }
    }
}

/// `stop`: what a stop without further words means.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StopConfig {
    /// `SIGTERM`.
    pub(crate) signal: String,
    /// Milliseconds until the whole cgroup is killed.
    pub(crate) grace_ms: u64,
}

impl Default for StopConfig {
    fn default() -> Self {
        Self {
            signal: "SIGTERM".to_owned(),
            grace_ms: 10_000,
        }
    }
}

/// `runtime`: another OCI runtime.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RuntimeConfig {
    /// `runc`.
    pub(crate) name: String,
    /// Absolute path of the program.
    pub(crate) path: PathBuf,
    /// Put before the verb.
    #[serde(default)]
    pub(crate) args: Vec<String>,
}

/// `seccomp`: which filter, when config.json has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SeccompChoice {
    #[default]
    Default,
    Unconfined,
}

/// Why shim.json cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShimConfigError {
    #[error("shim.json is not as expected: {0}")]
    Syntax(#[from] serde_json::Error),
    #[error("shim.json has version {0}, this program reads {VERSION}")]
    Version(u32),
    #[error("{0:?} is no diffID")]
    DiffId(String),
    #[error("{0}")]
    Probe(&'static str),
    #[error("the path of the runtime must be absolute, not {0:?}")]
    RuntimePath(PathBuf),
}

impl ShimConfig {
    /// Reads and checks the file's text.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, ShimConfigError> {
        let config: Self = serde_json::from_slice(text)?;
        if config.version != VERSION {
            return Err(ShimConfigError::Version(config.version));
        }
        if let Some(bad) = config
            .layers
            .iter()
            .find(|layer| layer_hex(layer).is_none())
        {
            return Err(ShimConfigError::DiffId(bad.clone()));
        }
        if let Some(fault) = config.probe.as_ref().and_then(ProbeConfig::fault) {
            return Err(ShimConfigError::Probe(fault));
        }
        match &config.runtime {
            Some(runtime) if !runtime.path.is_absolute() => {
                Err(ShimConfigError::RuntimePath(runtime.path.clone()))
            }
            _ => Ok(config),
        }
    }

    /// Hex digits of the layers' diffIDs, lowest first.
    pub(crate) fn layer_names(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.layers.iter().filter_map(|layer| layer_hex(layer))
    }

    pub(crate) fn log_settings(&self) -> LogSettings {
        self.log.settings()
    }
}

impl LogConfig {
    pub(crate) fn settings(self) -> LogSettings {
        let buffer = self.buffer_bytes.unwrap_or(DEFAULT_BUFFER_BYTES);
        LogSettings {
            is_kept: self.driver == LogDriver::Files,
            limits: LogLimits {
                max_bytes: self.max_bytes,
                max_files: self.max_files.max(1),
                max_age: self.max_age_ms.map(Duration::from_millis),
            },
            when_full: match self.when_full {
                WhenFullConfig::Block => WhenFull::Block,
                WhenFullConfig::Drop => WhenFull::Drop(buffer.max(MIN_BUFFER_BYTES)),
            },
        }
    }
}

/// The hex digits of `sha256:<64 hex>`: nothing else becomes part of a path.
fn layer_hex(diff_id: &str) -> Option<&str> {
    let hex = diff_id.strip_prefix("sha256:")?;
    let is_hex = hex
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (hex.len() == 64 && is_hex).then_some(hex)
}

#[cfg(test)]
mod tests {
    use super::{LogLimits, LogSettings, ShimConfig, ShimConfigError, WhenFull};

    #[test]
    fn fills_in_defaults() {
        let config = ShimConfig::parse(br#"{"version": 1, "id": "x", "later": true}"#).unwrap();
        assert_eq!(
            (config.stop.signal.as_str(), config.stop.grace_ms),
            ("SIGTERM", 10_000)
        );
        assert_eq!(
            config.log_settings(),
            LogSettings {
                is_kept: true,
                limits: LogLimits {
                    max_bytes: 10 << 20,
                    max_files: 3,
                    max_age: None
                },
                when_full: WhenFull::Block,
            }
        );
        assert!(config.runtime.is_none() && config.probe.is_none() && !config.tty);
    }

    #[test]
    fn refuses_layers_that_would_lead_elsewhere() {
        for layer in ["sha256:../..", "../x", "sha256:ABC", "sha512:00"] {
            let text = format!(r#"{{"version": 1, "layers": ["{layer}"]}}"#);
            assert!(matches!(
                ShimConfig::parse(text.as_bytes()),
                Err(ShimConfigError::DiffId(_))
            ));
        }
    }

    #[test]
    fn refuses_another_version_and_a_relative_runtime() {
        assert!(matches!(
            ShimConfig::parse(br#"{"version": 2}"#),
            Err(ShimConfigError::Version(2))
        ));
        assert!(matches!(
            ShimConfig::parse(br#"{"version": 1, "runtime": {"name": "runc", "path": "runc"}}"#),
            Err(ShimConfigError::RuntimePath(_))
        ));
    }
}

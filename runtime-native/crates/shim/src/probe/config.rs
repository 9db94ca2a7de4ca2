//! `probe` of shim.json and of `update`: what is asked, and how often. See schemas/protocol/bundle.md.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

/// Longest name of a gRPC service.
const MAX_SERVICE_BYTES: usize = 1024;

/// What is asked and how often. Durations in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProbeConfig {
    #[serde(flatten)]
    pub(crate) check: Check,
    #[serde(default = "default_interval_ms")]
    pub(super) interval_ms: u64,
    /// Also 30 s.
    #[serde(default = "default_interval_ms")]
    timeout_ms: u64,
    /// Failures in a row that make a container unhealthy.
    #[serde(default = "default_retries")]
    pub(super) retries: u32,
    /// Successes in a row that make it healthy.
    #[serde(default = "default_successes")]
    pub(super) successes: u32,
    #[serde(default)]
    pub(super) start_period_ms: u64,
    #[serde(default = "default_start_interval_ms")]
    pub(super) start_interval_ms: u64,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Check {
    /// Program and arguments, executed in the container; 0 passes.
    Exec { args: Vec<String> },
    /// Passes when a connection comes about.
    Connect { to: Endpoint },
    /// Passes when the answer is as wanted.
    Http(HttpCheck),
    /// Passes when `grpc.health.v1.Health/Check` answers SERVING.
    Grpc {
        to: Endpoint,
        /// Empty = the server as a whole.
        #[serde(default)]
        service: String,
    },
}

/// Where a server listens, as the container sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Endpoint {
    Port {
        port: u16,
        /// Absent = the loopback addresses, then the address of eth0.
        address: Option<IpAddr>,
    },
    /// Path of a stream socket in the container.
    Socket { socket: PathBuf },
}

/// One request in clear-text HTTP/1.1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct HttpCheck {
    pub(crate) to: Endpoint,
    #[serde(default = "default_method")]
    pub(crate) method: String,
    /// Path and query.
    #[serde(default = "default_path")]
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// Lowest and highest status that passes.
    #[serde(default = "default_status")]
    pub(crate) status: (u16, u16),
    /// Text that must be in the first 4 KiB of the body.
    pub(crate) body: Option<String>,
}

fn default_interval_ms() -> u64 {
    30_000
}

fn default_retries() -> u32 {
    3
}

fn default_successes() -> u32 {
    1
}

fn default_start_interval_ms() -> u64 {
    5_000
}

fn default_method() -> String {
    "GET".to_owned()
}

fn default_path() -> String {
    "/".to_owned()
}

fn default_status() -> (u16, u16) {
    (200, 399)
}

impl ProbeConfig {
    /// How long one probe may take.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.max(1))
    }

    /// What cannot be asked, if anything: nothing of the file may become another request than the one it describes.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match &self.check {
            Check::Exec { args } if args.is_empty() => Some("probe.args is empty"),
            Check::Exec { .. } => None,
            Check::Grpc { service, .. } if service.len() > MAX_SERVICE_BYTES => {
                Some("probe.service is too long")
            }
            Check::Connect { to } | Check::Grpc { to, .. } => to.fault(),
            Check::Http(http) => http.to.fault().or_else(|| http.fault()),
        }
    }
}

impl Endpoint {
    fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Port { port: 0, .. } => Some("probe.to.port is 0"),
            Self::Socket { socket } if !is_plain_path(socket) => {
                Some("probe.to.socket is no absolute path")
            }
            _ => None,
        }
    }

    /// The `Host` of a request that names none.
    pub(crate) fn host(&self) -> String {
        match self {
            Self::Port { port: 80, .. } | Self::Socket { .. } => "localhost".to_owned(),
            Self::Port { port, .. } => format!("localhost:{port}"),
        }
    }
}

impl HttpCheck {
    fn fault(&self) -> Option<&'static str> {
        let is_field = |(name, value): (&String, &String)| is_token(name) && is_line(value);
        if !is_token(&self.method) {
            Some("probe.method is no HTTP method")
        } else if !self.path.starts_with('/')
            || !self.path.bytes().all(|byte| byte.is_ascii_graphic())
        {
            Some("probe.path is no path of a URL")
        } else if !self.headers.iter().all(is_field) {
            Some("probe.headers has a bad name or value")
        } else {
            None
        }
    }
}

fn is_plain_path(path: &Path) -> bool {
    path.is_absolute() && !path.as_os_str().as_encoded_bytes().contains(&0)
}

/// `token` of RFC 9110.
fn is_token(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token)
}

/// A field's value: nothing in it can begin another line.
fn is_line(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f))
}

#[cfg(test)]
mod tests {
    use super::{Check, Endpoint, HttpCheck, ProbeConfig};
    use std::time::Duration;

    fn config(json: &str) -> ProbeConfig {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn reads_every_kind() {
        let exec = config(r#"{"kind": "exec", "args": ["true"], "timeoutMs": 5}"#);
        assert_eq!(
            exec.check,
            Check::Exec {
                args: vec!["true".to_owned()]
            }
        );
        assert_eq!(exec.timeout(), Duration::from_millis(5));
        let connect = config(r#"{"kind": "connect", "to": {"socket": "/run/x"}}"#);
        assert_eq!(
            connect.check,
            Check::Connect {
                to: Endpoint::Socket {
                    socket: "/run/x".into()
                }
            }
        );
        let grpc = config(r#"{"kind": "grpc", "to": {"port": 1, "address": "::1"}}"#);
        let to = Endpoint::Port {
            port: 1,
            address: "::1".parse().ok(),
        };
        assert_eq!(
            grpc.check,
            Check::Grpc {
                to,
                service: String::new()
            }
        );
    }

    #[test]
    fn an_http_probe_has_defaults() {
        let http = config(r#"{"kind": "http", "to": {"port": 8080}}"#);
        let expected = HttpCheck {
            to: Endpoint::Port {
                port: 8080,
                address: None,
            },
            method: "GET".to_owned(),
            path: "/".to_owned(),
            headers: std::collections::BTreeMap::new(),
            status: (200, 399),
            body: None,
        };
        assert_eq!(http.check, Check::Http(expected));
        assert_eq!(http.fault(), None);
    }

    #[test]
    fn refuses_what_would_become_another_request() {
        for json in [
            r#"{"kind": "exec", "args": []}"#,
            r#"{"kind": "connect", "to": {"port": 0}}"#,
            r#"{"kind": "connect", "to": {"socket": "run/x"}}"#,
            r#"{"kind": "http", "to": {"port": 1}, "path": "/ HTTP/1.0\r\nX: y"}"#,
            r#"{"kind": "http", "to": {"port": 1}, "path": "x"}"#,
            r#"{"kind": "http", "to": {"port": 1}, "method": "GET /"}"#,
            r#"{"kind": "http", "to": {"port": 1}, "headers": {"a": "b\nc: d"}}"#,
            r#"{"kind": "http", "to": {"port": 1}, "headers": {"a:": "b"}}"#,
        ] {
            assert!(config(json).fault().is_some(), "{json}");
        }
        assert!(
            serde_json::from_str::<ProbeConfig>(r#"{"kind": "connect", "to": {"port": 70000}}"#)
                .is_err()
        );
        assert!(serde_json::from_str::<ProbeConfig>(r#"{"args": ["x"]}"#).is_err());
    }
}

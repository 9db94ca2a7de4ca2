//! What shall be executed beside the task, and the process document that comes of it.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use tsorch_oci::{ConsoleSize, Process, User};

const MAX_KEY_BYTES: usize = 64;
/// Output in the answer of `execSync`: as base64 it has to fit into a frame.
const DEFAULT_OUTPUT_BYTES: usize = 64 * 1024;
const MAX_OUTPUT_BYTES: usize = 512 * 1024;
/// An exec that has not executed its program by then was stuck.
const START_WITHIN: Duration = Duration::from_secs(10);

/// Parameters of `exec`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExecRequest {
    pub(crate) process: ExecProcess,
    /// `www-data:adm`, resolved inside; goes before `process.user`.
    pub(crate) user: Option<String>,
    #[serde(default)]
    pub(crate) tty: bool,
    #[serde(default)]
    pub(crate) stdin: bool,
    timeout_ms: Option<u64>,
    start_timeout_ms: Option<u64>,
    key: Option<OperationKey>,
}

/// Names one wish of a client: asked for again under the same key, nothing is executed twice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct OperationKey(String);

impl TryFrom<String> for OperationKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.len() {
            1..=MAX_KEY_BYTES => Ok(Self(text)),
            _ => Err("an operation's key has 1 to 64 bytes"),
        }
    }
}

/// Parameters of `execSync`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExecSyncRequest {
    #[serde(flatten)]
    pub(crate) exec: ExecRequest,
    max_output: Option<usize>,
}

impl ExecSyncRequest {
    /// Bytes of both streams together.
    pub(crate) fn max_output(&self) -> usize {
        self.max_output
            .map_or(DEFAULT_OUTPUT_BYTES, |bytes| bytes.min(MAX_OUTPUT_BYTES))
    }
}

/// The part of an OCI process that an exec may say; the rest is the container's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ExecProcess {
    args: Vec<String>,
    /// Added to the container's own.
    env: Vec<String>,
    cwd: Option<PathBuf>,
    user: Option<User>,
    console_size: Option<ConsoleSize>,
}

impl ExecRequest {
    /// A probe: no terminal, no input.
    pub(crate) fn for_probe(args: &[String], timeout: Duration) -> Self {
        Self {
            process: ExecProcess {
                args: args.to_vec(),
                ..ExecProcess::default()
            },
            user: None,
            tty: false,
            stdin: false,
            timeout_ms: u64::try_from(timeout.as_millis()).ok(),
            start_timeout_ms: None,
            key: None,
        }
    }

    /// The same without stdin and terminal.
    pub(crate) fn without_stdio(self) -> Self {
        Self {
            tty: false,
            stdin: false,
            ..self
        }
    }

    /// After this long the whole tree of the exec is killed.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout_ms.map(Duration::from_millis)
    }

    /// After this long a program that was not executed yet never will be.
    pub(crate) fn start_within(&self) -> Duration {
        self.start_timeout_ms
            .map_or(START_WITHIN, Duration::from_millis)
    }

    pub(crate) fn key(&self) -> Option<&OperationKey> {
        self.key.as_ref()
    }

    /// The whole process document, from that of the container.
    pub(crate) fn to_process(&self, container: &Process, user: Option<&User>) -> Process {
        let wanted = &self.process;
        let mut process = Process {
            terminal: self.tty,
            console_size: wanted.console_size,
            args: wanted.args.clone(),
            env: merge_environment(&container.env, &wanted.env),
            cwd: wanted.cwd.clone().unwrap_or_else(|| container.cwd.clone()),
            user: wanted
                .user
                .clone()
                .unwrap_or_else(|| container.user.clone()),
            ..container.clone()
        };
        if let Some(user) = user {
            apply_user(&mut process, user);
        }
        process
    }
}

/// Makes `process` run as `user`.
pub(crate) fn apply_user(process: &mut Process, user: &User) {
    process.user.uid = user.uid;
    process.user.gid = user.gid;
    process
        .user
        .additional_gids
        .clone_from(&user.additional_gids);
}

/// The container's variables, those of `added` in their place or behind them.
fn merge_environment(container: &[String], added: &[String]) -> Vec<String> {
    let is_replaced = |entry: &&String| added.iter().any(|other| key_of(other) == key_of(entry));
    let kept = container.iter().filter(|entry| !is_replaced(entry));
    kept.chain(added).cloned().collect()
}

fn key_of(entry: &str) -> &str {
    entry.split_once('=').map_or(entry, |(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::{ExecRequest, ExecSyncRequest, MAX_OUTPUT_BYTES};
    use std::path::Path;
    use tsorch_oci::{Process, User};

    fn container() -> Process {
        Process {
            args: vec!["server".to_owned()],
            env: vec!["PATH=/bin".to_owned(), "MODE=a=b".to_owned()],
            cwd: "/srv".into(),
            user: User {
                uid: 5,
                gid: 6,
                ..User::default()
            },
            no_new_privileges: true,
            ..Process::default()
        }
    }

    fn request(json: &str) -> ExecRequest {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn takes_from_the_container_what_is_not_said() {
        let process = request(r#"{"process": {"args": ["id"]}}"#).to_process(&container(), None);
        let expected = Process {
            args: vec!["id".to_owned()],
            ..container()
        };
        assert_eq!(process, expected);
    }

    #[test]
    fn variables_are_added_to_those_of_the_container() {
        let json = r#"{"process": {"args": ["id"], "env": ["MODE=c", "X=1"], "cwd": "/tmp"}}"#;
        let process = request(json).to_process(&container(), None);
        assert_eq!(process.env, ["PATH=/bin", "MODE=c", "X=1"]);
        assert_eq!(process.cwd, Path::new("/tmp"));
    }

    #[test]
    fn the_output_in_an_answer_is_bounded_whatever_is_asked_for() {
        let wanted = |json: &str| {
            let request: ExecSyncRequest = serde_json::from_str(json).unwrap();
            request.max_output()
        };
        assert_eq!(
            wanted(r#"{"process": {"args": ["id"]}, "maxOutput": 3}"#),
            3
        );
        let much = r#"{"process": {"args": ["id"]}, "maxOutput": 99999999999}"#;
        assert_eq!(wanted(much), MAX_OUTPUT_BYTES);
    }

    #[test]
    fn a_key_is_short_and_not_empty() {
        let with_key = |key: &str| {
            let json = format!(r#"{{"process": {{"args": ["id"]}}, "key": "{key}"}}"#);
            serde_json::from_str::<ExecRequest>(&json)
        };
        assert!(with_key("a").is_ok());
        assert!(with_key("").is_err());
        assert!(with_key(&"a".repeat(65)).is_err());
    }

    #[test]
    fn a_resolved_user_goes_before_all_others() {
        let user = User {
            uid: 33,
            gid: 34,
            additional_gids: vec![4],
            umask: None,
        };
        let json = r#"{"process": {"args": ["id"], "user": {"uid": 1, "gid": 1}}}"#;
        let process = request(json).to_process(&container(), Some(&user));
        assert_eq!((process.user.uid, process.user.gid), (33, 34));
        assert_eq!(process.user.additional_gids, [4]);
    }
}

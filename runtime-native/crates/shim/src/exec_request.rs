//! What shall be executed beside the task, and the process document that comes of it.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use tsorch_oci::{ConsoleSize, Process, User};

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
        }
    }

    /// After this long the whole tree of the exec is killed.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout_ms.map(Duration::from_millis)
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
    use super::ExecRequest;
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

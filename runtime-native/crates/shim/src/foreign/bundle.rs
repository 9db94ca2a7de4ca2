//! The bundle for a foreign runtime: the daemon's config.json with what the shim has resolved put in.

use std::path::Path;

use serde_json::{Value, json};
use tsorch_oci::{Config, Process};

/// `config` (the file's content) as `resolved` says, for a bundle elsewhere.
pub(crate) fn foreign_config(mut config: Value, resolved: &Config, rootfs: &Path) -> Value {
    config["root"]["path"] = json!(rootfs);
    if let Some(process) = &resolved.process {
        config["process"]["user"] = user_of(process);
        config["process"]["env"] = json!(process.env);
        config["process"]["terminal"] = json!(process.terminal);
        if let Some(score) = process.oom_score_adj {
            config["process"]["oomScoreAdj"] = json!(score);
        }
    }
    if let Some(seccomp) = &resolved.linux.seccomp {
        config["linux"]["seccomp"] = without_nulls(json!(seccomp));
    }
    config
}

/// The process document of an exec, where what is not said is as for the container's own process.
pub(crate) fn foreign_process(container: &Value, process: &Process) -> Value {
    let mut document = container.clone();
    document["terminal"] = json!(process.terminal);
    document["user"] = user_of(process);
    document["args"] = json!(process.args);
    document["env"] = json!(process.env);
    document["cwd"] = json!(process.cwd);
    if let Some(size) = process.console_size {
        document["consoleSize"] = json!({ "height": size.height, "width": size.width });
    }
    document
}

fn user_of(process: &Process) -> Value {
    let user = &process.user;
    let mut value =
        json!({ "uid": user.uid, "gid": user.gid, "additionalGids": user.additional_gids });
    if let Some(umask) = user.umask {
        value["umask"] = json!(umask);
    }
    value
}

/// Runtimes written in Go read null where a number should be as an error or as 0.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(_, field)| !field.is_null());
            kept.map(|(name, field)| (name, without_nulls(field)))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{foreign_config, foreign_process};
    use serde_json::{Value, json};
    use std::path::Path;
    use tsorch_oci::Config;

    fn document() -> Value {
        json!({
            "ociVersion": "1.2.0",
            "root": {"path": "rootfs", "readonly": true},
            "process": {"cwd": "/", "args": ["sh"], "env": ["A=b"], "capabilities": {"bounding": ["CAP_KILL"]}},
            "linux": {"unknown": 1}
        })
    }

    #[test]
    fn puts_in_what_was_resolved_and_keeps_the_rest() {
        let mut resolved = Config::parse(document().to_string().as_bytes()).unwrap();
        if let Some(process) = &mut resolved.process {
            process.user.uid = 33;
            process.env.push("HOME=/w".to_owned());
        }
        let config = foreign_config(document(), &resolved, Path::new("/run/b/rootfs"));
        assert_eq!(
            config["root"],
            json!({"path": "/run/b/rootfs", "readonly": true})
        );
        assert_eq!(config["process"]["user"]["uid"], json!(33));
        assert_eq!(config["process"]["env"], json!(["A=b", "HOME=/w"]));
        assert_eq!(config["linux"]["unknown"], json!(1));
    }

    #[test]
    fn an_exec_keeps_the_capabilities_of_the_container() {
        let process = tsorch_oci::Process {
            args: vec!["id".to_owned()],
            cwd: "/tmp".into(),
            ..tsorch_oci::Process::default()
        };
        let document = foreign_process(&document()["process"], &process);
        assert_eq!(document["args"], json!(["id"]));
        assert_eq!(document["cwd"], json!("/tmp"));
        assert_eq!(document["capabilities"], json!({"bounding": ["CAP_KILL"]}));
    }
}

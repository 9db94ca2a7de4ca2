//! Containers of somebody who is not root.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::sandbox::{Answer, Sandbox, finish, place_program};

/// Debian's `games`: a user with no rights, processes or ranges of ids.
const USER: u32 = 5;
const GROUP: u32 = 60;

/// Why these tests cannot run here, if they cannot.
fn obstacle() -> Option<&'static str> {
    let (user, group) = (USER.to_string(), GROUP.to_string());
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid",
        &user,
        "--regid",
        &group,
        "--clear-groups",
        "unshare",
        "--user",
        "--map-root-user",
        "true",
    ]);
    (finish(&mut command).code != Some(0)).then_some("users may not make user namespaces here")
}

/// A bundle of that user, whose container executes `script`.
fn bundle(script: &str) -> Option<Sandbox> {
    if let Some(reason) = obstacle() {
        eprintln!("skipped: {reason}");
        return None;
    }
    let mut sandbox = Sandbox::new(script);
    let home = sandbox.dir.join("home");
    std::fs::create_dir(&home).expect("made");
    place_program(
        env!("CARGO_BIN_EXE_tsorch-rt"),
        &sandbox.dir.join("tsorch-runtime"),
    );
    give(&sandbox.dir);
    let answer = call(
        &sandbox,
        &["spec", "--rootless", "--bundle", sandbox.bundle()],
    );
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let text = std::fs::read_to_string(sandbox.dir.join("config.json")).expect("written");
    let mut config: Value = serde_json::from_str(&text).expect("JSON");
    config["process"]["args"] = json!(["/bin/sh", "-c", script]);
    config["process"]["env"] = json!(["PATH=/bin"]);
    config["process"]["terminal"] = json!(false);
    config["root"]["readonly"] = json!(false);
    sandbox.config = config;
    sandbox.write_config();
    Some(sandbox)
}

/// Everything in the directory is the user's from now on.
fn give(path: &Path) {
    chown(path, Some(USER), Some(GROUP)).expect("given");
    let is_link = path.is_symlink();
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        let path: PathBuf = entry.path();
        if !is_link && !path.is_symlink() {
            give(&path);
        }
    }
}

/// The runtime, called by the user.
fn command(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let (user, group) = (USER.to_string(), GROUP.to_string());
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", &user, "--regid", &group, "--clear-groups"])
        .arg(sandbox.dir.join("tsorch-runtime"))
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("XDG_RUNTIME_DIR", sandbox.dir.join("home"))
        .current_dir("/")
        .stdin(std::process::Stdio::null());
    command
}

fn call(sandbox: &Sandbox, arguments: &[&str]) -> Answer {
    finish(&mut command(sandbox, arguments))
}

#[test]
fn the_own_user_is_root_inside_and_nobody_else_is_there() {
    let script = "id -u; tr -s ' ' < /proc/self/uid_map; cat /proc/self/setgroups; echo x > /dev/null && echo null; \
                  touch /made; hostname; ls /proc | grep -c '^[0-9]'; echo x > /proc/sys/kernel/hostname || echo closed";
    let Some(sandbox) = bundle(script) else {
        return;
    };
    let answer = call(
        &sandbox,
        &["run", "--bundle", sandbox.bundle(), &sandbox.id],
    );
    assert!(
        answer.stdout.starts_with("0\n 0 5 1\ndeny\nnull\ntsorch\n"),
        "{answer:?}"
    );
    assert!(answer.stdout.ends_with("closed\n"), "{answer:?}");
    use std::os::unix::fs::MetadataExt;
    let made = std::fs::metadata(sandbox.rootfs().join("made")).expect("made");
    assert_eq!((made.uid(), made.gid()), (USER, GROUP));
    assert_eq!(sandbox.cgroups(), Vec::<PathBuf>::new());
}

#[test]
fn lives_through_all_verbs_below_the_users_directory() {
    let Some(sandbox) = bundle("echo started; sleep 1000") else {
        return;
    };
    let id = sandbox.id.as_str();
    let output = std::fs::File::create(sandbox.dir.join("output")).expect("a file");
    let errors = std::fs::File::create(sandbox.dir.join("errors")).expect("a file");
    let mut create = command(&sandbox, &["create", "--bundle", sandbox.bundle(), id]);
    let status = create
        .stdout(output)
        .stderr(errors)
        .status()
        .expect("executed");
    let errors = std::fs::read_to_string(sandbox.dir.join("errors")).expect("a file");
    assert!(status.success(), "{errors}");
    assert!(sandbox.dir.join("home/tsorch-runtime").join(id).is_dir());
    let state = |wanted: &str| {
        let answer = call(&sandbox, &["state", id]);
        let state: Value = serde_json::from_str(&answer.stdout).unwrap_or_default();
        state["status"] == wanted
    };
    assert!(state("created"));
    assert_eq!(call(&sandbox, &["start", id]).code, Some(0));
    sandbox.wait_until("it has started", || sandbox.output() == "started\n");
    let executed = call(
        &sandbox,
        &[
            "exec",
            id,
            "/bin/sh",
            "-c",
            "id -u; hostname; echo $$; exit 3",
        ],
    );
    assert_eq!(
        (executed.code, executed.stdout.as_str()),
        (Some(3), "0\ntsorch\n2\n"),
        "{executed:?}"
    );
    let list = call(&sandbox, &["list", "--quiet"]);
    assert_eq!(list.stdout, format!("{id}\n"));
    assert_eq!(call(&sandbox, &["kill", id, "KILL"]).code, Some(0));
    sandbox.wait_until("it has ended", || state("stopped"));
    assert_eq!(call(&sandbox, &["delete", id]).code, Some(0));
    assert_eq!(call(&sandbox, &["state", id]).code, Some(1));
}

#[test]
fn more_ids_come_from_the_helpers_and_their_lists() {
    if !Path::new("/usr/bin/newuidmap").exists() {
        eprintln!("skipped: newuidmap (package uidmap) is not installed");
        return;
    }
    let Some(mut sandbox) = bundle("tr -s ' ' < /proc/self/uid_map; id -u; id -g") else {
        return;
    };
    let mapping = |id: u32| json!([{"containerID": 0, "hostID": id, "size": 1}, {"containerID": 1, "hostID": 700_000, "size": 100}]);
    sandbox.config["linux"]["uidMappings"] = mapping(USER);
    sandbox.config["linux"]["gidMappings"] = mapping(GROUP);
    sandbox.config["process"]["user"] = json!({"uid": 33, "gid": 34, "additionalGids": [7]});
    sandbox.write_config();
    // The lists of the host are covered for a moment, in a mount table of our own.
    let list = sandbox.dir.join("list");
    let run = |allowed: &str| {
        std::fs::write(&list, allowed).expect("written");
        let inner = command(
            &sandbox,
            &["run", "--bundle", sandbox.bundle(), &sandbox.id],
        );
        let script = "mount --bind \"$1\" /etc/subuid && mount --bind \"$1\" /etc/subgid && shift && exec \"$@\"";
        let mut outer = Command::new("unshare");
        outer.args([
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            script,
            "sh",
        ]);
        outer
            .arg(&list)
            .arg(inner.get_program())
            .args(inner.get_args());
        outer.env("XDG_RUNTIME_DIR", sandbox.dir.join("home"));
        finish(&mut outer)
    };
    for list in ["/etc/subuid", "/etc/subgid"] {
        if !Path::new(list).exists() {
            eprintln!("skipped: this host has no {list}");
            return;
        }
    }
    let answer = run(&format!("{USER}:700000:100\n"));
    assert_eq!(
        answer.stdout, " 0 5 1\n 1 700000 100\n33\n34\n",
        "{answer:?}"
    );
    let answer = run("");
    assert!(answer.stderr.contains("newgidmap refuses"), "{answer:?}");
}

#[test]
fn without_a_user_namespace_there_is_a_clear_word() {
    let Some(mut sandbox) = bundle("true") else {
        return;
    };
    let list = sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list");
    list.retain(|namespace| namespace["type"] != "user");
    sandbox.write_config();
    let answer = call(
        &sandbox,
        &["run", "--bundle", sandbox.bundle(), &sandbox.id],
    );
    assert!(
        answer.code == Some(1) && answer.stderr.contains("needs a user namespace"),
        "{answer:?}"
    );
}

#[test]
fn a_directory_for_the_records_is_never_guessed() {
    let Some(sandbox) = bundle("true") else {
        return;
    };
    let mut list = command(&sandbox, &["list"]);
    let answer = finish(list.env_remove("XDG_RUNTIME_DIR"));
    assert!(
        answer.stderr.contains("XDG_RUNTIME_DIR is not set"),
        "{answer:?}"
    );
    // For root the word alone makes no other directory, and no control group.
    let root = sandbox.dir.join("records");
    let mut command = Command::new(sandbox.dir.join("tsorch-runtime"));
    command
        .args(["--rootless", "true", "--root"])
        .arg(&root)
        .args(["run", "--bundle", sandbox.bundle(), &sandbox.id]);
    let answer = finish(&mut command);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let answer = call(&sandbox, &["--rootless", "perhaps", "list"]);
    assert!(
        answer.stderr.contains("none of auto, true, false"),
        "{answer:?}"
    );
}

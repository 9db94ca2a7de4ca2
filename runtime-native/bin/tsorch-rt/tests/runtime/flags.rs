//! Flags that have no test of their own elsewhere.

use serde_json::json;

use crate::sandbox::{Sandbox, runtimes};

#[test]
fn a_configuration_may_lie_elsewhere_and_a_container_be_kept() {
    let sandbox = Sandbox::new("echo ran; exit 4");
    let elsewhere = sandbox.dir.join("other.json");
    std::fs::write(&elsewhere, sandbox.config.to_string()).expect("written");
    let elsewhere = elsewhere.to_str().expect("UTF-8");
    let bundle = ["--config", elsewhere, "--bundle", sandbox.bundle()];
    let options = [
        "--debug",
        "--log-level",
        "debug",
        "run",
        "--keep",
        "--no-subreaper",
    ];
    let answer = sandbox.call(&[&options[..], &bundle, &[&sandbox.id]].concat());
    assert_eq!(
        (answer.code, answer.stdout.as_str()),
        (Some(4), "ran\n"),
        "{answer:?}"
    );
    assert_eq!(sandbox.status(), "stopped");
    assert!(!sandbox.cgroups().is_empty());
}

#[test]
fn the_version_names_program_and_specification() {
    let answer = Sandbox::new("true").call(&["--version"]);
    assert_eq!(answer.code, Some(0));
    let lines: Vec<&str> = answer.stdout.lines().collect();
    assert!(
        lines[0].starts_with("tsorch-runtime version ") && lines[1] == "spec: 1.3.0",
        "{lines:?}"
    );
}

#[test]
fn an_exec_takes_groups_and_gives_up_privileges() {
    for (runtime, flag) in runtimes().into_iter().zip(["--additional-gids", "-g"]) {
        let mut sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.config["process"]["noNewPrivileges"] = json!(false);
        sandbox.start();
        let script = "id -G; grep NoNewPrivs /proc/self/status | cut -f2";
        let options = [
            "exec",
            "--user",
            "33:33",
            flag,
            "7",
            flag,
            "8",
            "--no-new-privs",
        ];
        let answer =
            sandbox.call(&[&options[..], &[&sandbox.id, "/bin/sh", "-c", script]].concat());
        assert_eq!(answer.stdout, "33 7 8\n1\n", "{runtime:?} {answer:?}");
    }
}

#[test]
fn an_exec_enters_a_paused_container_only_when_told_to() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    assert_eq!(sandbox.call(&["pause", &sandbox.id]).code, Some(0));
    assert_eq!(sandbox.call(&["exec", &sandbox.id, "true"]).code, Some(1));
    let mut command = sandbox.command(&["exec", "--ignore-paused", &sandbox.id, "echo", "thawed"]);
    let child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("executed");
    let pids = || sandbox.cgroup_file("cgroup.procs").unwrap_or_default();
    sandbox.wait_until("it is inside", || pids().lines().count() > 1);
    assert_eq!(sandbox.call(&["resume", &sandbox.id]).code, Some(0));
    let output = child.wait_with_output().expect("an output");
    assert_eq!(output.stdout, b"thawed\n");
}

#[test]
fn each_flag_of_update_is_taken() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    for (flag, value) in [
        ("--memory", "64m"),
        ("--memory-swap", "128m"),
        ("--memory-reservation", "32m"),
        ("--cpu-share", "512"),
        ("--cpu-period", "50000"),
        ("--cpu-quota", "25000"),
        ("--cpu-burst", "1000"),
        ("--cpu-idle", "1"),
        ("--cpuset-cpus", "0"),
        ("--cpuset-mems", "0"),
        ("--pids-limit", "100"),
        ("--kernel-memory", "1g"),
        ("--kernel-memory-tcp", "1g"),
    ] {
        let answer = sandbox.call(&["update", flag, value, &sandbox.id]);
        assert_eq!(answer.code, Some(0), "{flag}: {answer:?}");
    }
    for (flag, value) in [
        ("--memory", "-"),
        ("--cpu-frobnicate", "1"),
        ("--pids-limit", "x"),
    ] {
        assert_eq!(
            sandbox.call(&["update", flag, value, &sandbox.id]).code,
            Some(1),
            "{flag}"
        );
    }
    let file = sandbox.dir.join("resources.json");
    std::fs::write(&file, r#"{"pids": {"limit": 50}, "memory": null}"#).expect("written");
    let answer = sandbox.call(&["update", "-r", file.to_str().expect("UTF-8"), &sandbox.id]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(sandbox.cgroup_file("pids.max").as_deref(), Some("50"));
}

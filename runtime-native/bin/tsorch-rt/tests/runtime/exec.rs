//! Executing another process in a container.

use serde_json::json;

use crate::sandbox::{Sandbox, runtimes};

#[test]
fn shares_namespaces_and_control_groups_with_the_container() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.start();
        let script = "for n in mnt pid net ipc uts cgroup; do \
                      test $(readlink /proc/1/ns/$n) = $(readlink /proc/self/ns/$n) || echo differs: $n; done; hostname; \
                      cat /proc/1/cgroup > /tmp/a; cat /proc/self/cgroup > /tmp/b; wc -l < /tmp/a; \
                      grep -v -c ':/$' /tmp/b";
        let answer = sandbox.call(&["exec", &sandbox.id, "/bin/sh", "-c", script]);
        let lines: Vec<&str> = answer.stdout.lines().collect();
        assert_eq!((lines[0], lines[2]), ("inside", "0"), "{answer:?}");
    }
}

#[test]
fn has_a_pid_inside_and_no_second_process_of_ours() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let answer = sandbox.call(&["exec", &sandbox.id, "/bin/sh", "-c", "echo /proc/[0-9]*"]);
    assert_eq!(answer.stdout.split_whitespace().count(), 2, "{answer:?}");
}

#[test]
fn gives_the_programs_status_and_output() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.start();
        let answer = sandbox.call(&[
            "exec",
            &sandbox.id,
            "/bin/sh",
            "-c",
            "echo out; echo err >&2; exit 9",
        ]);
        assert_eq!(
            (answer.code, answer.stdout.as_str(), answer.stderr.as_str()),
            (Some(9), "out\n", "err\n")
        );
        assert_eq!(
            sandbox
                .call(&["exec", &sandbox.id, "/bin/sh", "-c", "kill -TERM $$"])
                .code,
            Some(143)
        );
    }
}

#[test]
fn takes_user_directory_and_environment() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.start();
        let arguments = [
            "exec",
            "--user",
            "33:7",
            "--cwd",
            "/tmp",
            "--env",
            "A=b",
            "--env",
            "PATH=/bin:/elsewhere",
            &sandbox.id,
            "/bin/sh",
            "-c",
            "id -u; id -g; pwd; echo $A; echo $PATH",
        ];
        assert_eq!(
            sandbox.call(&arguments).stdout,
            "33\n7\n/tmp\nb\n/bin:/elsewhere\n"
        );
    }
}

#[test]
fn a_user_is_a_whole_number() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    for user in ["1x", "-1", "", "root", "1:"] {
        assert_eq!(
            sandbox
                .call(&["exec", "--user", user, &sandbox.id, "id"])
                .code,
            Some(1),
            "{user}"
        );
    }
}

#[test]
fn has_the_containers_rights_and_nothing_inheritable() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.start();
        let script =
            "grep -E '^(CapInh|CapPrm|CapBnd|CapAmb|NoNewPrivs)' /proc/self/status | tr -d '\\t'";
        let answer = sandbox.call(&["exec", &sandbox.id, "/bin/sh", "-c", script]);
        let expected = "CapInh:0000000000000000\nCapPrm:0000000000000421\nCapBnd:0000000000000421\n\
                        CapAmb:0000000000000000\nNoNewPrivs:1\n";
        assert_eq!(answer.stdout, expected);
    }
}

#[test]
fn takes_a_process_document() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.start();
        let file = sandbox.dir.join("process.json");
        let process = json!({"args": ["/bin/sh", "-c", "pwd; echo $X"], "cwd": "/etc", "env": ["X=y", "PATH=/bin"],
                             "user": {"uid": 0, "gid": 0}});
        std::fs::write(&file, process.to_string()).expect("written");
        let answer = sandbox.call(&[
            "exec",
            "--process",
            file.to_str().expect("UTF-8"),
            &sandbox.id,
        ]);
        assert_eq!(answer.stdout, "/etc\ny\n", "{}", answer.stderr);
    }
}

#[test]
fn a_missing_program_is_told() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let answer = sandbox.call(&["exec", &sandbox.id, "no-such-program"]);
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.stderr.contains("no-such-program"),
        "{}",
        answer.stderr
    );
    assert_eq!(
        sandbox
            .call(&["ps", "--format", "json", &sandbox.id])
            .stdout
            .matches(',')
            .count(),
        0
    );
}

#[test]
fn a_container_that_does_not_run_is_told() {
    let sandbox = Sandbox::new("true");
    sandbox.start();
    sandbox.wait_until("it ends", || sandbox.status() == "stopped");
    let answer = sandbox.call(&["exec", &sandbox.id, "true"]);
    assert!(
        answer.stderr.contains("container not running"),
        "{}",
        answer.stderr
    );
}

#[test]
fn a_created_container_can_be_looked_into_before_its_start() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "echo started");
        assert_eq!(sandbox.create().code, Some(0));
        let answer = sandbox.call(&["exec", &sandbox.id, "hostname"]);
        assert_eq!(answer.stdout, "inside\n", "{runtime:?} {answer:?}");
        assert_eq!(sandbox.status(), "created");
        assert_eq!(sandbox.call(&["start", &sandbox.id]).code, Some(0));
        sandbox.wait_until("it has run", || sandbox.output() == "started\n");
    }
}

#[test]
fn a_capability_that_may_be_inherited_is_ambient_when_it_is_added() {
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["process"]["capabilities"]["inheritable"] = json!(["CAP_SYSLOG"]);
    sandbox.config["process"]["capabilities"]["bounding"] = json!(["CAP_SYSLOG"]);
    sandbox.start();
    let with = |name: &str| {
        let words = [
            "exec",
            "--cap",
            name,
            &sandbox.id,
            "grep",
            "CapAmb",
            "/proc/self/status",
        ];
        sandbox.call(&words).stdout
    };
    // 34 and nothing.
    assert_eq!(with("CAP_SYSLOG"), "CapAmb:\t0000000400000000\n");
    assert_eq!(with("CAP_FOWNER"), "CapAmb:\t0000000000000000\n");
}

#[test]
fn short_programs_lose_no_status() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    for round in 0..30 {
        let code = (round % 7).to_string();
        let answer = sandbox.call(&[
            "exec",
            &sandbox.id,
            "/bin/sh",
            "-c",
            &format!("exit {code}"),
        ]);
        assert_eq!(answer.code, Some(round % 7));
    }
}

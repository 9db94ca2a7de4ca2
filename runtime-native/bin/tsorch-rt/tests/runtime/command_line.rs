//! What callers ask for beside the container itself: descriptors, groups, events, processes.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};

use rustix::process::{Signal, pidfd_send_signal};
use serde_json::{Value, json};
use tsorch_sys::fd_passing::receive_with_fds;

use crate::sandbox::{Sandbox, finish};

/// Runs a command in a shell that opens the descriptors first.
fn with_descriptors(sandbox: &Sandbox, redirections: &str, arguments: &[&str]) -> Command {
    let inner = sandbox.command(arguments);
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("exec \"$@\" {redirections}"), "sh"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .stdin(Stdio::null());
    command
}

fn receive(listener: &UnixListener) -> (String, OwnedFd) {
    let (connection, _) = listener.accept().expect("a connection");
    let mut buffer = [0; 64];
    let (count, mut fds) = receive_with_fds(&connection, &mut buffer).expect("a message");
    let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
    (text, fds.pop().expect("a descriptor"))
}

#[test]
fn the_pidfd_of_a_container_and_of_an_exec_can_be_had() {
    let sandbox = Sandbox::new("sleep 1000");
    let path = sandbox.dir.join("pidfd.sock");
    let listener = UnixListener::bind(&path).expect("bound");
    let socket = path.to_str().expect("UTF-8");
    sandbox.write_config();
    let mut command = sandbox.command(&[
        "run",
        "--detach",
        "--pidfd-socket",
        socket,
        "--bundle",
        sandbox.bundle(),
        &sandbox.id,
    ]);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("executed").success());
    let (text, first) = receive(&listener);
    assert_eq!(text, "standard");
    let mut exec = sandbox
        .command(&[
            "exec",
            "--pidfd-socket",
            socket,
            &sandbox.id,
            "sleep",
            "1000",
        ])
        .spawn()
        .expect("executed");
    let (text, second) = receive(&listener);
    assert_eq!(text, "setns");
    pidfd_send_signal(&second, Signal::KILL).expect("signalled");
    assert_eq!(exec.wait().expect("an end").code(), Some(137));
    assert_eq!(sandbox.status(), "running");
    pidfd_send_signal(&first, Signal::KILL).expect("signalled");
    sandbox.wait_until("it has stopped", || sandbox.status() == "stopped");
}

#[test]
fn only_descriptors_of_the_caller_are_preserved() {
    let mut sandbox = Sandbox::new("cat <&3; cat <&4; ls /proc/self/fd");
    std::fs::write(sandbox.dir.join("three"), "third\n").expect("written");
    std::fs::write(sandbox.dir.join("four"), "fourth\n").expect("written");
    sandbox.write_config();
    let redirections = format!("3<{0}/three 4<{0}/four 5<{0}/four", sandbox.bundle());
    let run = [
        "run",
        "--preserve-fds",
        "2",
        "--bundle",
        sandbox.bundle(),
        &sandbox.id,
    ];
    let answer = finish(&mut with_descriptors(&sandbox, &redirections, &run));
    // The last one is the directory that ls reads.
    assert_eq!(
        answer.stdout, "third\nfourth\n0\n1\n2\n3\n4\n5\n",
        "{answer:?}"
    );
    let log = sandbox.dir.join("log");
    let log = log.to_str().expect("UTF-8");
    let more = [
        "--log",
        log,
        "run",
        "--preserve-fds",
        "2",
        "--bundle",
        sandbox.bundle(),
        &sandbox.id,
    ];
    let answer = finish(&mut with_descriptors(&sandbox, "3</dev/null 4<&-", &more));
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.stderr.contains("only 1 descriptors"), "{answer:?}");
    sandbox.config["process"]["args"] = json!(["sleep", "1000"]);
    sandbox.start();
    let exec = [
        "exec",
        "--preserve-fds",
        "1",
        &sandbox.id,
        "sh",
        "-c",
        "cat <&3; ls /proc/self/fd",
    ];
    let answer = finish(&mut with_descriptors(&sandbox, &redirections, &exec));
    assert_eq!(answer.stdout, "third\n0\n1\n2\n3\n4\n", "{answer:?}");
}

#[test]
fn an_exec_can_go_to_a_group_below_and_to_no_other() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let groups = sandbox.cgroups();
    for group in &groups {
        std::fs::create_dir(group.join("inner")).expect("made");
        // A new v1 cpuset takes no process before it has both. In v2 the group below has no such files.
        for name in ["cpuset.cpus", "cpuset.mems"] {
            let below = group.join("inner").join(name);
            if below.exists() {
                let list = std::fs::read_to_string(group.join(name)).expect("read");
                std::fs::write(below, list.trim()).expect("written");
            }
        }
    }
    let inner = |place: &str| {
        let call = [
            "exec",
            "--cgroup",
            place,
            &sandbox.id,
            "cat",
            "/proc/self/cgroup",
        ];
        sandbox.call(&call)
    };
    let answer = inner("/inner");
    let is_inside = |line: &str| line.ends_with("/inner");
    assert!(!answer.stdout.is_empty(), "{answer:?}");
    // A v2 parent with controllers could not have processes itself; nothing of that here.
    assert!(
        answer.stdout.lines().filter(|line| is_inside(line)).count() >= groups.len(),
        "{answer:?}"
    );
    if groups.len() > 1 {
        let answer = inner("pids:inner");
        let inside: Vec<&str> = answer
            .stdout
            .lines()
            .filter(|line| is_inside(line))
            .collect();
        assert!(
            inside.len() == 1 && inside[0].contains(":pids:"),
            "{answer:?}"
        );
    }
    for outside in ["..", "inner/../..", "/missing", "pids:/missing"] {
        assert_eq!(inner(outside).code, Some(1), "{outside}");
    }
    assert_eq!(inner("/").code, Some(0));
}

#[test]
fn without_a_manager_no_control_group_is_made_or_looked_at() {
    let mut sandbox = Sandbox::new("cat /proc/self/cgroup; ls /sys/fs/cgroup; sleep 1000");
    sandbox.config["linux"]["resources"] = json!({"pids": {"limit": 17}});
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .retain(|namespace| namespace["type"] != "cgroup");
    sandbox.write_config();
    let log = sandbox.dir.join("log");
    let global = [
        "--cgroup-manager",
        "disabled",
        "--log",
        log.to_str().expect("UTF-8"),
    ];
    let with = |arguments: &[&str]| {
        let output = File::create(sandbox.dir.join("output")).expect("a file");
        let mut command = sandbox.command(&[&global[..], arguments].concat());
        let status = command.stdout(output).stderr(Stdio::null()).status();
        status.expect("executed").success()
    };
    assert!(with(&[
        "run",
        "--detach",
        "--bundle",
        sandbox.bundle(),
        &sandbox.id
    ]));
    assert_eq!(sandbox.cgroups(), Vec::<std::path::PathBuf>::new());
    sandbox.wait_until("it has written", || !sandbox.output().is_empty());
    let own = std::fs::read_to_string("/proc/self/cgroup").expect("groups");
    assert_eq!(
        sandbox.output().lines().collect::<Vec<_>>(),
        own.lines().collect::<Vec<_>>()
    );
    let log = std::fs::read_to_string(&log).expect("a log");
    assert!(log.contains("linux.resources has no effect"), "{log}");
    assert_eq!(sandbox.status(), "running");
    assert_eq!(
        sandbox.call(&["exec", &sandbox.id, "echo", "x"]).stdout,
        "x\n"
    );
    assert_eq!(sandbox.call(&["ps", &sandbox.id]).code, Some(1));
    assert_eq!(sandbox.call(&["pause", &sandbox.id]).code, Some(1));
    assert_eq!(
        sandbox.call(&["kill", "--all", &sandbox.id, "KILL"]).code,
        Some(0)
    );
    sandbox.wait_until("it has stopped", || sandbox.status() == "stopped");
    assert_eq!(sandbox.call(&["delete", &sandbox.id]).code, Some(0));
}

#[test]
fn the_use_is_told_in_the_form_of_runc() {
    let mut sandbox = Sandbox::new("dd if=/dev/zero of=/dev/null bs=1M count=50; sleep 1000");
    sandbox.config["linux"]["resources"] =
        json!({"memory": {"limit": 67_108_864}, "pids": {"limit": 17}});
    sandbox.start();
    let answer = sandbox.call(&["events", "--stats", &sandbox.id]);
    let event: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!(
        (&event["type"], &event["id"]),
        (&json!("stats"), &json!(sandbox.id))
    );
    let data = &event["data"];
    assert_eq!(data["pids"]["limit"], json!(17));
    assert_eq!(data["memory"]["usage"]["limit"], json!(67_108_864));
    for number in [
        &data["cpu"]["usage"]["total"],
        &data["memory"]["usage"]["usage"],
        &data["pids"]["current"],
    ] {
        assert!(number.as_u64().is_some_and(|number| number > 0), "{event}");
    }
    assert_eq!(
        sandbox
            .call(&["events", "--interval", "0s", &sandbox.id])
            .code,
        Some(1)
    );
}

/// The next line of a program's output, as JSON.
fn next_event(lines: &mut impl BufRead) -> Value {
    let mut line = String::new();
    lines.read_line(&mut line).expect("a line");
    serde_json::from_str(&line).expect("JSON")
}

fn watch(sandbox: &Sandbox, interval: &str) -> Child {
    sandbox
        .command(&["events", "--interval", interval, &sandbox.id])
        .stdout(Stdio::piped())
        .spawn()
        .expect("executed")
}

#[test]
fn events_go_on_until_the_container_ends() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let mut watching = watch(&sandbox, "20ms");
    let mut lines = BufReader::new(watching.stdout.take().expect("a pipe"));
    for _ in 0..2 {
        assert_eq!(next_event(&mut lines)["type"], json!("stats"));
    }
    assert_eq!(sandbox.call(&["kill", &sandbox.id, "KILL"]).code, Some(0));
    let mut rest = String::new();
    lines.read_to_string(&mut rest).expect("an end");
    assert!(watching.wait().expect("an end").success());
    assert_eq!(sandbox.call(&["events", &sandbox.id]).code, Some(1));
}

#[test]
fn an_out_of_memory_kill_is_an_event() {
    let mut sandbox = Sandbox::new(
        "while test ! -e /tmp/go; do sleep 0.05; done; dd if=/dev/zero of=/dev/null bs=100M count=1; sleep 1000",
    );
    sandbox.config["linux"]["resources"] = json!({"memory": {"limit": 16_777_216}});
    sandbox.start();
    let mut watching = watch(&sandbox, "1h");
    let mut lines = BufReader::new(watching.stdout.take().expect("a pipe"));
    let is_watching = || {
        let fds = std::fs::read_dir(format!("/proc/{}/fd", watching.id())).expect("descriptors");
        let links = fds
            .flatten()
            .filter_map(|entry| std::fs::read_link(entry.path()).ok());
        let links: Vec<String> = links.map(|link| link.display().to_string()).collect();
        links
            .iter()
            .any(|link| link.contains("eventfd") || link.contains("memory.events"))
    };
    sandbox.wait_until("it watches", is_watching);
    std::fs::write(sandbox.rootfs().join("tmp/go"), "").expect("written");
    let event = next_event(&mut lines);
    assert_eq!(event, json!({"type": "oom", "id": sandbox.id}));
    assert_eq!(
        sandbox.call(&["delete", "--force", &sandbox.id]).code,
        Some(0)
    );
    assert!(watching.wait().expect("an end").success());
}

#[test]
fn options_of_ps_select_columns() {
    if Command::new("ps")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        eprintln!("skipped: the host has no ps");
        return;
    }
    let sandbox = Sandbox::new("exec sleep 1000");
    sandbox.start();
    let answer = sandbox.call(&["ps", &sandbox.id, "-e", "-o", "pid,args"]);
    let lines: Vec<&str> = answer.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{answer:?}");
    assert!(
        lines[0].contains("PID") && lines[1].ends_with("sleep 1000"),
        "{answer:?}"
    );
}

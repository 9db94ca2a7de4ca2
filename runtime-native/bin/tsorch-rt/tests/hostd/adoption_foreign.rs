//! Shims killed while another runtime has the container: the next shim drives the same runtime on.
//!
//! crun is tried where it works: it refuses hosts that have cgroups of both versions.

use std::path::Path;

use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};

use crate::adoption::{ID, TICKS, kill, pid, replace_shim, spawn_ready, state, stopped, ticks};
use crate::node::{Node, pause_ms, until};

#[expect(clippy::print_stdout, reason = "a test that is not run says why")]
fn runtimes() -> Vec<(&'static str, Value)> {
    let is_hybrid = Path::new("/sys/fs/cgroup/unified/cgroup.procs").exists();
    let known = [("runc", "/usr/sbin/runc"), ("crun", "/usr/bin/crun")];
    let there = known.into_iter().filter(|(name, path)| {
        let works = Path::new(path).exists() && !(is_hybrid && *name == "crun");
        if !works {
            println!("not tried with {name}: it is not there, or refuses this host");
        }
        works
    });
    let words = |(name, path)| (name, json!({ "name": name, "path": path, "args": [] }));
    there.map(words).collect()
}

fn exec(node: &Node, script: &str) -> Value {
    let request =
        json!({ "process": { "args": ["sh", "-c", script] }, "tty": false, "stdin": false });
    let mut shim = node.shim(ID);
    let exec = shim.call("exec", request).unwrap();
    shim.call("execWait", json!({ "exec": exec["exec"] }))
        .unwrap()
}

#[test]
fn a_container_of_another_runtime_goes_on_under_the_next_shim() {
    for (name, runtime) in runtimes() {
        let node = Node::start();
        node.bundle_with(ID, &TICKS, json!({ "runtime": runtime }));
        let first = spawn_ready(&node, ID);
        let shim = replace_shim(&node, pid(&first, "shimPid"));
        replace_shim(&node, shim);
        assert_eq!(state(&node)["pid"], first["pid"], "{name}");
        let (seen, _) = ticks(&node);
        until("the log goes on", || ticks(&node).0 > seen + 5);
        assert_eq!(exec(&node, "exit 5")["code"], 5, "{name}");
        let record = stopped(&node);
        assert_eq!(
            (&record["code"], &record["reason"]),
            (&json!(7), &json!("exited")),
            "{name}"
        );
        assert_eq!(node.processes_in("shop"), 0, "{name}");
        // The runtime has let go of the first container, and has the next one.
        let second = node.shim(ID).call("start", json!({ "task": 2 })).unwrap();
        assert_ne!(second["pid"], first["pid"], "{name}");
        assert_eq!(exec(&node, "exit 6")["code"], 6, "{name}");
    }
}

#[test]
fn a_terminal_and_a_pause_of_another_runtime_outlive_their_shim() {
    for (name, runtime) in runtimes() {
        let node = Node::start();
        node.bundle_with(ID, &TICKS, json!({ "runtime": runtime, "tty": true }));
        let first = spawn_ready(&node, ID);
        node.shim(ID).call("pause", json!({})).unwrap();
        replace_shim(&node, pid(&first, "shimPid"));
        assert_eq!(state(&node)["phase"], "paused", "{name}");
        node.shim(ID).call("resume", json!({})).unwrap();
        let (seen, _) = ticks(&node);
        until("the log goes on", || ticks(&node).0 > seen + 5);
        let size = json!({ "width": 100, "height": 30 });
        node.shim(ID).call("resize", size).unwrap();
        assert_eq!(stopped(&node)["code"], 7, "{name}");
    }
}

#[test]
fn a_container_of_another_runtime_that_ends_together_with_its_shim_leaves_its_status() {
    for (name, runtime) in runtimes() {
        let node = Node::start();
        for round in 0..5 {
            let id = format!("{round:032x}");
            let script = "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.01; done";
            node.bundle_with(&id, &["sh", "-c", script], json!({ "runtime": runtime }));
            let first = spawn_ready(&node, &id);
            kill(pid(&first, "shimPid"));
            pause_ms(round);
            kill_process(pid(&first, "pid"), Signal::TERM).unwrap();
            until("its end", || node.exit_record(&id)["code"] == 9);
            assert_eq!(node.exit_record(&id)["reason"], "exited", "{name}");
            assert!(node.log(&id).contains("bye"), "{name}");
        }
    }
}

#[test]
fn an_exec_that_another_runtime_was_making_does_not_hold_up_the_next_shim() {
    for (name, runtime) in runtimes() {
        let node = Node::start();
        node.bundle_with(ID, &TICKS, json!({ "runtime": runtime }));
        let mut shim = pid(&spawn_ready(&node, ID), "shimPid");
        for round in 0..8 {
            let mut client = node.shim(ID);
            let request = json!({
                "process": { "args": ["sleep", "1000"] }, "tty": false, "stdin": false
            });
            client.send("exec", request).unwrap();
            pause_ms(round * 6);
            shim = replace_shim(&node, shim);
            assert_eq!(exec(&node, "exit 5")["code"], 5, "{name}, round {round}");
        }
        assert_eq!(stopped(&node)["code"], 7, "{name}");
    }
}

/// The number of the shim, as soon as it has begun the task.
fn starting_shim(node: &Node) -> rustix::process::Pid {
    let mut found = None;
    until("the task begins", || {
        let path = node.run_dir().join("shims").join(ID).join("state.json");
        let text = std::fs::read(path).unwrap_or_default();
        let state: Value = serde_json::from_slice(&text).unwrap_or_default();
        found = state["tsorch"]["shimPid"].as_i64();
        found.is_some()
    });
    pid(&json!({ "shim": found }), "shim")
}

#[test]
fn a_shim_killed_while_another_runtime_makes_its_container_leaves_nothing_of_it() {
    for (name, runtime) in runtimes() {
        for round in 0..16 {
            let node = Node::start();
            node.bundle_with(ID, &TICKS, json!({ "runtime": runtime }));
            let mut client = node.client();
            let params = json!({ "id": ID, "start": { "task": 1 } });
            client.send("shim.spawn", params).unwrap();
            let shim = starting_shim(&node);
            pause_ms(round * 6);
            // It may have been quick, and then its container goes on under another shim.
            let _ = kill_process(shim, Signal::KILL);
            until("it is over, or runs", || {
                node.exit_record(ID)["task"] == 1
                    || node.try_shim(ID).is_some_and(|mut shim| {
                        shim.call("state", json!({}))
                            .is_ok_and(|state| state["phase"] == "running")
                    })
            });
            let ran = node.exit_record(ID)["task"] != 1;
            if !ran {
                // What the runtime was about to make must not come after all.
                pause_ms(300);
                assert_eq!(node.processes_in("shop"), 0, "{name}, round {round}");
                assert_eq!(
                    node.runtime_calls(),
                    Vec::<String>::new(),
                    "{name}, round {round}"
                );
            }
            let next = node.spawn(ID, 2 - u64::from(ran));
            assert!(next["pid"].is_i64(), "{name}, round {round}: {next}");
            until("the program runs", || ticks(&node).0 > 0);
        }
    }
}

//! Shims killed at any moment: the container goes on, and another shim watches it.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tsorch_protocol::Client;

use crate::node::{Node, pause_ms, until};

const ID: &str = "00112233445566778899aabbccddeeff";

fn pid(answer: &Value, field: &str) -> Pid {
    Pid::from_raw(i32::try_from(answer[field].as_i64().unwrap()).unwrap()).unwrap()
}

fn kill(pid: Pid) {
    kill_process(pid, Signal::KILL).unwrap();
}

/// The next event of this name; others are none of the test's business.
fn event(client: &mut Client, name: &str) -> Value {
    loop {
        let event = client.event().unwrap();
        if event.name == name {
            return event.data;
        }
    }
}

/// Kills the container's shim; gives the one that follows.
fn replace_shim(node: &Node, shim: Pid) -> Pid {
    let mut client = node.client();
    client.call("shim.list", json!({})).unwrap();
    kill(shim);
    let replaced = event(&mut client, "shim.replaced");
    assert_eq!(replaced["id"], ID);
    pid(&replaced, "shimPid")
}

fn state(node: &Node) -> Value {
    node.shim(ID).call("state", json!({})).unwrap()
}

/// Ends the task and gives its record.
fn stopped(node: &Node) -> Value {
    node.shim(ID).call("stop", json!({})).unwrap();
    node.shim(ID).call("wait", json!({ "task": 1 })).unwrap()
}

#[test]
fn the_container_of_a_killed_shim_goes_on_and_another_shim_watches_it() {
    let node = Node::start();
    node.bundle(
        ID,
        &[
            "sh",
            "-c",
            "trap 'exit 7' TERM; while :; do sleep 0.02; done",
        ],
        false,
    );
    let first = node.spawn(ID, 1);
    let shim = replace_shim(&node, pid(&first, "shimPid"));
    assert_ne!(shim, pid(&first, "shimPid"));
    let state = state(&node);
    assert_eq!(
        (&state["phase"], &state["task"]),
        (&json!("running"), &json!(1))
    );
    assert_eq!(
        (&state["pid"], &state["startedAt"]),
        (&first["pid"], &first["startedAt"])
    );
    assert_eq!(node.spawn(ID, 1)["shimPid"], shim.as_raw_nonzero().get());
    let record = stopped(&node);
    assert_eq!(
        (&record["code"], &record["reason"]),
        (&json!(7), &json!("exited"))
    );
    assert!(record["rusage"]["maxRssKb"].as_u64().unwrap() > 0);
    assert_eq!(node.processes_in("shop"), 0);
    let second = node.shim(ID).call("start", json!({ "task": 2 })).unwrap();
    assert_ne!(second["pid"], first["pid"]);
    assert_eq!(node.processes_in("_shims"), 2);
}

#[test]
fn output_goes_on_in_the_log_but_for_what_a_killed_shim_had_in_hand() {
    let node = Node::start();
    let script = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo line $i of a program that writes much; done";
    node.bundle_with(
        ID,
        &["sh", "-c", script],
        json!({ "log": { "maxBytes": 0, "maxFiles": 1 } }),
    );
    let first = node.spawn(ID, 1);
    let mut shim = pid(&first, "shimPid");
    for _ in 0..3 {
        pause_ms(100);
        shim = replace_shim(&node, shim);
    }
    pause_ms(100);
    assert_eq!(state(&node)["pid"], first["pid"]);
    let record = stopped(&node);
    assert_eq!(
        (&record["code"], &record["drained"]),
        (&json!(0), &json!(true))
    );
    let log = node.log(ID);
    let numbers = log.lines().filter_map(|line| {
        let text = line.split(" stdout F line ").nth(1)?;
        text.strip_suffix(" of a program that writes much")?
            .parse::<u64>()
            .ok()
    });
    let numbers: Vec<u64> = numbers.collect();
    assert!(
        numbers.is_sorted() && numbers.len() > 1000,
        "{} lines",
        numbers.len()
    );
    let lost = numbers.last().unwrap() - u64::try_from(numbers.len()).unwrap();
    // 64 KiB at most each time, in lines of at least 38 bytes; and the line that was cut.
    assert!(
        lost <= 3 * (64 * 1024 / 38 + 2),
        "{lost} of {} lines lost",
        numbers.len()
    );
}

#[test]
fn the_verdict_of_the_probe_stays_though_the_next_probe_is_far() {
    let node = Node::start();
    let probe = json!({
        "kind": "exec", "args": ["true"], "timeoutMs": 5000, "retries": 3,
        "intervalMs": 60_000, "startPeriodMs": 60_000, "startIntervalMs": 20,
    });
    node.bundle_with(ID, &["sleep", "1000"], json!({ "probe": probe }));
    let first = node.spawn(ID, 1);
    until("it is healthy", || state(&node)["health"] == "healthy");
    let since = state(&node)["healthSince"].clone();
    replace_shim(&node, pid(&first, "shimPid"));
    let state = state(&node);
    assert_eq!(
        (&state["health"], &state["healthSince"]),
        (&json!("healthy"), &since)
    );
}

#[test]
fn a_stop_goes_on_where_the_killed_shim_was() {
    let node = Node::start();
    node.bundle(
        ID,
        &["sh", "-c", "trap '' TERM; while :; do sleep 0.02; done"],
        false,
    );
    let first = node.spawn(ID, 1);
    node.shim(ID)
        .call("stop", json!({ "graceMs": 1500 }))
        .unwrap();
    replace_shim(&node, pid(&first, "shimPid"));
    assert_eq!(state(&node)["phase"], "stopping");
    let record = node.shim(ID).call("wait", json!({ "task": 1 })).unwrap();
    assert_eq!(
        (&record["code"], &record["signal"]),
        (&json!(137), &json!(9))
    );
    let took = record["exitedAt"].as_u64().unwrap() - first["startedAt"].as_u64().unwrap();
    assert!((1400..6000).contains(&took), "{took} ms");
}

#[test]
fn a_container_that_ends_together_with_its_shim_leaves_its_own_status_and_last_output() {
    let node = Node::start();
    for round in 0..5 {
        let id = format!("{round:032x}");
        let script = "trap 'echo the last word; exit 9' TERM; while :; do sleep 0.01; done";
        node.bundle(&id, &["sh", "-c", script], false);
        let first = node.spawn(&id, 1);
        kill(pid(&first, "shimPid"));
        pause_ms(round);
        kill_process(pid(&first, "pid"), Signal::TERM).unwrap();
        until("its end", || node.exit_record(&id)["code"] == 9);
        assert_eq!(node.exit_record(&id)["reason"], "exited");
        assert!(node.log(&id).contains("the last word"));
    }
}

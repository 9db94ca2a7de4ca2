//! Shims killed at any moment: the container goes on, and another shim watches it.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tsorch_protocol::Client;

use crate::node::{Node, pause_ms, until};

pub(crate) const ID: &str = "00112233445566778899aabbccddeeff";

pub(crate) fn pid(answer: &Value, field: &str) -> Pid {
    Pid::from_raw(i32::try_from(answer[field].as_i64().unwrap()).unwrap()).unwrap()
}

pub(crate) fn kill(pid: Pid) {
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
pub(crate) fn replace_shim(node: &Node, shim: Pid) -> Pid {
    let mut client = node.client();
    client.call("shim.list", json!({})).unwrap();
    kill(shim);
    let replaced = event(&mut client, "shim.replaced");
    assert_eq!(replaced["id"], ID);
    pid(&replaced, "shimPid")
}

pub(crate) fn state(node: &Node) -> Value {
    node.shim(ID).call("state", json!({})).unwrap()
}

/// Starts a task whose program says something once it can be told to end: first processes ignore signals before that.
pub(crate) fn spawn_ready(node: &Node, id: &str) -> Value {
    let first = node.spawn(id, 1);
    until("the program has begun", || !node.log(id).is_empty());
    first
}

/// Ends the task and gives its record.
pub(crate) fn stopped(node: &Node) -> Value {
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
            "trap 'exit 7' TERM; echo ready; while :; do sleep 0.02; done",
        ],
        false,
    );
    let first = spawn_ready(&node, ID);
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

/// Lines of `tick N`, and whether they are without a gap.
pub(crate) fn ticks(node: &Node) -> (usize, bool) {
    let log = node.log(ID);
    let numbers = log
        .lines()
        .filter_map(|line| line.split(" tick ").nth(1)?.parse().ok());
    let numbers: Vec<usize> = numbers.collect();
    (
        numbers.len(),
        (1..)
            .zip(&numbers)
            .all(|(wanted, number)| wanted == *number),
    )
}

/// Counts aloud; 7 on SIGTERM.
pub(crate) const TICKS: [&str; 3] = [
    "sh",
    "-c",
    "trap 'exit 7' TERM; i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.02; done",
];

#[test]
fn a_hostd_that_was_started_later_can_replace_a_shim_too() {
    let mut node = Node::start();
    node.bundle(ID, &TICKS, false);
    let first = spawn_ready(&node, ID);
    node.kill_hostd();
    node.start_hostd();
    let shim = replace_shim(&node, pid(&first, "shimPid"));
    replace_shim(&node, shim);
    assert_eq!(state(&node)["pid"], first["pid"]);
    let (seen, _) = ticks(&node);
    until("the log goes on", || ticks(&node).0 > seen + 5);
    let record = stopped(&node);
    assert!(ticks(&node).1, "the log has a gap");
    // A child of neither: only the kernel knows its status, since Linux 6.15.
    let known = record["reason"] == "exited";
    assert_eq!(record["code"], if known { 7 } else { 255 });
}

#[test]
fn a_container_whose_shim_and_hostd_were_killed_is_watched_again_when_it_was_silent_meanwhile() {
    let mut node = Node::start();
    let script = "trap 'echo caught; exit 7' TERM; echo ready; while :; do sleep 0.02; done";
    node.bundle(ID, &["sh", "-c", script], false);
    let first = spawn_ready(&node, ID);
    node.kill_hostd();
    kill(pid(&first, "shimPid"));
    node.start_hostd();
    // Answered when the adoption is over.
    assert_eq!(node.spawn(ID, 1)["pid"], first["pid"]);
    stopped(&node);
    until("its last word", || node.log(ID).contains("caught"));
}

#[test]
fn a_terminal_ends_with_its_shim_and_hostd() {
    let mut node = Node::start();
    node.bundle_with(ID, &["sleep", "1000"], json!({ "tty": true }));
    let first = node.spawn(ID, 1);
    node.kill_hostd();
    kill(pid(&first, "shimPid"));
    node.start_hostd();
    until("its record", || {
        node.exit_record(ID)["reason"] == "monitorLost"
    });
    assert_eq!(node.processes_in("shop"), 0);
    assert_ne!(node.spawn(ID, 2)["pid"], first["pid"]);
}

#[test]
fn a_terminal_outlives_its_shim() {
    let node = Node::start();
    node.bundle_with(ID, &TICKS, json!({ "tty": true }));
    let first = spawn_ready(&node, ID);
    let shim = replace_shim(&node, pid(&first, "shimPid"));
    replace_shim(&node, shim);
    let size = json!({ "width": 100, "height": 30 });
    node.shim(ID).call("resize", size).unwrap();
    let (seen, _) = ticks(&node);
    until("the log goes on", || ticks(&node).0 > seen + 5);
    assert_eq!(state(&node)["pid"], first["pid"]);
    assert_eq!(stopped(&node)["code"], 7);
}

#[test]
fn a_program_that_reads_its_input_sees_no_end_of_it() {
    let node = Node::start();
    let script = "read line; echo got; exit 3";
    node.bundle_with(ID, &["sh", "-c", script], json!({ "stdin": true }));
    let first = node.spawn(ID, 1);
    replace_shim(&node, pid(&first, "shimPid"));
    pause_ms(100);
    assert_eq!(state(&node)["pid"], first["pid"]);
    assert_eq!(state(&node)["phase"], "running");
}

#[test]
fn an_exec_and_its_time_limit_do_not_hold_up_the_next_shim() {
    let node = Node::start();
    node.bundle(ID, &TICKS, false);
    let first = spawn_ready(&node, ID);
    let limited = json!({
        "process": { "args": ["sleep", "1000"] }, "tty": false, "stdin": false, "timeoutMs": 60_000,
    });
    node.shim(ID).call("exec", limited.clone()).unwrap();
    replace_shim(&node, pid(&first, "shimPid"));
    let quick = json!({
        "process": { "args": ["true"] }, "tty": false, "stdin": false, "timeoutMs": 60_000,
    });
    let exec = node.shim(ID).call("exec", quick).unwrap();
    let ended = node
        .shim(ID)
        .call("execWait", json!({ "exec": exec["exec"] }))
        .unwrap();
    assert_eq!(
        (&ended["code"], &ended["timedOut"]),
        (&json!(0), &json!(false))
    );
    assert_eq!(stopped(&node)["code"], 7);
    assert_eq!(node.processes_in("shop"), 0);
}

#[test]
fn a_shim_that_is_stuck_when_its_task_ends_is_replaced() {
    let node = Node::start();
    node.bundle(ID, &TICKS, false);
    let first = spawn_ready(&node, ID);
    let shim = pid(&first, "shimPid");
    kill_process(shim, Signal::STOP).unwrap();
    kill_process(pid(&first, "pid"), Signal::TERM).unwrap();
    until("its record", || node.exit_record(ID)["code"] == 7);
    assert_eq!(node.exit_record(ID)["reason"], "exited");
    assert!(rustix::process::test_kill_process(shim).is_err());
    assert_eq!(state(&node)["phase"], "exited");
}

#[test]
fn nothing_is_left_of_many_containers_whose_shims_were_killed_on_the_way() {
    let node = Node::start();
    let descriptors = || {
        let path = format!("/proc/{}/fd", node.hostd_pid());
        std::fs::read_dir(path).unwrap().count()
    };
    let before = descriptors();
    for round in 0..250 {
        let id = format!("{round:032x}");
        node.bundle(&id, &["sleep", "1000"], false);
        let first = node.spawn(&id, 1);
        if round % 2 == 0 {
            kill(pid(&first, "shimPid"));
            pause_ms(round % 5);
        }
        node.client()
            .call("container.remove", json!({ "id": id }))
            .unwrap();
    }
    until("only the template is left", || {
        node.processes_in("shop") == 0 && node.processes_in("_shims") == 1
    });
    until("descriptors are closed", || descriptors() <= before);
    for folder in [node.run_dir().join("shims"), node.root().join("containers")] {
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    }
}

/// Switches of a process that it asked for itself, that is, its wake-ups.
fn wake_ups(pid: Pid) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    line.unwrap().trim().parse().unwrap()
}

#[test]
fn an_idle_shim_does_not_wake_up_nor_does_one_that_has_adopted() {
    let node = Node::start();
    node.bundle(ID, &["sleep", "1000"], false);
    let mut shim = pid(&node.spawn(ID, 1), "shimPid");
    for _ in 0..2 {
        pause_ms(500);
        let before = wake_ups(shim);
        for _ in 0..4 {
            pause_ms(800);
        }
        assert_eq!(wake_ups(shim) - before, 0);
        shim = replace_shim(&node, shim);
    }
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
        let script =
            "trap 'echo the last word; exit 9' TERM; echo ready; while :; do sleep 0.01; done";
        node.bundle(&id, &["sh", "-c", script], false);
        let first = spawn_ready(&node, &id);
        kill(pid(&first, "shimPid"));
        pause_ms(round);
        kill_process(pid(&first, "pid"), Signal::TERM).unwrap();
        until("its end", || node.exit_record(&id)["code"] == 9);
        assert_eq!(node.exit_record(&id)["reason"], "exited");
        assert!(node.log(&id).contains("the last word"));
    }
}

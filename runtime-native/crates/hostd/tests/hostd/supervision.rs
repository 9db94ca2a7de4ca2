//! Shims and what becomes of their containers.

use crate::support::{ID, Node, event, kill, lives, pid_in, until};
use serde_json::json;

#[test]
fn spawns_a_shim_and_starts_its_task_in_one_call() {
    let node = Node::start();
    let answer = node.spawn(ID, &["sleep"]);
    assert!(lives(pid_in(&answer, "shimPid")));
    assert!(lives(pid_in(&answer, "pid")));
    let again = node
        .client()
        .call("shim.spawn", json!({ "id": ID, "start": { "task": 1 } }));
    assert_eq!(again.unwrap(), answer);
}

#[test]
fn lists_shims_with_their_exit_records() {
    let node = Node::start();
    let answer = node.spawn(ID, &["exit", "3"]);
    until("the record", || node.exit_record(ID).is_some());
    let list = node.client().call("shim.list", json!({})).unwrap();
    let entry = &list["shims"][0];
    assert_eq!((&entry["id"], &entry["alive"]), (&json!(ID), &json!(true)));
    assert_eq!(entry["shimPid"], answer["shimPid"]);
    assert_eq!(entry["exit"]["code"], 3);
}

#[test]
fn ends_and_records_a_container_whose_shim_was_killed() {
    let node = Node::start();
    let answer = node.spawn(ID, &["sleep"]);
    let mut client = node.client();
    client.call("shim.list", json!({})).unwrap();
    kill(pid_in(&answer, "shimPid"));
    let event = event(&mut client, "shim.exited");
    assert_eq!(event.data["exit"], node.exit_record(ID).unwrap());
    let record = &event.data["exit"];
    assert_eq!(
        (&record["reason"], &record["task"]),
        (&json!("monitorLost"), &json!(1))
    );
    assert_eq!(
        (&record["code"], &record["signal"]),
        (&json!(137), &json!(9))
    );
    assert_eq!(record["pid"], answer["pid"]);
    assert!(!lives(pid_in(&answer, "pid")));
}

#[test]
fn tells_of_a_released_shim_without_inventing_a_record() {
    let node = Node::start();
    let answer = node.spawn(ID, &["exit", "0"]);
    until("the record", || node.exit_record(ID).is_some());
    let mut client = node.client();
    client.call("shim.list", json!({})).unwrap();
    node.shim_client(ID).call("release", json!({})).unwrap();
    let event = event(&mut client, "shim.exited");
    assert_eq!(event.data["exit"]["reason"], "exited");
    assert!(!lives(pid_in(&answer, "shimPid")));
}

#[test]
fn adopts_living_shims_after_a_crash_of_hostd() {
    let mut node = Node::start();
    let answer = node.spawn(ID, &["sleep"]);
    node.kill_hostd();
    node.start_hostd();
    let list = node.client().call("shim.list", json!({})).unwrap();
    assert_eq!(list["shims"][0]["shimPid"], answer["shimPid"]);
    let again = node
        .client()
        .call("shim.spawn", json!({ "id": ID, "start": { "task": 1 } }));
    assert_eq!(again.unwrap(), answer);

    let mut client = node.client();
    client.call("shim.list", json!({})).unwrap();
    kill(pid_in(&answer, "shimPid"));
    let record = event(&mut client, "shim.exited").data["exit"].clone();
    assert_eq!(
        (&record["reason"], &record["code"]),
        (&json!("monitorLost"), &json!(255))
    );
    assert!(!lives(pid_in(&answer, "pid")));
}

#[test]
fn waits_for_a_shim_of_its_predecessor_that_does_not_listen_yet() {
    let mut node = Node::start();
    node.bundle(ID, &["listen-late"]);
    let request = json!({ "id": ID, "start": { "task": 1 } });
    let mut client = node.client();
    client.send("shim.spawn", request).unwrap();
    until("the shim's lock", || {
        node.shim_dir(ID).join("lock").exists()
    });
    node.kill_hostd();
    node.start_hostd();
    let list = node.client().call("shim.list", json!({})).unwrap();
    assert_eq!(list["shims"][0]["alive"], true);
    let answer = node.spawn(ID, &["listen-late"]);
    assert!(lives(pid_in(&answer, "pid")));
    let list = node.client().call("shim.list", json!({})).unwrap();
    assert_eq!(list["shims"][0]["shimPid"], answer["shimPid"]);
}

#[test]
fn settles_at_its_start_what_died_with_its_predecessor() {
    let mut node = Node::start();
    let answer = node.spawn(ID, &["sleep"]);
    node.kill_hostd();
    kill(pid_in(&answer, "shimPid"));
    node.start_hostd();
    until("the record", || node.exit_record(ID).is_some());
    assert_eq!(node.exit_record(ID).unwrap()["reason"], "monitorLost");
    assert!(!lives(pid_in(&answer, "pid")));
}

#[test]
fn serves_others_while_a_start_hangs_and_removal_ends_it() {
    let node = Node::start();
    node.bundle(ID, &["ignore-start"]);
    let mut client = node.client();
    let spawn = client
        .send("shim.spawn", json!({ "id": ID, "start": { "task": 1 } }))
        .unwrap();
    until("the shim", || {
        node.client().call("shim.list", json!({})).unwrap()["shims"][0]["alive"] == true
    });
    node.client()
        .call("container.remove", json!({ "id": ID }))
        .unwrap();
    assert!(client.answer(spawn).is_err());
    assert!(!node.shim_dir(ID).exists());
}

#[test]
fn replaces_a_template_that_was_killed() {
    let node = Node::start();
    let mut template = None;
    // It takes its name when it has begun.
    until("the template", || {
        let tasks =
            std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", node.hostd_pid()));
        template = tasks.unwrap().split_whitespace().find_map(|child| {
            let name = std::fs::read_to_string(format!("/proc/{child}/comm")).ok()?;
            (name.trim() == "tsorch-template").then(|| child.parse().ok())?
        });
        template.is_some()
    });
    let mut client = node.client();
    client.call("shim.list", json!({})).unwrap();
    kill(rustix::process::Pid::from_raw(template.unwrap()).unwrap());
    let event = event(&mut client, "worker.restarted");
    assert_eq!(event.data["what"], "template");
    assert!(lives(pid_in(&node.spawn(ID, &["sleep"]), "pid")));
}

//! Containers from spawn to removal.

use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::process::Pid;
use serde_json::{Value, json};

use crate::node::{Node, until};

const ID: &str = "00112233445566778899aabbccddeeff";

fn pid(answer: &Value, field: &str) -> Pid {
    Pid::from_raw(i32::try_from(answer[field].as_i64().unwrap()).unwrap()).unwrap()
}

#[test]
fn runs_a_container_from_an_unpacked_layer() {
    let node = Node::start();
    node.bundle(ID, &["sh", "-c", "echo hello; exit 7"], false);
    node.spawn(ID, 1);
    until("its end", || node.exit_record(ID)["code"] == 7);
    assert!(node.log(ID).ends_with(" stdout F hello\n"));
    node.client()
        .call("container.remove", json!({ "id": ID }))
        .unwrap();
    assert_eq!(node.processes_in("shop"), 0);
}

#[test]
fn tells_at_once_that_a_program_is_missing() {
    let node = Node::start();
    node.bundle(ID, &["/bin/missing"], false);
    let request = json!({ "id": ID, "start": { "task": 1 } });
    let error = node
        .client()
        .call("shim.spawn", request.clone())
        .unwrap_err();
    assert!(
        error.to_string().contains("container.start-failed"),
        "{error}"
    );
    let again = node.client().call("shim.spawn", request).unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
    assert_eq!(node.exit_record(ID)["reason"], "startError");
}

#[test]
fn keeps_the_hosts_binary_out_of_reach() {
    let node = Node::start();
    node.bundle(ID, &["sleep", "1000"], true);
    let answer = node.spawn(ID, 1);
    for field in ["pid", "shimPid"] {
        let path = format!("/proc/{}/exe", pid(&answer, field).as_raw_nonzero());
        // While it runs, the kernel refuses with ETXTBSY; afterwards only this does.
        assert!(
            statvfs(&path)
                .unwrap()
                .f_flag
                .contains(StatVfsMountFlags::RDONLY)
        );
        assert!(std::fs::File::options().append(true).open(path).is_err());
    }
}

#[test]
fn an_init_hands_signals_on_and_reaps_orphans() {
    let node = Node::start();
    let script = "trap 'echo stopped; exit 5' TERM; (echo orphan &); while :; do sleep 0.05; done";
    node.bundle(ID, &["sh", "-c", script], true);
    node.spawn(ID, 1);
    until("the orphan", || node.log(ID).contains("orphan"));
    node.shim(ID).call("stop", json!({})).unwrap();
    until("its end", || node.exit_record(ID)["code"] == 5);
    assert!(node.log(ID).contains("stopped"));
}

//! The node as a whole: one hostd, removal, sweep, shutdown.

use crate::support::{ID, Node, lives, pid_in, until};
use serde_json::{Value, json};
use tsorch_protocol::ClientError;

const OTHER: &str = "ffeeddccbbaa99887766554433221100";

#[test]
fn refuses_a_second_hostd_on_the_same_run_directory() {
    let node = Node::start();
    let mut command = node.command();
    let second = command
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let output = second.wait_with_output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("node.already-running"));
    node.client().call("shim.list", json!({})).unwrap();
}

#[test]
fn has_one_thread_and_gives_shims_no_descriptor_of_its_own() {
    let node = Node::start();
    let answer = node.spawn(ID, &["sleep"]);
    let tasks = std::fs::read_dir(format!("/proc/{}/task", node.hostd_pid())).unwrap();
    assert_eq!(tasks.count(), 1);

    let lock = node.shim_dir(ID).join("lock").display().to_string();
    let null = "/dev/null".to_owned();
    let expected = [
        null.clone(),
        null.clone(),
        null,
        lock,
        "anon_inode".into(),
        "socket".into(),
    ];
    // The pipe on which it said that it is ready is closed right after that.
    until("the shim has only its own", || {
        open_files(&answer) == expected
    });
}

fn open_files(spawned: &Value) -> Vec<String> {
    let shim = pid_in(spawned, "shimPid").as_raw_nonzero();
    let open = std::fs::read_dir(format!("/proc/{shim}/fd"))
        .unwrap()
        .flatten();
    let mut targets: Vec<String> = open
        .filter_map(|entry| Some(std::fs::read_link(entry.path()).ok()?.display().to_string()))
        .map(|target| target.split(':').next().unwrap_or_default().to_owned())
        .collect();
    targets.sort();
    targets
}

#[test]
fn refuses_a_second_hostd_on_the_same_root_whatever_its_run_directory() {
    let first = Node::start();
    let second = first.command();
    let elsewhere = first.run_dir.with_file_name("elsewhere");
    let other = std::process::Command::new(second.get_program())
        .arg(&first.root)
        .arg(&elsewhere)
        .arg("5ec0")
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let other = other.wait_with_output().unwrap();
    assert_eq!(other.status.code(), Some(1));
    let said = String::from_utf8_lossy(&other.stderr);
    let expected = format!(
        "serves {}, from {}",
        first.root.display(),
        first.run_dir.display()
    );
    assert!(said.contains("node.already-running"), "{said}");
    assert!(said.contains(&expected), "{said}");
}

#[test]
fn removes_a_running_container_with_all_that_belongs_to_it() {
    let node = Node::start();
    let answer = node.spawn(ID, &["sleep"]);
    node.client()
        .call("container.remove", json!({ "id": ID }))
        .unwrap();
    assert!(!lives(pid_in(&answer, "shimPid")));
    assert!(!lives(pid_in(&answer, "pid")));
    let paths = [
        node.shim_dir(ID),
        node.run_dir.join("bundles").join(ID),
        node.root.join("containers").join(ID),
    ];
    assert!(paths.iter().all(|path| !path.exists()));
    let stacks = || node.cgroups().into_iter().map(|group| group.join("shop"));
    assert!(stacks().all(|stack| !stack.join(ID).exists()));
    until("the last container's stack has no group", || {
        stacks().all(|stack| !stack.exists())
    });
    until("the trash is empty", || {
        std::fs::read_dir(node.root.join("trash")).unwrap().count() == 0
    });
    node.client()
        .call("container.remove", json!({ "id": ID }))
        .unwrap();
}

#[test]
fn sweeps_what_belongs_to_nobody_and_nothing_else() {
    let node = Node::start();
    let kept = node.spawn(ID, &["sleep"]);
    let swept = node.spawn(OTHER, &["sleep"]);
    let mut client = node.client();
    let answer = client
        .call("node.sweep", json!({ "containers": [ID], "networks": [] }))
        .unwrap();
    assert_eq!(answer["removed"], json!([format!("container {OTHER}")]));
    assert!(lives(pid_in(&kept, "pid")));
    assert!(!lives(pid_in(&swept, "pid")));
    assert!(!node.shim_dir(OTHER).exists());
    let again = client
        .call("node.sweep", json!({ "containers": [ID], "networks": [] }))
        .unwrap();
    assert_eq!(again["removed"], json!([]));
}

#[test]
fn refuses_to_shut_down_while_a_shim_lives() {
    let node = Node::start();
    node.spawn(ID, &["sleep"]);
    let refused = node.client().call("node.shutdown", json!({}));
    let Err(ClientError::Answer(error)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(error.code.as_str(), "node.busy");
    node.client().call("shim.list", json!({})).unwrap();
}

#[test]
fn leaves_nothing_on_the_host_when_shut_down_by_force() {
    let mut node = Node::start();
    let answer = node.spawn(ID, &["sleep"]);
    node.client()
        .call("node.shutdown", json!({ "force": true }))
        .unwrap();
    node.wait_for_hostd();
    assert!(!lives(pid_in(&answer, "shimPid")));
    assert!(!lives(pid_in(&answer, "pid")));
    assert_eq!(node.cgroups(), Vec::<std::path::PathBuf>::new());
    assert!(!node.run_dir.exists());
    assert!(node.root.join("containers").join(ID).exists());
}

#[test]
fn leaves_a_delegated_control_group_to_its_owner_and_stays_where_it_was_started() {
    let groups = |pid: i64| std::fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap();
    let mut node = Node::start_in_a_delegated_group();
    let answer = node.spawn(ID, &["sleep"]);
    assert_eq!(
        groups(node.hostd_pid().into()),
        groups(std::process::id().into())
    );
    let parent = node.cgroup_parent();
    let [shim, task] = ["shimPid", "pid"].map(|field| groups(answer[field].as_i64().unwrap()));
    assert!(shim.contains(&format!(":{parent}/_shims\n")), "{shim}");
    assert!(task.contains(&format!(":{parent}/shop/{ID}\n")), "{task}");
    node.client()
        .call("node.shutdown", json!({ "force": true }))
        .unwrap();
    node.wait_for_hostd();
    assert!(!node.cgroups().is_empty());
    for group in node.cgroups() {
        let entries = std::fs::read_dir(&group).unwrap().flatten();
        let below = entries.filter(|entry| entry.path().is_dir()).count();
        assert_eq!(below, 0, "{}", group.display());
    }
}

#[test]
fn goes_on_after_a_terminal_has_gone_and_ends_on_sigterm() {
    use rustix::process::{Pid, Signal, kill_process};
    let mut node = Node::start();
    let answer = node.spawn(ID, &["sleep"]);
    let pid = Pid::from_raw(i32::try_from(node.hostd_pid()).unwrap()).unwrap();
    kill_process(pid, Signal::HUP).unwrap();
    node.client().call("shim.list", json!({})).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    node.wait_for_hostd();
    assert!(lives(pid_in(&answer, "pid")));
}

//! Namespaces that are joined, shared or made for users.

use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::sandbox::{Sandbox, runtimes};

/// A process in namespaces of its own.
struct Neighbour(Child);

impl Neighbour {
    fn new(option: &str) -> Self {
        let child = Command::new("unshare")
            .args([option, "sleep", "1000"])
            .stdin(Stdio::null())
            .spawn()
            .expect("unshare");
        let neighbour = Self(child);
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while neighbour.command() != "sleep" && std::time::Instant::now() < deadline {
            std::thread::park_timeout(std::time::Duration::from_millis(2));
        }
        neighbour
    }
    fn command(&self) -> String {
        std::fs::read_to_string(format!("/proc/{}/comm", self.0.id()))
            .unwrap_or_default()
            .trim()
            .to_owned()
    }
    fn namespace(&self, kind: &str) -> String {
        format!("/proc/{}/ns/{kind}", self.0.id())
    }
    fn inode(&self, kind: &str) -> u64 {
        std::fs::metadata(self.namespace(kind))
            .expect("a namespace")
            .ino()
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn joins_a_network_namespace_by_path_and_leaves_ours_alone() {
    for runtime in runtimes() {
        let neighbour = Neighbour::new("--net");
        let mut sandbox = Sandbox::with(runtime, "stat -L -c %i /proc/self/ns/net");
        sandbox.config["linux"]["namespaces"][1] =
            json!({"type": "network", "path": neighbour.namespace("net")});
        let answer = sandbox.run();
        assert_eq!(
            answer.stdout.trim(),
            neighbour.inode("net").to_string(),
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn a_path_to_a_namespace_of_another_kind_is_refused() {
    let neighbour = Neighbour::new("--net");
    let mut sandbox = Sandbox::new("true");
    sandbox.config["linux"]["namespaces"][1] =
        json!({"type": "network", "path": neighbour.namespace("uts")});
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains("net namespace"), "{}", answer.stderr);
}

#[test]
fn a_new_network_namespace_has_a_working_loopback() {
    for runtime in runtimes() {
        let answer = Sandbox::with(runtime, "ip -o addr show dev lo | grep -c 127.0.0.1").run();
        assert_eq!(answer.stdout, "1\n", "{}", answer.stderr);
    }
}

#[test]
fn the_hosts_network_can_be_shared() {
    let own = std::fs::metadata("/proc/self/ns/net")
        .expect("a namespace")
        .ino();
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "stat -L -c %i /proc/self/ns/net");
        sandbox.config["linux"]["namespaces"]
            .as_array_mut()
            .expect("a list")
            .remove(1);
        let answer = sandbox.run();
        assert_eq!(
            answer.stdout.trim(),
            own.to_string(),
            "{runtime:?}: {answer:?}"
        );
    }
}

#[test]
fn kernel_parameters_of_its_own_namespaces_are_set() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(
            runtime,
            "cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax",
        );
        sandbox.config["linux"]["sysctl"] =
            json!({"net.ipv4.ip_forward": "1", "kernel.msgmax": "4096"});
        assert_eq!(sandbox.run().stdout, "1\n4096\n");
    }
}

#[test]
fn kernel_parameters_of_the_host_are_refused() {
    let mut sandbox = Sandbox::new("true");
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .remove(1);
    sandbox.config["linux"]["sysctl"] = json!({"net.ipv4.ip_forward": "1"});
    let answer = sandbox.run();
    assert!(
        answer.stderr.contains("would change the host"),
        "{}",
        answer.stderr
    );
}

/// Root inside is user 100000 outside.
fn with_user_namespace(script: &str) -> Sandbox {
    let mut sandbox = Sandbox::new(script);
    let list = sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list");
    list.push(json!({"type": "user"}));
    let mapping = json!([{"containerID": 0, "hostID": 100_000, "size": 65_536}]);
    sandbox.config["linux"]["uidMappings"] = mapping.clone();
    sandbox.config["linux"]["gidMappings"] = mapping;
    for path in [sandbox.dir.clone(), sandbox.rootfs()] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, mode).expect("set");
    }
    sandbox
}

#[test]
fn a_user_namespace_maps_root_to_somebody_else() {
    let script = "id -u; cat /proc/self/uid_map | tr -s ' '; echo x > /dev/null && echo null";
    let answer = with_user_namespace(script).run();
    assert_eq!(
        answer.stdout, "0\n 0 100000 65536\nnull\n",
        "{}",
        answer.stderr
    );
}

#[test]
fn an_exec_enters_the_user_namespace_too() {
    let sandbox = with_user_namespace("sleep 1000");
    sandbox.start();
    let script =
        "id -u; cat /proc/self/uid_map | tr -s ' '; echo x > /proc/1/oom_score_adj && echo written";
    let answer = sandbox.call(&["exec", &sandbox.id, "/bin/sh", "-c", script]);
    assert!(
        answer.stdout.starts_with("0\n 0 100000 65536\n"),
        "{answer:?}"
    );
    let pid = sandbox.state()["pid"].to_string();
    let owner = std::fs::metadata(format!("/proc/{pid}"))
        .expect("the process")
        .uid();
    assert_eq!(owner, 100_000);
}

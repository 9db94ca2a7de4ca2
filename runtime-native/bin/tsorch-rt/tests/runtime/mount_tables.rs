//! Mount tables that are shared with the host or joined, and other ways to change the root.

use std::os::unix::fs::MetadataExt;

use serde_json::json;

use crate::namespaces::Neighbour;
use crate::sandbox::{Answer, Sandbox, runtimes};

/// Mounts of this container in the table of a process. Every one of them is below its directory; others mount and unmount
/// meanwhile, and what they remove vanishes from copies of their table, too.
fn mounts_of(sandbox: &Sandbox, pid: u32) -> Vec<String> {
    let table = std::fs::read_to_string(format!("/proc/{pid}/mountinfo")).expect("a table");
    let place = sandbox.dir.to_str().expect("a path");
    let lines = table.lines().filter(|line| line.contains(place));
    lines.map(str::to_owned).collect()
}

/// The container is a member of an existing mount table; what was mounted for it is nobody else's business.
fn check_member(sandbox: &Sandbox, table: u64) {
    sandbox.start();
    sandbox.wait_until("it has written", || sandbox.output().contains("end"));
    let pid = sandbox.state()["pid"].to_string();
    let member_of = |file: &str| {
        std::fs::metadata(format!("/proc/{pid}/{file}"))
            .expect("one")
            .ino()
    };
    assert_eq!(member_of("ns/mnt"), table);
    assert_eq!(mounts_of(sandbox, std::process::id()), Vec::<String>::new());
    let Answer { stdout, stderr, .. } = sandbox.call(&[
        "exec",
        &sandbox.id,
        "/bin/sh",
        "-c",
        "ls /; wc -c < /proc/timer_list; cat /data/file",
    ]);
    assert_eq!(
        stdout, "bin\ndata\ndev\netc\nproc\nsys\ntmp\n0\nmine\n",
        "{stderr}"
    );
    let lines: Vec<String> = sandbox.output().lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "bin", "data", "dev", "etc", "proc", "sys", "tmp", "mine", "0", "1777", "refused",
            "end"
        ],
        "{}",
        sandbox.output()
    );
}

fn member(namespace: Option<serde_json::Value>) -> Sandbox {
    let script = "ls /; cat /data/file; wc -c < /proc/timer_list; stat -c %a /dev/shm; \
                  echo 1 2>/dev/null > /proc/sys/kernel/panic || echo refused; echo end; sleep 1000";
    let mut sandbox = Sandbox::new(script);
    std::fs::write(sandbox.dir.join("file"), "mine\n").expect("written");
    let file = sandbox.dir.join("file");
    sandbox.config["mounts"]
        .as_array_mut()
        .expect("a list")
        .push(
            json!({"destination": "/data/file", "type": "bind", "source": file, "options": ["ro"]}),
        );
    let list = sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list");
    list.retain(|namespace| namespace["type"] != "mount");
    list.extend(namespace);
    sandbox
}

#[test]
fn shares_the_hosts_mount_table_and_leaves_nothing_in_it() {
    let own = std::fs::metadata("/proc/self/ns/mnt").expect("one").ino();
    check_member(&member(None), own);
}

#[test]
fn joins_a_mount_table_by_path_and_leaves_nothing_in_it() {
    let neighbour = Neighbour::new("--mount");
    let path = json!({"type": "mount", "path": neighbour.namespace("mnt")});
    let sandbox = member(Some(path));
    check_member(&sandbox, neighbour.inode("mnt"));
    assert_eq!(mounts_of(&sandbox, neighbour.pid()), Vec::<String>::new());
}

#[test]
fn everything_can_be_shared_with_the_host() {
    for runtime in runtimes() {
        let script =
            "for n in cgroup ipc mnt net pid user uts; do stat -L -c %i /proc/self/ns/$n; done";
        let mut sandbox = Sandbox::with(runtime, script);
        sandbox.config["linux"]["namespaces"] = json!([]);
        sandbox.config["mounts"] =
            json!([{"destination": "/proc", "type": "proc", "source": "proc"}]);
        sandbox.config["linux"]["maskedPaths"] = json!([]);
        sandbox.config["linux"]["readonlyPaths"] = json!([]);
        sandbox
            .config
            .as_object_mut()
            .expect("an object")
            .remove("hostname");
        let answer = sandbox.run();
        let kinds = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];
        let own = kinds.map(|kind| {
            let found = std::fs::metadata(format!("/proc/self/ns/{kind}")).expect("one");
            format!("{}\n", found.ino())
        });
        assert_eq!(answer.stdout, own.concat(), "{runtime:?} {answer:?}");
        // runc leaves its mounts in the host's table.
        let place = sandbox.rootfs();
        while rustix::mount::unmount(&place, rustix::mount::UnmountFlags::DETACH).is_ok() {
            assert_ne!(runtime, crate::sandbox::Runtime::Own, "a mount is left");
        }
    }
}

#[test]
fn new_users_in_an_older_mount_table_are_refused() {
    let mut sandbox = member(None);
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"type": "user"}));
    let mapping = json!([{"containerID": 0, "hostID": 100_000, "size": 65_536}]);
    sandbox.config["linux"]["uidMappings"] = mapping.clone();
    sandbox.config["linux"]["gidMappings"] = mapping;
    let answer = sandbox.run();
    assert!(
        answer.stderr.contains("needs a new mount namespace"),
        "{answer:?}"
    );
}

#[test]
fn a_root_can_be_moved_in_place_of_pivoting() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(
            runtime,
            "ls /; ls / | wc -l; cat /proc/self/mounts | grep -c /tmp/tsorch",
        );
        sandbox.write_config();
        let answer = sandbox.call(&[
            "run",
            "--no-pivot",
            "--bundle",
            sandbox.bundle(),
            &sandbox.id,
        ]);
        assert_eq!(
            answer.stdout, "bin\ndev\netc\nproc\nsys\ntmp\n6\n0\n",
            "{runtime:?} {answer:?}"
        );
    }
}

/// Whether a user inside has the keyring of whoever runs the container; `None` where there are no keyrings.
fn has_keyring_of_caller(options: &[&str]) -> Option<bool> {
    // This thread's alone, which ends with its test.
    tsorch_sys::execute::new_session_keyring(c"tsorch-outer").ok()?;
    let mut sandbox = Sandbox::new("grep -c tsorch-outer /proc/keys");
    sandbox.config["linux"]["maskedPaths"] = json!([]);
    // Another user sees what its process possesses.
    sandbox.config["process"]["user"] = json!({"uid": 33, "gid": 33});
    sandbox.write_config();
    let mut words = vec!["run"];
    words.extend(options);
    words.extend(["--bundle", sandbox.bundle(), sandbox.id.as_str()]);
    Some(sandbox.call(&words).stdout.trim() != "0")
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that is not run says why")]
fn the_callers_keyring_is_kept_when_asked_for() {
    match has_keyring_of_caller(&[]) {
        None => println!("not tried: this kernel has no keyrings"),
        Some(own) => {
            assert!(!own);
            assert_eq!(has_keyring_of_caller(&["--no-new-keyring"]), Some(true));
        }
    }
}

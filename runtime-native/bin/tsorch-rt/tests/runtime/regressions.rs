//! What other runtimes have broken once, from their release notes.

use serde_json::json;

use crate::sandbox::{Sandbox, runtimes};

#[test]
fn a_console_is_there_though_nothing_covers_dev_and_the_root_is_read_only() {
    let mut sandbox = Sandbox::new("tty; stat -c %t:%T /dev/console; touch /x || echo read-only");
    sandbox.config["process"]["terminal"] = json!(true);
    sandbox.config["root"]["readonly"] = json!(true);
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.retain(|mount| {
        let place = mount["destination"].as_str().unwrap_or_default();
        place == "/dev/pts" || !place.starts_with("/dev")
    });
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        answer.stdout.starts_with("/dev/pts/0\n88:0\n"),
        "{answer:?}"
    );
    assert!(answer.stdout.ends_with("read-only\n"), "{answer:?}");
}

#[test]
fn an_update_that_fails_leaves_the_container_running() {
    let sandbox = Sandbox::new("while :; do echo x; sleep 0.02; done");
    sandbox.start();
    let answer = sandbox.call(&["update", "--cpuset-cpus", "99999", &sandbox.id]);
    assert_ne!(answer.code, Some(0), "{answer:?}");
    assert_eq!(sandbox.status(), "running");
    let before = sandbox.output().len();
    sandbox.wait_until("it goes on", || sandbox.output().len() > before);
}

#[test]
fn a_signal_that_cannot_be_sent_leaves_the_container_as_it_was() {
    let sandbox = Sandbox::new("while :; do echo x; sleep 0.02; done");
    sandbox.start();
    let answer = sandbox.call(&["kill", &sandbox.id, "NOSUCHSIGNAL"]);
    assert_ne!(answer.code, Some(0), "{answer:?}");
    let before = sandbox.output().len();
    sandbox.wait_until("it goes on", || sandbox.output().len() > before);
}

#[test]
fn groups_that_the_container_has_made_are_removed_with_it() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let groups = sandbox.cgroups();
    assert!(!groups.is_empty());
    for group in &groups {
        std::fs::create_dir_all(group.join("made/below")).expect("made");
    }
    let answer = sandbox.call(&["delete", "--force", &sandbox.id]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    sandbox.assert_nothing_left();
}

#[test]
fn annotations_are_only_text() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "true");
        sandbox.config["annotations"] =
            json!({"../../name": "../../../etc/..", "x": "", "y": "a\nb"});
        let answer = sandbox.run();
        assert_eq!(answer.code, Some(0), "{answer:?}");
    }
}

#[test]
fn a_variable_of_an_exec_keeps_the_others() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.config["process"]["env"] = json!(["PATH=/bin", "FRUIT=apple"]);
        sandbox.start();
        let script = "echo $FRUIT $MORE";
        let words = [
            "exec",
            "--env",
            "MORE=pear",
            &sandbox.id,
            "/bin/sh",
            "-c",
            script,
        ];
        assert_eq!(sandbox.call(&words).stdout, "apple pear\n");
    }
}

fn with_users(script: &str) -> Sandbox {
    let mut sandbox = Sandbox::new(script);
    let namespaces = sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list");
    namespaces.push(json!({"type": "user"}));
    let map = json!([{"containerID": 0, "hostID": 100_000, "size": 65_536}]);
    sandbox.config["linux"]["uidMappings"] = map.clone();
    sandbox.config["linux"]["gidMappings"] = map;
    sandbox
}

#[test]
fn a_bound_sysfs_of_mapped_users_stays_read_only_and_devices_execute_nothing() {
    let mut sandbox = with_users("grep -E ' /(sys|dev/null) ' /proc/self/mounts | cut -d' ' -f2,4");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts
        .retain(|mount| mount["destination"] != "/sys/fs/cgroup" && mount["destination"] != "/sys");
    mounts.push(
        json!({"destination": "/sys", "type": "bind", "source": "/sys",
                       "options": ["rbind", "ro", "nosuid", "noexec", "nodev"]}),
    );
    let answer = sandbox.run();
    let options = |place: &str| {
        let line = answer
            .stdout
            .lines()
            .find_map(|line| line.strip_prefix(place));
        let line = line.unwrap_or_else(|| panic!("no {place}: {answer:?}"));
        line.trim()
            .split(',')
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let sys = options("/sys ");
    for word in ["ro", "nosuid", "nodev", "noexec"] {
        assert!(sys.iter().any(|option| option == word), "{sys:?}");
    }
    let null = options("/dev/null ");
    for word in ["nosuid", "noexec"] {
        assert!(null.iter().any(|option| option == word), "{null:?}");
    }
}

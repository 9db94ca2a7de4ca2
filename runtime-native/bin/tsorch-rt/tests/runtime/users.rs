//! User namespaces, and mounts that show other owners.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

use serde_json::json;

use crate::namespaces::Neighbour;
use crate::sandbox::Sandbox;

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

fn drop_namespace(sandbox: &mut Sandbox, kind: &str) {
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .retain(|namespace| namespace["type"] != kind);
}

fn add_mount(sandbox: &mut Sandbox, mount: serde_json::Value) {
    sandbox.config["mounts"]
        .as_array_mut()
        .expect("a list")
        .push(mount);
}

#[test]
fn a_bundle_behind_a_closed_directory_can_be_used_by_mapped_users() {
    let sandbox = with_user_namespace("ls /bin/busybox");
    let closed = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&sandbox.dir, closed).expect("set");
    let answer = sandbox.run();
    assert_eq!(answer.stdout, "/bin/busybox\n", "{}", answer.stderr);
}

#[test]
fn a_mapping_without_root_makes_its_first_id_the_maker() {
    let mut sandbox = with_user_namespace("id -u");
    let mapping = json!([{"containerID": 1000, "hostID": 101_000, "size": 10}]);
    sandbox.config["linux"]["uidMappings"] = mapping.clone();
    sandbox.config["linux"]["gidMappings"] = mapping;
    sandbox.config["process"]["user"] = json!({"uid": 1000, "gid": 1000});
    // Group 5 is not mapped, and the image must be able to take mount points from its owner.
    let devpts = &mut sandbox.config["mounts"][2]["options"];
    devpts
        .as_array_mut()
        .expect("a list")
        .retain(|option| option != "gid=5");
    let answer = sandbox.run();
    assert_eq!(answer.stdout, "1000\n", "{}", answer.stderr);
}

#[test]
fn filesystems_of_shared_namespaces_are_mounted_for_mapped_users() {
    let script = "grep -E ' (/proc|/sys|/dev/mqueue) ' /proc/self/mounts | cut -d' ' -f2,3,4 | cut -d, -f1 | sort; ls /sys/class/net | wc -l";
    let mut sandbox = with_user_namespace(script);
    for kind in ["network", "pid", "ipc"] {
        drop_namespace(&mut sandbox, kind);
    }
    let answer = sandbox.run();
    let links = std::fs::read_dir("/sys/class/net").expect("links").count();
    assert_eq!(
        answer.stdout,
        format!("/dev/mqueue mqueue rw\n/proc proc rw\n/sys sysfs ro\n{links}\n"),
        "{}",
        answer.stderr
    );
}

#[test]
fn sysfs_shows_a_joined_network_to_mapped_users() {
    let neighbour = Neighbour::new("--net");
    let mut sandbox = with_user_namespace("ls /sys/class/net");
    drop_namespace(&mut sandbox, "network");
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"type": "network", "path": neighbour.namespace("net")}));
    let answer = sandbox.run();
    assert_eq!(answer.stdout, "lo\n", "{}", answer.stderr);
}

#[test]
fn joins_a_user_namespace_by_path_and_execs_in_it() {
    let neighbour = Neighbour::new("--user");
    let map = |file: &str| format!("/proc/{}/{file}", neighbour.pid());
    std::fs::write(map("gid_map"), "0 200000 65536").expect("mapped");
    std::fs::write(map("uid_map"), "0 200000 65536").expect("mapped");
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"type": "user", "path": neighbour.namespace("user")}));
    sandbox.start();
    let pid = sandbox.state()["pid"].to_string();
    let of = |file: &str| std::fs::metadata(format!("/proc/{pid}/{file}")).expect("one");
    assert_eq!(of("ns/user").ino(), neighbour.inode("user"));
    assert_eq!(of("").uid(), 200_000);
    let script =
        "id -u; stat -L -c %i /proc/self/ns/user; mount -t tmpfs x /tmp 2>&1 | grep -c denied";
    let answer = sandbox.call(&["exec", &sandbox.id, "/bin/sh", "-c", script]);
    let inode = neighbour.inode("user");
    assert_eq!(answer.stdout, format!("0\n{inode}\n1\n"), "{answer:?}");
}

#[test]
fn joining_the_own_user_namespace_is_sharing_it() {
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"type": "user", "path": "/proc/self/ns/user"}));
    sandbox.start();
    let answer = sandbox.call(&["exec", &sandbox.id, "id", "-u"]);
    assert_eq!(answer.stdout, "0\n", "{answer:?}");
}

#[test]
fn devices_of_mapped_users_are_the_hosts_very_devices() {
    let mut sandbox =
        with_user_namespace("stat -c %t:%T /dev/nothing /dev/full; test -p /dev/pipe && echo pipe");
    sandbox.config["linux"]["devices"] = json!([
        {"path": "/dev/nothing", "type": "c", "major": 1, "minor": 3},
        {"path": "/dev/pipe", "type": "p"}
    ]);
    let by_number = std::path::Path::new("/dev/char/1:3").exists();
    let answer = sandbox.run();
    if by_number {
        assert_eq!(answer.stdout, "1:3\n1:7\npipe\n", "{}", answer.stderr);
    } else {
        assert!(
            answer.stderr.contains("find the device /dev/nothing"),
            "{answer:?}"
        );
    }
}

#[test]
fn a_device_that_the_host_has_under_the_name_of_another_is_refused() {
    let mut sandbox = with_user_namespace("true");
    sandbox.config["linux"]["devices"] =
        json!([{"path": "/dev/zero", "type": "c", "major": 240, "minor": 7}]);
    let answer = sandbox.run();
    assert!(
        answer.stderr.contains("find the device /dev/zero"),
        "{answer:?}"
    );
}

/// A directory of the test with one file of user 7.
fn owned_directory(sandbox: &Sandbox) -> std::path::PathBuf {
    let data = sandbox.dir.join("data");
    std::fs::create_dir(&data).expect("made");
    std::fs::create_dir(sandbox.rootfs().join("data")).expect("made");
    std::fs::write(data.join("file"), "").expect("written");
    chown(data.join("file"), Some(7), Some(8)).expect("changed");
    data
}

#[test]
fn a_mount_shows_the_owners_of_its_own_mappings() {
    for options in [&["bind"][..], &["bind", "idmap"], &["rbind", "ridmap"]] {
        let script = "stat -c %u:%g /data/file; touch /data/new";
        let mut sandbox = Sandbox::new(script);
        let data = owned_directory(&sandbox);
        let mapping = json!([{"containerID": 0, "hostID": 1000, "size": 100}]);
        add_mount(
            &mut sandbox,
            json!({"destination": "/data", "type": "bind", "source": data, "options": options,
                   "uidMappings": mapping, "gidMappings": mapping}),
        );
        // The root that writes is no mapped user: EOVERFLOW.
        let answer = sandbox.run();
        assert_eq!(answer.stdout, "1007:1008\n", "{options:?} {answer:?}");
        assert!(!data.join("new").exists());
    }
}

#[test]
fn a_mount_takes_the_mappings_of_its_container() {
    let mut sandbox = with_user_namespace("stat -c %u:%g /data/file; touch /data/new && echo made");
    let data = owned_directory(&sandbox);
    add_mount(
        &mut sandbox,
        json!({"destination": "/data", "type": "bind", "source": data, "options": ["rbind", "idmap"]}),
    );
    let answer = sandbox.run();
    assert_eq!(answer.stdout, "7:8\nmade\n", "{}", answer.stderr);
    let new = std::fs::metadata(data.join("new")).expect("made");
    assert_eq!((new.uid(), new.gid()), (0, 0));
}

/// 6.1 of `6.1.0-50-cloud-amd64`.
pub(crate) fn kernel_version() -> (u32, u32) {
    let uname = rustix::system::uname();
    let mut numbers = uname.release().to_str().expect("a text").split('.');
    let mut next = || numbers.next().and_then(|number| number.parse().ok());
    (next().expect("a major"), next().expect("a minor"))
}

#[test]
fn a_mapped_tmpfs_belongs_to_mapped_users() {
    if kernel_version() < (6, 3) {
        eprintln!("skipped: tmpfs can be mapped since Linux 6.3");
        return;
    }
    let mut sandbox = with_user_namespace("stat -c %u /data; touch /data/x && stat -c %u /data/x");
    std::fs::create_dir(sandbox.rootfs().join("data")).expect("made");
    add_mount(
        &mut sandbox,
        json!({"destination": "/data", "type": "tmpfs", "source": "tmpfs", "options": ["idmap", "mode=755"]}),
    );
    let answer = sandbox.run();
    assert_eq!(answer.stdout, "0\n0\n", "{}", answer.stderr);
}

#[test]
fn mappings_that_are_missing_or_halved_are_refused() {
    let mapping = json!([{"containerID": 0, "hostID": 1000, "size": 100}]);
    let cases = [
        (json!({"options": ["bind", "idmap"]}), "no user namespace"),
        (
            json!({"options": ["bind"], "uidMappings": mapping}),
            "go together",
        ),
    ];
    for (mut mount, reason) in cases {
        let mut sandbox = Sandbox::new("true");
        let data = owned_directory(&sandbox);
        mount["destination"] = json!("/data");
        mount["type"] = json!("bind");
        mount["source"] = json!(data);
        add_mount(&mut sandbox, mount);
        let answer = sandbox.run();
        assert_eq!(answer.code, Some(1));
        assert!(answer.stderr.contains(reason), "{answer:?}");
    }
}

#[test]
fn a_filesystem_that_cannot_map_ids_is_an_error_and_no_silence() {
    let mapping = json!([{"containerID": 0, "hostID": 1000, "size": 100}]);
    let mut sandbox = Sandbox::new("true");
    add_mount(
        &mut sandbox,
        json!({"destination": "/p", "type": "bind", "source": "/proc/sys", "options": ["bind"],
               "uidMappings": mapping, "gidMappings": mapping}),
    );
    let answer = sandbox.run();
    assert!(answer.stderr.contains("map the ids of /p"), "{answer:?}");
}

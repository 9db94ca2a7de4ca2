//! Mounts and their options.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

use serde_json::{Value, json};

use crate::sandbox::{Runtime, Sandbox, runtimes};

fn with_mount(runtime: Runtime, script: &str, mount: Value) -> Sandbox {
    let mut sandbox = Sandbox::with(runtime, script);
    add(&mut sandbox, mount);
    sandbox
}

pub(crate) fn add(sandbox: &mut Sandbox, mount: Value) {
    sandbox.config["mounts"]
        .as_array_mut()
        .expect("a list")
        .push(mount);
}

/// The options of the mount itself, field 6 of mountinfo.
const SHOW: &str = "grep ' /m ' /proc/self/mountinfo | cut -d' ' -f6";

#[test]
fn every_attribute_option_has_its_effect() {
    let cases = [
        ("ro", "ro,relatime"),
        ("nosuid", "rw,nosuid,relatime"),
        ("nodev", "rw,nodev,relatime"),
        ("noexec", "rw,noexec,relatime"),
        ("noatime", "rw,noatime"),
        ("nodiratime", "rw,nodiratime,relatime"),
        ("relatime", "rw,relatime"),
        ("strictatime", "rw"),
        ("nosymfollow", "rw,relatime,nosymfollow"),
        ("defaults", "rw,relatime"),
    ];
    for (option, expected) in cases {
        for (kind, extra) in [("tmpfs", None), ("bind", Some("bind"))] {
            let mut sandbox = Sandbox::new(SHOW);
            let data = sandbox.dir.join("data");
            std::fs::create_dir(&data).expect("made");
            let options: Vec<&str> = [option].into_iter().chain(extra).collect();
            let mount =
                json!({"destination": "/m", "type": kind, "source": data, "options": options});
            add(&mut sandbox, mount);
            let answer = sandbox.run();
            assert_eq!(answer.stdout.trim(), expected, "{option} {kind} {answer:?}");
        }
    }
}

#[test]
fn every_option_of_the_specification_is_taken() {
    let table = "async atime defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev \
                 nodiratime noexec noiversion nolazytime nomand norelatime nostrictatime nosuid private \
                 relatime ro rprivate rshared rslave runbindable rw shared silent slave strictatime suid \
                 sync unbindable ratime rdev rdiratime rexec rnoatime rnodev rnodiratime rnoexec rnorelatime \
                 rnostrictatime rnosuid rnosymfollow rrelatime rro rrw rstrictatime rsuid rsymfollow nosymfollow \
                 rbind bind tmpcopyup";
    let mut sandbox = Sandbox::new("grep -c ' /m/' /proc/self/mountinfo");
    let words: Vec<&str> = table.split_whitespace().collect();
    for option in &words {
        let source = if option.ends_with("bind") {
            "/usr"
        } else {
            "tmpfs"
        };
        let mount = json!({"destination": format!("/m/{option}"), "type": "tmpfs", "source": source, "options": [option]});
        add(&mut sandbox, mount);
    }
    let answer = sandbox.run();
    let count: usize = answer.stdout.trim().parse().unwrap_or(0);
    // A recursive bind may bring more.
    assert!(count >= words.len(), "{answer:?}");
}

#[test]
fn recursive_attributes_reach_mounts_below() {
    for (options, count) in [
        (["rbind", "rro"], 2),
        (["rbind", "ro"], 1),
        (["bind", "rro"], 1),
    ] {
        let mut sandbox = Sandbox::new(
            "grep -E ' /m(/below)? ' /proc/self/mountinfo | cut -d' ' -f6 | grep -c '^ro'",
        );
        let below = sandbox.dir.join("data/below");
        std::fs::create_dir_all(&below).expect("made");
        rustix::mount::mount(
            "tmpfs",
            &below,
            "tmpfs",
            rustix::mount::MountFlags::empty(),
            None,
        )
        .expect("mounted");
        let mount = json!({"destination": "/m", "type": "bind", "source": sandbox.dir.join("data"), "options": options});
        add(&mut sandbox, mount);
        let answer = sandbox.run();
        rustix::mount::unmount(&below, rustix::mount::UnmountFlags::DETACH).expect("unmounted");
        assert_eq!(
            answer.stdout.trim(),
            count.to_string(),
            "{options:?} {answer:?}"
        );
    }
}

#[test]
fn unknown_options_are_the_filesystems() {
    let mount = json!({"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["size=64k", "mode=711"]});
    let answer = with_mount(
        Runtime::Own,
        "stat -c %a /m; grep -c size=64k /proc/self/mounts",
        mount,
    )
    .run();
    assert_eq!(answer.stdout, "711\n1\n", "{answer:?}");
    let mount =
        json!({"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["nonsense"]});
    let answer = with_mount(Runtime::Own, "true", mount).run();
    assert!(answer.stderr.contains("mount tmpfs on /m"), "{answer:?}");
}

#[test]
fn a_relative_destination_counts_from_the_root() {
    for runtime in runtimes() {
        let mount = json!({"destination": "m", "type": "tmpfs", "source": "tmpfs"});
        let answer = with_mount(runtime, "grep -c ' /m ' /proc/self/mounts", mount).run();
        assert_eq!(answer.stdout, "1\n", "{runtime:?} {answer:?}");
    }
}

#[test]
fn a_filesystem_keeps_its_own_mode_and_not_that_of_its_place() {
    let mut sandbox = Sandbox::new("stat -c %a /m /dev/shm /dev/mqueue");
    let place = sandbox.rootfs().join("m");
    std::fs::create_dir(&place).expect("made");
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o700)).expect("set");
    add(
        &mut sandbox,
        json!({"destination": "/m", "type": "tmpfs", "source": "tmpfs"}),
    );
    assert_eq!(sandbox.run().stdout, "1777\n1777\n1777\n");
}

#[test]
fn a_tmpfs_begins_with_what_the_image_has_there() {
    for runtime in runtimes() {
        let script = "stat -c %u:%g:%a /m /m/sub/file; cat /m/sub/file; readlink /m/link; echo x > /m/new; \
                      touch /m/ro 2>/dev/null; grep -c ' /m tmpfs ' /proc/self/mounts";
        let mount = json!({"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["tmpcopyup"]});
        let sandbox = with_mount(runtime, script, mount);
        let sub = sandbox.rootfs().join("m/sub");
        std::fs::create_dir_all(&sub).expect("made");
        std::fs::write(sub.join("file"), "content\n").expect("written");
        std::fs::set_permissions(sub.join("file"), std::fs::Permissions::from_mode(0o604))
            .expect("set");
        std::fs::set_permissions(
            sandbox.rootfs().join("m"),
            std::fs::Permissions::from_mode(0o751),
        )
        .expect("set");
        chown(sub.join("file"), Some(7), Some(8)).expect("changed");
        symlink("/etc/passwd", sandbox.rootfs().join("m/link")).expect("linked");
        let answer = sandbox.run();
        let expected = "0:0:751\n7:8:604\ncontent\n/etc/passwd\n1\n";
        assert_eq!(answer.stdout, expected, "{runtime:?} {answer:?}");
        assert!(!sandbox.rootfs().join("m/new").exists());
    }
}

#[test]
fn a_read_only_tmpfs_is_filled_first() {
    let mount = json!({"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["tmpcopyup", "ro"]});
    let sandbox = with_mount(Runtime::Own, "cat /m/file; touch /m/x", mount);
    std::fs::create_dir(sandbox.rootfs().join("m")).expect("made");
    std::fs::write(sandbox.rootfs().join("m/file"), "content\n").expect("written");
    let answer = sandbox.run();
    assert_eq!(answer.stdout, "content\n", "{answer:?}");
    assert!(answer.stderr.contains("Read-only"), "{answer:?}");
}

#[test]
fn a_remount_changes_attributes_and_the_filesystems_options() {
    let mut sandbox = Sandbox::new("grep ' /m ' /proc/self/mounts | cut -d' ' -f4");
    add(
        &mut sandbox,
        json!({"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["size=64k", "mode=711"]}),
    );
    add(
        &mut sandbox,
        json!({"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["remount", "nosuid", "size=128k"]}),
    );
    let answer = sandbox.run();
    assert!(
        answer.stdout.starts_with("rw,nosuid,") && answer.stdout.contains("size=128k"),
        "{answer:?}"
    );
}

#[test]
fn mounts_are_listed_in_the_order_of_the_configuration() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(
            runtime,
            "grep -o -E ' /m[0-9] ' /proc/self/mountinfo | tr -d ' \\n'",
        );
        for number in 0..6 {
            let destination = format!("/m{number}");
            let mount = match number % 2 {
                0 => json!({"destination": destination, "type": "tmpfs", "source": "tmpfs"}),
                _ => {
                    json!({"destination": destination, "type": "bind", "source": "/etc", "options": ["bind", "slave"]})
                }
            };
            add(&mut sandbox, mount);
        }
        let answer = sandbox.run();
        assert_eq!(
            answer.stdout, "/m0/m1/m2/m3/m4/m5",
            "{runtime:?} {answer:?}"
        );
    }
}

#[test]
fn a_link_is_bound_itself_when_asked_for() {
    let mut sandbox = Sandbox::new("cat /etc/target; readlink /etc/link; readlink /l");
    let etc = sandbox.rootfs().join("etc");
    std::fs::write(etc.join("target"), "target\n").expect("written");
    symlink("target", etc.join("link")).expect("linked");
    std::fs::write(sandbox.dir.join("file"), "file\n").expect("written");
    symlink("nowhere", sandbox.dir.join("link")).expect("linked");
    let (file, link) = (sandbox.dir.join("file"), sandbox.dir.join("link"));
    add(
        &mut sandbox,
        json!({"destination": "/etc/link", "type": "bind", "source": file, "options": ["bind", "dest-nofollow"]}),
    );
    add(
        &mut sandbox,
        json!({"destination": "/l", "type": "bind", "source": link, "options": ["bind", "src-nofollow", "dest-nofollow"]}),
    );
    let answer = sandbox.run();
    // The link is covered by the file, so it is none any more; what it led to is untouched.
    assert_eq!(answer.stdout, "target\nnowhere\n", "{answer:?}");
}

#[test]
fn the_program_owns_the_groups_that_it_may_write() {
    let program = env!("CARGO_BIN_EXE_tsorch-rt");
    let mut sandbox = Sandbox::new(
        "mkdir /sys/fs/cgroup/mine && rmdir /sys/fs/cgroup/mine && echo made; stat -c %u /sys/fs/cgroup/cgroup.procs",
    );
    sandbox.config["process"]["user"] = json!({"uid": 33, "gid": 33});
    sandbox.config["mounts"][6]["options"] = json!(["nosuid", "noexec", "nodev", "relatime", "rw"]);
    sandbox.write_config();
    // A host with one hierarchy, if it is not: the v2 tree alone in a mount table of our own.
    let script = "mount --bind /sys/fs/cgroup/unified /mnt && umount -R -l /sys/fs/cgroup && mount --move /mnt /sys/fs/cgroup; \
                  exec \"$@\"";
    let script = match std::path::Path::new("/sys/fs/cgroup/cgroup.controllers").exists() {
        true => "exec \"$@\"",
        false => script,
    };
    let mut command = std::process::Command::new("unshare");
    command.args([
        "--mount",
        "sh",
        "-c",
        script,
        "sh",
        program,
        "tsorch-runtime",
        "--root",
    ]);
    command
        .arg(sandbox.state_root())
        .args(["run", "--bundle", sandbox.bundle(), &sandbox.id]);
    let answer = crate::sandbox::finish(&mut command);
    assert_eq!(answer.stdout, "made\n33\n", "{answer:?}");
    assert_eq!(std::fs::metadata("/sys/fs/cgroup").expect("one").uid(), 0);
}

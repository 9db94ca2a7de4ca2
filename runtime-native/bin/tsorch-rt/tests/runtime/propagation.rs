//! Mounts that travel between host and container, or do not.

use std::path::PathBuf;

use serde_json::json;

use crate::mounts::add;
use crate::sandbox::{Runtime, Sandbox, finish, runtimes};

/// A directory of the test that is a shared mount of its own, taken down at the end.
struct SharedMount(PathBuf);

impl SharedMount {
    fn new(place: PathBuf) -> Self {
        std::fs::create_dir(&place).expect("made");
        rustix::mount::mount(
            "tmpfs",
            &place,
            "tmpfs",
            rustix::mount::MountFlags::empty(),
            None,
        )
        .expect("mounted");
        let shared = rustix::mount::MountPropagationFlags::SHARED;
        rustix::mount::mount_change(&place, shared).expect("shared");
        std::fs::create_dir(place.join("disk")).expect("made");
        Self(place)
    }
    fn plug_in(&self) {
        let disk = self.0.join("disk");
        rustix::mount::mount(
            "tmpfs",
            &disk,
            "tmpfs",
            rustix::mount::MountFlags::empty(),
            None,
        )
        .expect("mounted");
        std::fs::write(disk.join("plugged"), "").expect("written");
    }
}

impl Drop for SharedMount {
    fn drop(&mut self) {
        let detach = rustix::mount::UnmountFlags::DETACH;
        let _ = rustix::mount::unmount(self.0.join("disk"), detach);
        let _ = rustix::mount::unmount(&self.0, detach);
    }
}

#[test]
fn a_disk_plugged_in_later_is_seen_where_mounts_travel() {
    for runtime in runtimes() {
        for (options, seen) in [
            (&["rbind", "rslave", "ro"][..], "disk/plugged\n"),
            (&["rbind", "rshared", "nosuid"], "disk/plugged\n"),
            (&["rbind", "rprivate"], ""),
            // runc takes what the host has.
            (
                &["rbind"],
                if runtime == Runtime::Own {
                    ""
                } else {
                    "disk/plugged\n"
                },
            ),
        ] {
            let mut sandbox = Sandbox::with(runtime, "sleep 1000");
            let shared = SharedMount::new(sandbox.dir.join("shared"));
            let source = &shared.0;
            // runc makes everything private unless its root is told otherwise.
            sandbox.config["linux"]["rootfsPropagation"] = json!("rslave");
            if options.contains(&"rshared") {
                sandbox.config["linux"]["rootfsPropagation"] = json!("rshared");
            }
            add(
                &mut sandbox,
                json!({"destination": "/m", "type": "bind", "source": source, "options": options}),
            );
            sandbox.start();
            shared.plug_in();
            let script = "cd /m; ls disk/plugged 2>/dev/null";
            let answer = sandbox.call(&["exec", &sandbox.id, "/bin/sh", "-c", script]);
            assert_eq!(answer.stdout, seen, "{runtime:?} {options:?} {answer:?}");
            let _ = sandbox.call(&["delete", "--force", &sandbox.id]);
        }
    }
}

#[test]
fn what_is_mounted_inside_travels_to_the_host_through_a_shared_bind_only() {
    for (option, travels) in [("rshared", true), ("rslave", false), ("rprivate", false)] {
        let mut sandbox =
            Sandbox::new("mount -t tmpfs inner /m/disk && touch /m/disk/inner; sleep 1000");
        let shared = SharedMount::new(sandbox.dir.join("shared"));
        for set in ["bounding", "effective", "permitted"] {
            sandbox.config["process"]["capabilities"][set] = json!(["CAP_SYS_ADMIN"]);
        }
        add(
            &mut sandbox,
            json!({"destination": "/m", "type": "bind", "source": shared.0, "options": ["rbind", option]}),
        );
        sandbox.start();
        let pid = sandbox.state()["pid"].to_string();
        sandbox.wait_until("it has mounted", || {
            std::path::Path::new(&format!("/proc/{pid}/root/m/disk/inner")).exists()
        });
        assert_eq!(shared.0.join("disk/inner").exists(), travels, "{option}");
        let _ = sandbox.call(&["delete", "--force", &sandbox.id]);
    }
}

#[test]
fn the_root_can_be_shared_or_private() {
    for (word, field) in [
        ("shared", "shared:"),
        ("slave", ""),
        ("private", ""),
        ("unbindable", "unbindable"),
    ] {
        let mut sandbox =
            Sandbox::new("grep ' / / \\| / rw' /proc/self/mountinfo | head -n 1 | cut -d' ' -f7");
        sandbox.config["linux"]["rootfsPropagation"] = json!(word);
        let answer = sandbox.run();
        assert!(answer.stdout.starts_with(field), "{word} {answer:?}");
    }
}

#[test]
fn mounts_of_the_host_outlive_a_container_that_shared_them() {
    for option in ["rshared", "shared", "rslave"] {
        let mut sandbox = Sandbox::new("ls /m/disk");
        let shared = SharedMount::new(sandbox.dir.join("shared"));
        shared.plug_in();
        add(
            &mut sandbox,
            json!({"destination": "/m", "type": "bind", "source": shared.0, "options": ["rbind", option]}),
        );
        let answer = sandbox.run();
        assert_eq!(answer.stdout, "plugged\n", "{option} {answer:?}");
        assert!(shared.0.join("disk/plugged").exists(), "{option}");
    }
}

/// As systemd has it: every mount of the host is shared.
#[test]
fn nothing_of_a_container_follows_a_shared_host() {
    let sandbox = Sandbox::new("cat /proc/self/mountinfo");
    sandbox.write_config();
    let words = ["run", "--bundle", sandbox.bundle(), &sandbox.id];
    let ours = sandbox.command(&words);
    let mut command = std::process::Command::new("unshare");
    command.args(["--mount", "--propagation", "shared"]);
    let answer = finish(command.arg(ours.get_program()).args(ours.get_args()));
    assert!(answer.stdout.contains(" /proc/timer_list "), "{answer:?}");
    let follows = |line: &&str| line.contains(" master:") || line.contains(" shared:");
    assert_eq!(answer.stdout.lines().find(follows), None);
}

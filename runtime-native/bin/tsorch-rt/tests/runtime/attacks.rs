//! What an image or a volume may try. Named after what the attacker does; the CVE shows who was hit by it.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use crate::sandbox::Sandbox;

fn refused(sandbox: &Sandbox) -> String {
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(1), "{answer:?}");
    sandbox.assert_nothing_left();
    answer.stderr
}

/// CVE-2023-27561: the procfs would be mounted where the image wants it.
#[test]
fn makes_proc_a_link() {
    let sandbox = Sandbox::new("true");
    fs::remove_dir(sandbox.rootfs().join("proc")).expect("removed");
    symlink("/tmp", sandbox.rootfs().join("proc")).expect("linked");
    assert!(refused(&sandbox).contains("mount proc on /proc"));
}

#[test]
fn makes_sys_a_link() {
    let sandbox = Sandbox::new("true");
    fs::remove_dir(sandbox.rootfs().join("sys")).expect("removed");
    symlink("tmp", sandbox.rootfs().join("sys")).expect("linked");
    assert!(refused(&sandbox).contains("mount sysfs on /sys"));
}

/// CVE-2026-41579, CVE-2026-47766: files of the host would be made or removed.
#[test]
fn makes_dev_a_link_to_a_directory_of_the_host() {
    let mut sandbox = Sandbox::new("true");
    let outside = sandbox.dir.join("outside");
    fs::create_dir(&outside).expect("made");
    fs::remove_dir(sandbox.rootfs().join("dev")).expect("removed");
    symlink(&outside, sandbox.rootfs().join("dev")).expect("linked");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.retain(|mount| {
        !mount["destination"]
            .as_str()
            .unwrap_or_default()
            .starts_with("/dev")
    });
    let _ = sandbox.run();
    assert_eq!(fs::read_dir(&outside).expect("there").count(), 0);
}

/// CVE-2021-30465: a mount would land on the host.
#[test]
fn makes_a_mount_target_a_link_to_a_directory_of_the_host() {
    let mut sandbox = Sandbox::new("cat /proc/self/mounts | grep -c /target; ls /target-outside");
    let outside = sandbox.dir.join("outside");
    fs::create_dir(&outside).expect("made");
    symlink(&outside, sandbox.rootfs().join("target")).expect("linked");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.push(json!({"destination": "/target/sub", "type": "tmpfs", "source": "tmpfs"}));
    let answer = sandbox.run();
    assert_eq!(
        fs::read_dir(&outside).expect("there").count(),
        0,
        "{answer:?}"
    );
    // The link was followed inside the root, as far as it leads there.
    let inside = sandbox
        .rootfs()
        .join(outside.strip_prefix("/").expect("absolute"))
        .join("sub");
    assert!(inside.is_dir());
}

#[test]
fn makes_a_mount_target_a_link_upwards() {
    let mut sandbox = Sandbox::new("true");
    symlink("../../../../../../escape", sandbox.rootfs().join("target")).expect("linked");
    let file = sandbox.dir.join("file");
    fs::write(&file, "secret").expect("written");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.push(
        json!({"destination": "/target", "type": "bind", "source": file, "options": ["bind"]}),
    );
    assert_eq!(sandbox.run().code, Some(0));
    assert!(sandbox.rootfs().join("escape").is_file());
    assert!(!std::path::Path::new("/escape").exists());
}

/// CVE-2019-16884: labels would be written to files of the attacker.
#[test]
fn covers_proc_with_a_volume() {
    let mut sandbox = Sandbox::new("true");
    let volume = sandbox.dir.join("volume");
    fs::create_dir(&volume).expect("made");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.push(
        json!({"destination": "/proc", "type": "bind", "source": volume, "options": ["rbind"]}),
    );
    assert!(refused(&sandbox).contains("/proc"));
}

#[test]
fn covers_a_part_of_proc_through_a_link() {
    let mut sandbox = Sandbox::new("true");
    let volume = sandbox.dir.join("volume");
    fs::create_dir(&volume).expect("made");
    symlink("/proc/sys", sandbox.rootfs().join("harmless")).expect("linked");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.push(
        json!({"destination": "/harmless", "type": "bind", "source": volume, "options": ["rbind"]}),
    );
    refused(&sandbox);
}

/// CVE-2025-31133: the mask would be a file of the attacker's choice.
#[test]
fn makes_its_null_device_a_link() {
    let mut sandbox = Sandbox::new("wc -c < /proc/timer_list");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.retain(|mount| {
        !mount["destination"]
            .as_str()
            .unwrap_or_default()
            .starts_with("/dev")
    });
    symlink("/etc/passwd", sandbox.rootfs().join("dev/null")).expect("linked");
    // The device cannot be made over the link, and nothing else is taken for it.
    assert!(refused(&sandbox).contains("/dev/null"));
}

/// CVE-2024-21626: a working directory that is a descriptor of the host.
#[test]
fn asks_for_a_descriptor_as_its_working_directory() {
    for number in 0..16 {
        let mut sandbox = Sandbox::new("cat /proc/self/cwd/../../../etc/hostname");
        sandbox.config["process"]["cwd"] = json!(format!("/proc/self/fd/{number}"));
        let answer = sandbox.run();
        assert_ne!(answer.code, Some(0), "{number}: {answer:?}");
    }
}

/// CVE-2019-16884: a tmpfs would hide files of `/proc` where a link of the image leads.
#[test]
fn hides_a_part_of_proc_behind_a_filesystem() {
    for (place, target) in [
        ("hides-sys", "/proc/sys"),
        ("hides-labels", "/proc/self/attr"),
        ("hides-all", "/proc"),
    ] {
        for kind in ["tmpfs", "sysfs", "cgroup"] {
            let mut sandbox = Sandbox::new("true");
            symlink(target, sandbox.rootfs().join(place)).expect("linked");
            let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
            mounts.push(json!({"destination": format!("/{place}"), "type": kind, "source": kind}));
            assert!(refused(&sandbox).contains(place));
        }
    }
    let mut sandbox = Sandbox::new("true");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.push(json!({"destination": "/proc/sys", "type": "tmpfs", "source": "tmpfs"}));
    assert!(refused(&sandbox).contains("/proc/sys"));
}

/// CVE-2024-21626 with a link of the image, whose name looks harmless.
#[test]
fn links_its_working_directory_to_a_descriptor() {
    for number in 0..16 {
        let mut sandbox =
            Sandbox::new("ls ../../../../etc/hostname; cat /proc/self/cwd/etc/hostname");
        symlink(
            format!("/proc/self/fd/{number}"),
            sandbox.rootfs().join("work"),
        )
        .expect("linked");
        sandbox.config["process"]["cwd"] = json!("/work");
        let answer = sandbox.run();
        assert_ne!(answer.code, Some(0), "{number}: {answer:?}");
        assert_eq!(answer.stdout, "", "{number}: {answer:?}");
    }
}

/// CVE-2022-0811: further settings hidden in a value.
#[test]
fn smuggles_kernel_parameters() {
    for (key, value) in [
        ("kernel.shm_rmid_forced", "1+kernel.core_pattern=|/bin/sh"),
        ("kernel.core_pattern", "|/bin/sh"),
        ("net.ipv4/../../kernel/core_pattern", "x"),
        ("kernel.shm_rmid_forced", "1\nx"),
    ] {
        let mut sandbox = Sandbox::new("true");
        sandbox.config["linux"]["sysctl"] = json!({key: value});
        refused(&sandbox);
    }
}

#[test]
fn names_its_control_group_upwards() {
    let mut sandbox = Sandbox::new("true");
    sandbox.config["linux"]["cgroupsPath"] = json!("/tsorch-test/../..");
    assert!(refused(&sandbox).contains("control group path"));
}

/// CVE-2021-30465, CVE-2024-45310 as a race: a volume shared with another container, which swaps the target.
#[test]
fn swaps_a_mount_target_while_it_is_resolved() {
    let outside = std::env::temp_dir().join(format!("tsorch-test-outside-{}", std::process::id()));
    fs::create_dir_all(&outside).expect("made");
    let mut sandbox = Sandbox::new("true");
    let volume = sandbox.dir.join("volume");
    fs::create_dir_all(volume.join("target")).expect("made");
    symlink(&outside, volume.join("other")).expect("linked");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts
        .push(json!({"destination": "/v", "type": "bind", "source": volume, "options": ["rbind"]}));
    mounts.push(json!({"destination": "/v/target/a/b", "type": "tmpfs", "source": "tmpfs"}));
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (target, other, third) = (
                volume.join("target"),
                volume.join("other"),
                volume.join("third"),
            );
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let _ = fs::rename(&target, &third);
                let _ = fs::rename(&other, &target);
                let _ = fs::rename(&target, &other);
                let _ = fs::rename(&third, &target);
            }
        });
        for _ in 0..60 {
            // It may fail or not; it must not reach outside.
            let _ = sandbox.run();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(fs::read_dir(&outside).expect("there").count(), 0);
    fs::remove_dir(&outside).expect("empty");
}

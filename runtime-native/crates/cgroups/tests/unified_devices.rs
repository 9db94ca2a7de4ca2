//! The device program of v2, attached to a real group. Works on hybrid hosts too: the v2 tree needs no controllers for it.
//! Needs root.

use std::path::{Path, PathBuf};
use std::process::Command;

use tsorch_cgroups::{Access, DeviceNumber, Hierarchies, Rule, RuleKind, device_program};
use tsorch_sys::bpf::{
    attach_device_program, detach_device_program, device_programs, load_device_program,
};

/// A v2 group of this test's own.
struct Group(PathBuf);

impl Group {
    fn new() -> Option<Self> {
        let host = Hierarchies::of_host().ok()?;
        let path = host
            .unified()?
            .mount
            .join(format!("tsorch-test-devices-{}", std::process::id()));
        std::fs::create_dir(&path).ok()?;
        Some(Self(path))
    }

    /// Whether a process in the group can open a device for reading.
    fn can_read(&self, device: &str) -> bool {
        let script = format!(
            "echo $$ > {}/cgroup.procs && head -c 1 {device} > /dev/null",
            self.0.display()
        );
        let status = Command::new("/bin/sh")
            .args(["-c", &script])
            .stderr(std::process::Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}

fn rule(allow: bool, kind: RuleKind, numbers: (DeviceNumber, DeviceNumber)) -> Rule {
    Rule {
        allow,
        kind,
        major: numbers.0,
        minor: numbers.1,
        access: Access::ALL,
    }
}

#[test]
fn the_kernel_takes_the_program_and_obeys_it() {
    let Some(group) = Group::new() else {
        // Not root, or no v2 tree: there is nothing to try.
        return;
    };
    let any = DeviceNumber::Any;
    let rules = [
        rule(false, RuleKind::All, (any, any)),
        rule(
            true,
            RuleKind::Char,
            (DeviceNumber::Is(1), DeviceNumber::Is(3)),
        ),
        rule(
            true,
            RuleKind::Char,
            (DeviceNumber::Is(1), DeviceNumber::Is(5)),
        ),
    ];
    let dir = std::fs::File::open(Path::new(&group.0)).expect("the group");
    assert!(group.can_read("/dev/full"));
    let program = load_device_program(&device_program(&rules)).expect("the verifier accepts it");
    attach_device_program(&dir, &program).expect("attached");
    assert_eq!(
        (group.can_read("/dev/zero"), group.can_read("/dev/full")),
        (true, false)
    );
    let attached = device_programs(&dir).expect("listed");
    assert_eq!(attached.len(), 1);
    detach_device_program(&dir, &attached[0]).expect("detached");
    assert!(group.can_read("/dev/full"));
}

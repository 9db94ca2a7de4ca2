//! The filter of a container that asks for none: calls that ordinary programs need are allowed, the rest fails with
//! EPERM. What a capability gives the right to is allowed where the container has that capability.
//!
//! The profile denies what reaches beyond namespaces and control groups (kernel keyring, modules, clocks, raw
//! hardware, mounting, new namespaces, io_uring, user fault handling) even where the kernel itself would check a
//! capability: one more wall, and a smaller kernel to attack.

use tsorch_oci::seccomp::{ArgumentRule, SyscallRule};
use tsorch_oci::{Capabilities, Seccomp};

/// Calls that every container may make, on any architecture.
const ALLOWED: &str = include_str!("allowed-calls.txt");

/// Calls that go with a capability.
const WITH_CAPABILITY: [(&str, &str); 13] = [
    (
        "CAP_SYS_ADMIN",
        "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie mount mount_setattr move_mount \
         open_tree open_tree_attr perf_event_open pivot_root quotactl quotactl_fd setdomainname sethostname setns \
         swapoff swapon syslog umount umount2 unshare",
    ),
    ("CAP_BPF", "bpf"),
    ("CAP_PERFMON", "perf_event_open"),
    ("CAP_DAC_READ_SEARCH", "open_by_handle_at"),
    ("CAP_SYS_BOOT", "reboot kexec_load kexec_file_load"),
    ("CAP_SYS_CHROOT", "chroot"),
    ("CAP_SYS_MODULE", "delete_module init_module finit_module"),
    (
        "CAP_SYS_NICE",
        "get_mempolicy mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node process_madvise",
    ),
    ("CAP_SYS_PACCT", "acct"),
    ("CAP_SYS_PTRACE", "kcmp pidfd_getfd process_madvise"),
    ("CAP_SYS_RAWIO", "iopl ioperm"),
    (
        "CAP_SYS_TIME",
        "clock_adjtime clock_adjtime64 clock_settime clock_settime64 settimeofday stime",
    ),
    ("CAP_SYS_TTY_CONFIG", "vhangup"),
];

/// Execution domains that `personality` may be asked for: Linux, with and without 32-bit identity, and the question.
const PERSONALITIES: [u64; 5] = [0x0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff];
/// All `CLONE_NEW...` bits of clone(2).
const NEW_NAMESPACES: u64 = 0x7e02_0000;
/// Sockets to the hypervisor reach the host's services around every network namespace.
const AF_VSOCK: u64 = 40;
const ENOSYS: u32 = 38;

/// The default profile for a process with these capabilities, for the machine this program runs on.
#[must_use]
pub fn default_profile(capabilities: Option<&Capabilities>) -> Seccomp {
    let bounding = capabilities
        .map(|sets| sets.bounding.as_slice())
        .unwrap_or_default();
    let has = |name: &str| bounding.iter().any(|given| given == name);
    let mut names: Vec<&str> = ALLOWED.split_whitespace().collect();
    for (_, calls) in WITH_CAPABILITY
        .iter()
        .filter(|(capability, _)| has(capability))
    {
        names.extend(calls.split_whitespace());
    }
    if has("CAP_SYSLOG") {
        names.push("syslog");
    }
    names.sort_unstable();
    names.dedup();
    let mut syscalls = vec![allow(&names, Vec::new())];
    syscalls.extend(
        PERSONALITIES
            .map(|domain| allow(&["personality"], vec![argument("SCMP_CMP_EQ", domain, 0)])),
    );
    syscalls.push(allow(
        &["socket"],
        vec![argument("SCMP_CMP_NE", AF_VSOCK, 0)],
    ));
    if !has("CAP_SYS_ADMIN") {
        let no_namespaces = ArgumentRule {
            index: clone_flags_argument(),
            ..argument("SCMP_CMP_MASKED_EQ", NEW_NAMESPACES, 0)
        };
        syscalls.push(allow(&["clone"], vec![no_namespaces]));
        // Its flags are behind a pointer, out of a filter's sight: say "not there", so that libraries use clone.
        syscalls.push(SyscallRule {
            names: vec!["clone3".to_owned()],
            action: "SCMP_ACT_ERRNO".to_owned(),
            errno_ret: Some(ENOSYS),
            args: Vec::new(),
        });
    }
    Seccomp {
        default_action: "SCMP_ACT_ERRNO".to_owned(),
        default_errno_ret: None,
        architectures: architectures()
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        flags: Vec::new(),
        listener_path: None,
        listener_metadata: None,
        syscalls,
    }
}

fn allow(names: &[&str], args: Vec<ArgumentRule>) -> SyscallRule {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    SyscallRule {
        names,
        action: "SCMP_ACT_ALLOW".to_owned(),
        errno_ret: None,
        args,
    }
}

fn argument(op: &str, value: u64, value_two: u64) -> ArgumentRule {
    ArgumentRule {
        index: 0,
        value,
        value_two,
        op: op.to_owned(),
    }
}

/// The machine's own architecture and its 32-bit sibling, for 32-bit programs. Not x32, which nobody ships.
fn architectures() -> &'static [&'static str] {
    match std::env::consts::ARCH {
        "x86_64" => &["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
        "aarch64" => &["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
        _ => &["SCMP_ARCH_NATIVE"],
    }
}

/// s390 passes the stack first.
fn clone_flags_argument() -> u32 {
    u32::from(std::env::consts::ARCH == "s390x")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(capabilities: &[&str], call: &str) -> bool {
        let bounding = capabilities.iter().map(|name| (*name).to_owned()).collect();
        let sets = Capabilities {
            bounding,
            ..Capabilities::default()
        };
        let profile = default_profile(Some(&sets));
        profile.syscalls.iter().any(|rule| {
            rule.action == "SCMP_ACT_ALLOW"
                && rule.args.is_empty()
                && rule.names.iter().any(|name| name == call)
        })
    }

    #[test]
    fn ordinary_calls_are_allowed_and_dangerous_ones_are_not() {
        for call in [
            "read",
            "openat2",
            "execve",
            "futex",
            "epoll_pwait2",
            "landlock_add_rule",
            "ptrace",
        ] {
            assert!(allowed(&[], call), "{call}");
        }
        for call in [
            "mount",
            "keyctl",
            "bpf",
            "unshare",
            "setns",
            "io_uring_setup",
            "kexec_load",
            "userfaultfd",
        ] {
            assert!(!allowed(&[], call), "{call}");
        }
    }

    #[test]
    fn a_capability_brings_its_calls() {
        assert!(allowed(&["CAP_SYS_ADMIN"], "mount"));
        assert!(allowed(&["CAP_SYS_CHROOT"], "chroot"));
        assert!(!allowed(&["CAP_SYS_CHROOT"], "mount"));
        assert!(!allowed(&["CAP_SYS_ADMIN"], "init_module"));
    }
}

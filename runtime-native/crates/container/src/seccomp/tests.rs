//! Compiled filters answer what their profiles say.

use libseccomp::{ScmpArch, ScmpSyscall};
use proptest::prelude::*;
use tsorch_oci::seccomp::{ArgumentRule, SyscallRule};
use tsorch_oci::{Capabilities, Seccomp};

use super::compile::compile;
use super::default_profile;
use super::interpreter::{self, Call};
use super::verify::matches;

const ALLOW: u32 = 0x7fff_0000;
const EPERM: u32 = 0x0005_0001;
const ENOSYS: u32 = 0x0005_0000 | 38;
const KILL: u32 = 0;

const X86_64: u32 = 0xC000_003E;
const X86: u32 = 0x4000_0003;
const AARCH64: u32 = 0xC000_00B7;

fn run(program: &[[u8; 8]], call: &Call) -> u32 {
    interpreter::run(program, call).expect("a program that can be followed")
}

/// The machine's own audit number.
fn native() -> u32 {
    if cfg!(target_arch = "x86_64") {
        X86_64
    } else {
        AARCH64
    }
}

fn number(name: &str) -> u32 {
    let call = ScmpSyscall::from_name(name).expect("a known call");
    u32::try_from(i32::from(call)).expect("a number")
}

fn call(number: u32, arguments: [u64; 6]) -> Call {
    Call {
        number,
        architecture: native(),
        arguments,
    }
}

fn with_capabilities(names: &[&str]) -> Vec<[u8; 8]> {
    let bounding = names.iter().map(|name| (*name).to_owned()).collect();
    compile(&default_profile(Some(&Capabilities {
        bounding,
        ..Capabilities::default()
    })))
    .expect("compiles")
}

#[test]
fn the_default_profile_allows_ordinary_calls_and_denies_dangerous_ones() {
    let filter = with_capabilities(&["CAP_CHOWN"]);
    let answer = |name: &str| run(&filter, &call(number(name), [0; 6]));
    for name in [
        "read",
        "write",
        "openat",
        "execve",
        "futex",
        "mmap",
        "fchmodat2",
        "ptrace",
    ] {
        assert_eq!(answer(name), ALLOW, "{name}");
    }
    for name in [
        "mount",
        "unshare",
        "setns",
        "keyctl",
        "bpf",
        "init_module",
        "io_uring_setup",
        "reboot",
        "chroot",
    ] {
        assert_eq!(answer(name), EPERM, "{name}");
    }
}

#[test]
fn calls_newer_than_the_profile_are_not_there() {
    let filter = with_capabilities(&[]);
    assert_eq!(run(&filter, &call(1000, [0; 6])), ENOSYS);
    assert_eq!(run(&filter, &call(500, [0; 6])), ENOSYS);
    // Newer than the library, named by the profile.
    assert_eq!(run(&filter, &call(462, [0; 6])), ALLOW, "mseal");
}

#[test]
fn new_namespaces_need_the_right() {
    let clone = number("clone");
    let (plain, new_user) = ([0x11, 0, 0, 0, 0, 0], [0x1000_0011, 0, 0, 0, 0, 0]);
    let filter = with_capabilities(&[]);
    assert_eq!(run(&filter, &call(clone, plain)), ALLOW);
    assert_eq!(run(&filter, &call(clone, new_user)), EPERM);
    assert_eq!(run(&filter, &call(number("clone3"), plain)), ENOSYS);
    let filter = with_capabilities(&["CAP_SYS_ADMIN"]);
    assert_eq!(run(&filter, &call(clone, new_user)), ALLOW);
    assert_eq!(run(&filter, &call(number("mount"), plain)), ALLOW);
}

#[test]
fn sockets_to_the_hypervisor_and_odd_personalities_are_denied() {
    let filter = with_capabilities(&[]);
    let answer = |name: &str, first: u64| run(&filter, &call(number(name), [first, 0, 0, 0, 0, 0]));
    assert_eq!([answer("socket", 2), answer("socket", 40)], [ALLOW, EPERM]);
    assert_eq!(
        [answer("personality", 8), answer("personality", 0x40000)],
        [ALLOW, EPERM]
    );
}

#[cfg(target_arch = "x86_64")]
#[test]
fn other_architectures_are_filtered_or_killed() {
    let filter = with_capabilities(&[]);
    let on = |architecture, number| {
        run(
            &filter,
            &Call {
                number,
                architecture,
                arguments: [0; 6],
            },
        )
    };
    // 3 is read and 21 is mount on 32-bit x86; on x86-64 these numbers mean close and access.
    assert_eq!([on(X86, 3), on(X86, 21)], [ALLOW, EPERM]);
    assert_eq!(on(X86, 1000), ENOSYS);
    assert_eq!(on(AARCH64, 63), KILL);
    assert_eq!(on(X86_64, 0x4000_0000), KILL, "x32");
}

#[test]
fn the_default_profile_stays_small() {
    let length = with_capabilities(&["CAP_CHOWN"]).len();
    assert!(length < 1500, "{length} instructions");
}

#[test]
fn a_profile_that_the_library_gets_wrong_is_refused() {
    let rule = |op: &str, value| SyscallRule {
        names: vec!["prctl".to_owned()],
        action: "SCMP_ACT_ALLOW".to_owned(),
        errno_ret: None,
        args: vec![ArgumentRule {
            index: 0,
            value,
            value_two: 0,
            op: op.to_owned(),
        }],
    };
    let profile = |syscalls| Seccomp {
        default_action: "SCMP_ACT_ERRNO".to_owned(),
        syscalls,
        ..Seccomp::default()
    };
    let wrong = profile(vec![rule("SCMP_CMP_GE", 1 << 32), rule("SCMP_CMP_LT", 0)]);
    assert!(compile(&wrong).is_err());
    // What others' default profiles hold must go through.
    let usual = profile(vec![
        rule("SCMP_CMP_LT", 38),
        rule("SCMP_CMP_EQ", 39),
        rule("SCMP_CMP_GT", 40),
    ]);
    assert!(compile(&usual).is_ok());
}

#[test]
fn every_architecture_of_the_table_compiles() {
    for architecture in [
        "SCMP_ARCH_ARM",
        "SCMP_ARCH_AARCH64",
        "SCMP_ARCH_X86",
        "SCMP_ARCH_RISCV64",
    ] {
        let profile = Seccomp {
            architectures: vec![architecture.to_owned()],
            ..default_profile(None)
        };
        assert!(compile(&profile).is_ok(), "{architecture}");
    }
    assert_ne!(ScmpArch::native(), ScmpArch::Native);
}

const OPERATORS: [&str; 7] = [
    "SCMP_CMP_NE",
    "SCMP_CMP_LT",
    "SCMP_CMP_LE",
    "SCMP_CMP_EQ",
    "SCMP_CMP_GE",
    "SCMP_CMP_GT",
    "SCMP_CMP_MASKED_EQ",
];
const NAMES: [&str; 4] = ["ioctl", "fcntl", "prctl", "kill"];

/// Values around the edges of both halves of a 64-bit argument.
fn value() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        Just(1),
        Just(u64::from(u32::MAX)),
        Just(1 << 32),
        Just(u64::MAX),
        0u64..8,
        (0u64..4).prop_map(|high| high << 32 | 7),
    ]
}

fn argument(index: u32) -> impl Strategy<Value = ArgumentRule> {
    (0..OPERATORS.len(), value(), value()).prop_map(move |(op, value, value_two)| ArgumentRule {
        index,
        value,
        value_two: value_two & value,
        op: OPERATORS[op].to_owned(),
    })
}

/// A rule about one call: conditions on different arguments, which must all hold.
fn rule() -> impl Strategy<Value = SyscallRule> {
    let conditions = (
        proptest::option::of(argument(0)),
        proptest::option::of(argument(2)),
    );
    (0..NAMES.len(), conditions).prop_map(|(name, (first, second))| SyscallRule {
        names: vec![NAMES[name].to_owned()],
        action: "SCMP_ACT_ALLOW".to_owned(),
        errno_ret: None,
        args: first.into_iter().chain(second).collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    /// Finds errors of the library too: it must answer what the profile says, or the profile must be refused.
    #[test]
    fn any_profile_answers_what_it_says(
        syscalls in proptest::collection::vec(rule(), 1..4),
        calls in proptest::collection::vec((0..NAMES.len(), value(), value()), 40),
    ) {
        // A newer call, so that those of the test are not above the newest one.
        let newest = SyscallRule {
            names: vec!["openat2".to_owned()],
            action: "SCMP_ACT_ALLOW".to_owned(),
            ..SyscallRule::default()
        };
        let syscalls = syscalls.into_iter().chain([newest]).collect();
        let profile = Seccomp { default_action: "SCMP_ACT_ERRNO".to_owned(), syscalls, ..Seccomp::default() };
        let Ok(filter) = compile(&profile) else { return Ok(()) };
        for (name, first, third) in calls {
            let arguments = [first, 0, third, 0, 0, 0];
            let expected = if matches(&profile, NAMES[name], &arguments) { ALLOW } else { EPERM };
            let answered = run(&filter, &call(number(NAMES[name]), arguments));
            prop_assert_eq!(answered, expected, "{} {:x?}", NAMES[name], arguments);
        }
    }
}

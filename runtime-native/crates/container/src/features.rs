//! What this crate supports, for the specification's features document.

use crate::plan::attributes::{MEMORY_FLAGS, MEMORY_MODES};
use crate::plan::capabilities::CapabilitySet;
use crate::plan::mount_options;

/// Points of the life cycle at which hooks are run.
pub const HOOKS: [&str; 6] = [
    "prestart",
    "createRuntime",
    "createContainer",
    "startContainer",
    "poststart",
    "poststop",
];

/// Kinds of namespaces.
pub const NAMESPACES: [&str; 8] = [
    "cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts",
];

/// Actions of system call filters.
pub const SECCOMP_ACTIONS: [&str; 9] = [
    "SCMP_ACT_ALLOW",
    "SCMP_ACT_ERRNO",
    "SCMP_ACT_KILL",
    "SCMP_ACT_KILL_PROCESS",
    "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_LOG",
    "SCMP_ACT_NOTIFY",
    "SCMP_ACT_TRACE",
    "SCMP_ACT_TRAP",
];

/// Comparisons of system call filters.
pub const SECCOMP_OPERATORS: [&str; 7] = [
    "SCMP_CMP_EQ",
    "SCMP_CMP_GE",
    "SCMP_CMP_GT",
    "SCMP_CMP_LE",
    "SCMP_CMP_LT",
    "SCMP_CMP_MASKED_EQ",
    "SCMP_CMP_NE",
];

/// Architectures of system call filters: all that the specification names.
pub const SECCOMP_ARCHITECTURES: [&str; 23] = [
    "SCMP_ARCH_AARCH64",
    "SCMP_ARCH_ARM",
    "SCMP_ARCH_LOONGARCH64",
    "SCMP_ARCH_M68K",
    "SCMP_ARCH_MIPS",
    "SCMP_ARCH_MIPS64",
    "SCMP_ARCH_MIPS64N32",
    "SCMP_ARCH_MIPSEL",
    "SCMP_ARCH_MIPSEL64",
    "SCMP_ARCH_MIPSEL64N32",
    "SCMP_ARCH_PARISC",
    "SCMP_ARCH_PARISC64",
    "SCMP_ARCH_PPC",
    "SCMP_ARCH_PPC64",
    "SCMP_ARCH_PPC64LE",
    "SCMP_ARCH_RISCV64",
    "SCMP_ARCH_S390",
    "SCMP_ARCH_S390X",
    "SCMP_ARCH_SH",
    "SCMP_ARCH_SHEB",
    "SCMP_ARCH_X32",
    "SCMP_ARCH_X86",
    "SCMP_ARCH_X86_64",
];

/// Flags of system call filters.
pub const SECCOMP_FLAGS: [&str; 4] = [
    "SECCOMP_FILTER_FLAG_LOG",
    "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
    "SECCOMP_FILTER_FLAG_TSYNC",
    WAIT_KILLABLE_RECV,
];
const WAIT_KILLABLE_RECV: &str = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";

/// Those of [`SECCOMP_FLAGS`] that this kernel has.
#[must_use]
pub fn supported_seccomp_flags() -> Vec<&'static str> {
    /// With the listener's flag, without which it has no meaning.
    const WAIT_KILLABLE_BITS: u32 = 32 | 8;
    let has_wait = tsorch_sys::seccomp::flag_is_supported(WAIT_KILLABLE_BITS);
    let flags = SECCOMP_FLAGS.into_iter();
    flags
        .filter(|flag| has_wait || *flag != WAIT_KILLABLE_RECV)
        .collect()
}

/// Modes of memory policies.
#[must_use]
pub fn memory_policy_modes() -> Vec<&'static str> {
    names(&MEMORY_MODES)
}

/// Flags of memory policies.
#[must_use]
pub fn memory_policy_flags() -> Vec<&'static str> {
    names(&MEMORY_FLAGS)
}

fn names(table: &[(&'static str, u32)]) -> Vec<&'static str> {
    table.iter().map(|(name, _)| *name).collect()
}

/// Names of the capabilities that can be given.
#[must_use]
pub fn capabilities() -> Vec<String> {
    CapabilitySet::ALL.names()
}

/// Mount options that have a meaning here, sorted.
#[must_use]
pub fn mount_options() -> Vec<String> {
    mount_options::known()
}

//! `linux.seccomp`: the system call filter.

use serde::{Deserialize, Serialize};

/// A system call filter profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seccomp {
    /// What happens to calls without a rule, `SCMP_ACT_...`.
    pub default_action: String,
    /// Error number of the default action, where it takes one.
    pub default_errno_ret: Option<u32>,
    /// Architectures beside the machine's own, `SCMP_ARCH_...`.
    #[serde(default)]
    pub architectures: Vec<String>,
    /// `SECCOMP_FILTER_FLAG_...`.
    #[serde(default)]
    pub flags: Vec<String>,
    /// Unix socket that gets the notification descriptor.
    pub listener_path: Option<String>,
    /// Handed to the listener.
    pub listener_metadata: Option<String>,
    /// The rules.
    #[serde(default)]
    pub syscalls: Vec<SyscallRule>,
}

/// One action for some system calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyscallRule {
    /// Names of the calls.
    pub names: Vec<String>,
    /// `SCMP_ACT_...`.
    pub action: String,
    /// Error number, where the action takes one.
    pub errno_ret: Option<u32>,
    /// Conditions on arguments; all must hold.
    #[serde(default)]
    pub args: Vec<ArgumentRule>,
}

/// One comparison of a system call's argument.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArgumentRule {
    /// Which argument, from 0.
    pub index: u32,
    /// Compared with (the mask, for `SCMP_CMP_MASKED_EQ`).
    pub value: u64,
    /// Second value, for `SCMP_CMP_MASKED_EQ`.
    #[serde(default)]
    pub value_two: u64,
    /// `SCMP_CMP_...`.
    pub op: String,
}

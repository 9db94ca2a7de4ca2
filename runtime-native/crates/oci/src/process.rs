//! `process`: the program, its identity and its limits. The same object describes an exec.

use std::path::PathBuf;

use serde::Deserialize;

use crate::config::ConfigError;
use crate::scheduling::{CpuAffinity, IoPriority, Scheduler};

/// A process inside a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Process {
    /// Give it a pseudoterminal as its standard streams.
    pub terminal: bool,
    /// First size of the terminal.
    pub console_size: Option<ConsoleSize>,
    /// Who it runs as.
    pub user: User,
    /// Program and arguments; the program is looked up in the `PATH` of `env` like `execvp(3)` does.
    pub args: Vec<String>,
    /// Environment, `KEY=value`.
    pub env: Vec<String>,
    /// Working directory, absolute.
    pub cwd: PathBuf,
    /// Capability sets; absent = none.
    pub capabilities: Option<Capabilities>,
    /// Resource limits.
    pub rlimits: Vec<Rlimit>,
    /// Set `no_new_privs`.
    pub no_new_privileges: bool,
    /// AppArmor profile to change to.
    pub apparmor_profile: Option<String>,
    /// SELinux label to execute with.
    pub selinux_label: Option<String>,
    /// Out-of-memory score adjustment, -1000..=1000; absent = untouched.
    pub oom_score_adj: Option<i32>,
    /// Scheduling policy; absent = the maker's own.
    pub scheduler: Option<Scheduler>,
    /// I/O priority; absent = the maker's own.
    pub io_priority: Option<IoPriority>,
    /// Processors of a process executed in the container; a first process has none.
    #[serde(rename = "execCPUAffinity")]
    pub exec_cpu_affinity: Option<CpuAffinity>,
}

/// `process.consoleSize`, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ConsoleSize {
    /// Rows.
    pub height: u16,
    /// Columns.
    pub width: u16,
}

/// `process.user`, all by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct User {
    /// User id inside.
    pub uid: u32,
    /// Group id inside.
    pub gid: u32,
    /// File mode creation mask; absent = the runtime's own, 022.
    pub umask: Option<u32>,
    /// Supplementary groups.
    pub additional_gids: Vec<u32>,
}

/// `process.capabilities`: five sets of names like `CAP_CHOWN`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    /// Bounding set.
    pub bounding: Vec<String>,
    /// Effective set.
    pub effective: Vec<String>,
    /// Inheritable set.
    pub inheritable: Vec<String>,
    /// Permitted set.
    pub permitted: Vec<String>,
    /// Ambient set.
    pub ambient: Vec<String>,
}

/// One entry of `process.rlimits`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Rlimit {
    /// Name like `RLIMIT_NOFILE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Soft limit; all ones = infinite.
    pub soft: u64,
    /// Hard limit; all ones = infinite.
    pub hard: u64,
}

impl Process {
    /// Reads a process document, as given to `exec --process`.
    ///
    /// # Errors
    /// [`ConfigError`], the first problem found.
    pub fn parse(text: &[u8]) -> Result<Self, ConfigError> {
        let process: Self = crate::without_nulls::from_json(text).map_err(ConfigError::Syntax)?;
        process.check()?;
        Ok(process)
    }

    /// Checks what needs no host: arguments there, `cwd` absolute, no NUL bytes, numbers in range.
    ///
    /// # Errors
    /// [`ConfigError`], the first problem found.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.args.is_empty() || self.args.iter().any(|arg| arg.contains('\0')) {
            return Err(ConfigError::Missing(
                "process.args (at least one, without NUL bytes)",
            ));
        }
        let bad = |field, value: String, reason| {
            Err(ConfigError::Bad {
                field,
                value,
                reason,
            })
        };
        if !self.cwd.is_absolute() {
            return bad(
                "process.cwd",
                self.cwd.display().to_string(),
                "it must be absolute",
            );
        }
        if let Some(entry) = self.env.iter().find(|entry| entry.contains('\0')) {
            return bad("process.env", entry.clone(), "it holds a NUL byte");
        }
        match self.oom_score_adj {
            Some(score) if !(-1000..=1000).contains(&score) => bad(
                "process.oomScoreAdj",
                score.to_string(),
                "it must be between -1000 and 1000",
            ),
            _ => Ok(()),
        }
    }
}

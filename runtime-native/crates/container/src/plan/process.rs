//! The program: arguments, environment, identity, rights.

use std::ffi::CString;
use std::path::PathBuf;

use tsorch_oci::{ConsoleSize, Process};

use super::PlanError;
use super::capabilities::{CapabilityPlan, CapabilitySet};
use crate::spec::Warning;

/// Where programs are looked for when the environment has no `PATH`.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A process to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProcessPlan {
    pub(crate) args: Vec<CString>,
    pub(crate) env: Vec<CString>,
    /// The directories of `PATH`.
    pub(crate) search: Vec<PathBuf>,
    /// The environment has no `HOME`: it is looked up in the container.
    pub(crate) wants_home: bool,
    pub(crate) cwd: PathBuf,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) groups: Vec<u32>,
    pub(crate) umask: u32,
    pub(crate) capabilities: CapabilityPlan,
    pub(crate) no_new_privileges: bool,
    pub(crate) apparmor_profile: Option<String>,
    pub(crate) selinux_label: Option<String>,
    pub(crate) console_size: Option<ConsoleSize>,
}

impl ProcessPlan {
    /// Understands a process document that was checked already.
    pub(crate) fn new(
        process: &Process,
        available: CapabilitySet,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, PlanError> {
        let environment = environment(&process.env);
        let path = environment
            .iter()
            .find_map(|entry| entry.strip_prefix("PATH="));
        let search = path.unwrap_or(DEFAULT_PATH).split(':');
        let search = search.map(|dir| PathBuf::from(if dir.is_empty() { "." } else { dir }));
        let umask = process.user.umask.unwrap_or(0o022);
        if umask > 0o777 {
            return Err(PlanError::new(format!(
                "process.user.umask: {umask:o} is no permission mask"
            )));
        }
        let ids = process
            .user
            .additional_gids
            .iter()
            .chain([&process.user.uid, &process.user.gid]);
        if ids.into_iter().any(|id| *id == u32::MAX) {
            return Err(PlanError::new(
                "process.user: 4294967295 is no user or group",
            ));
        }
        Ok(Self {
            args: c_strings(&process.args, "process.args")?,
            env: c_strings(&environment, "process.env")?,
            search: search.collect(),
            wants_home: !environment.iter().any(|entry| entry.starts_with("HOME=")),
            cwd: process.cwd.clone(),
            uid: process.user.uid,
            gid: process.user.gid,
            groups: process.user.additional_gids.clone(),
            umask,
            capabilities: CapabilityPlan::new(process.capabilities.as_ref(), available, warnings),
            no_new_privileges: process.no_new_privileges,
            apparmor_profile: label(process.apparmor_profile.as_ref()),
            selinux_label: label(process.selinux_label.as_ref()),
            console_size: process.console_size,
        })
    }
}

/// Each variable once, as it was said last: programs disagree which of two counts. An empty `HOME` is none.
fn environment(given: &[String]) -> Vec<String> {
    let name = |entry: &str| entry.split('=').next().unwrap_or_default().to_owned();
    let mut seen = std::collections::HashSet::new();
    let mut kept: Vec<String> = given
        .iter()
        .rev()
        .filter(|entry| seen.insert(name(entry)) && *entry != "HOME=")
        .cloned()
        .collect();
    kept.reverse();
    kept
}

fn label(label: Option<&String>) -> Option<String> {
    label.filter(|label| !label.is_empty()).cloned()
}

fn c_strings(texts: &[String], field: &str) -> Result<Vec<CString>, PlanError> {
    let one = |text: &String| {
        CString::new(text.as_str()).map_err(|_| PlanError::new(format!("{field} holds a NUL byte")))
    };
    texts.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(env: &[&str]) -> ProcessPlan {
        let process = Process {
            args: vec!["sh".to_owned()],
            env: env.iter().map(|entry| (*entry).to_owned()).collect(),
            cwd: "/".into(),
            ..Process::default()
        };
        ProcessPlan::new(&process, CapabilitySet::ALL, &mut Vec::new()).expect("good")
    }

    #[test]
    fn the_last_path_of_the_environment_counts_and_empty_parts_mean_here() {
        let plan = plan(&["PATH=/x", "HOME=/root", "PATH=/a::/b"]);
        assert_eq!(plan.search, [PathBuf::from("/a"), ".".into(), "/b".into()]);
        assert!(!plan.wants_home);
    }

    #[test]
    fn each_variable_is_there_once_and_an_empty_home_is_none() {
        let plan = plan(&["A=1", "B=", "A=2", "HOME=", "C"]);
        let texts: Vec<_> = plan
            .env
            .iter()
            .map(|entry| entry.to_string_lossy())
            .collect();
        assert_eq!(texts, ["B=", "A=2", "C"]);
        assert!(plan.wants_home);
    }

    #[test]
    fn without_a_path_there_is_a_default() {
        let plan = plan(&[]);
        assert!(plan.search.contains(&PathBuf::from("/bin")));
        assert!(plan.wants_home);
        assert_eq!(plan.umask, 0o022);
    }
}

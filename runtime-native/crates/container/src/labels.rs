//! Labels of security modules: AppArmor profiles and SELinux contexts.

use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;
use tsorch_sys::proc::Proc;

use crate::error::Failure;
use crate::plan::mounts::What;
use crate::plan::process::ProcessPlan;
use crate::plan::{Plan, PlanError, unsupported};
use crate::spec::{Leniency, Warning};
use crate::step::Step;

/// Compares what the plan asks for with what the host has: a label that cannot be set is an error or, leniently,
/// forgotten with a warning.
pub(crate) fn check(
    process: &mut ProcessPlan,
    leniency: Leniency,
    warnings: &mut Vec<Warning>,
) -> Result<(), PlanError> {
    let mut missing = |field: &mut Option<String>, what: &str| match (field.take(), leniency) {
        (None, _) => Ok(()),
        (Some(label), Leniency::Strict) => Err(PlanError::new(format!(
            "{what} {label:?} is asked for, but the host does not have it"
        ))),
        (Some(label), Leniency::Lenient) => {
            warnings.push(unsupported(format!(
                "{what} {label:?} was left out: the host does not have it"
            )));
            Ok(())
        }
    };
    for label in [&process.apparmor_profile, &process.selinux_label]
        .into_iter()
        .flatten()
    {
        check_text(label)?;
    }
    // The whole name: a profile may be called `unconfined_something`.
    let is_unconfined = process.apparmor_profile.as_deref() == Some("unconfined");
    if is_unconfined && !has_apparmor() {
        process.apparmor_profile = None;
    }
    if process.apparmor_profile.is_some() && !has_apparmor() {
        missing(&mut process.apparmor_profile, "AppArmor profile")?;
    }
    if process.selinux_label.is_some() && !has_selinux() {
        missing(&mut process.selinux_label, "SELinux label")?;
    }
    Ok(())
}

fn check_text(label: &str) -> Result<(), PlanError> {
    match label.bytes().any(|byte| byte.is_ascii_control()) {
        true => Err(PlanError::new(format!("{label:?} is no label"))),
        false => Ok(()),
    }
}

/// Filesystems whose files have labels of the kernel's own choice.
const LABELLED_BY_KERNEL: [&str; 3] = ["proc", "sysfs", "mqueue"];

/// Gives the filesystems of a plan the label of `linux.mountLabel`, as their option `context`. One that has such an option
/// already keeps it; binds keep the labels of their files.
pub(crate) fn label_mounts(
    plan: &mut Plan,
    (leniency, has_selinux): (Leniency, bool),
    warnings: &mut Vec<Warning>,
) -> Result<(), PlanError> {
    let Some(label) = plan.mount_label.take() else {
        return Ok(());
    };
    check_text(&label)?;
    if !has_selinux {
        let message = format!("the SELinux label of mounts {label:?} (linux.mountLabel)");
        return match leniency {
            Leniency::Strict => Err(PlanError::new(format!(
                "{message} is asked for, but SELinux is not enabled on this host"
            ))),
            Leniency::Lenient => {
                let message = format!("{message} was left out: SELinux is not enabled");
                warnings.push(unsupported(message));
                Ok(())
            }
        };
    }
    for mount in &mut plan.mounts {
        let What::Filesystem(filesystem) = &mut mount.what else {
            continue;
        };
        let has_one = |(key, _): &(String, Option<String>)| key.ends_with("context");
        let is_kernels = LABELLED_BY_KERNEL.contains(&filesystem.kind.as_str());
        if !is_kernels && !filesystem.data.iter().any(has_one) {
            let option = ("context".to_owned(), Some(label.clone()));
            filesystem.data.push(option);
        }
    }
    Ok(())
}

pub(crate) fn has_selinux() -> bool {
    Path::new("/sys/fs/selinux/enforce").exists()
}

fn has_apparmor() -> bool {
    std::fs::read("/sys/module/apparmor/parameters/enabled")
        .is_ok_and(|text| text.starts_with(b"Y"))
}

/// Sets the label that `execve` gives the program.
pub(crate) fn set_exec_label(process: &ProcessPlan) -> Result<(), Failure> {
    if let Some(profile) = &process.apparmor_profile {
        let name = || format!("set the AppArmor profile {profile}");
        let proc = Proc::new().step(name)?;
        let value = format!("exec {profile}");
        let module = Path::new("thread-self/attr/apparmor/exec");
        let done = match write(&proc, module, &value) {
            // Kernels before 5.8 have the shared file only.
            Err(Errno::NOENT) => write(&proc, Path::new("thread-self/attr/exec"), &value),
            done => done,
        };
        if done == Err(Errno::NOENT) {
            let search = || format!("find the AppArmor profile {profile} among the loaded ones");
            return done.step(search);
        }
        done.step(name)?;
    }
    if let Some(label) = &process.selinux_label {
        let name = || format!("set the SELinux label {label}");
        let proc = Proc::new().step(name)?;
        write(&proc, Path::new("thread-self/attr/exec"), label).step(name)?;
    }
    Ok(())
}

/// `thread-self` is a link that procfs itself follows to a number.
fn write(proc: &Proc, path: &Path, value: &str) -> Result<(), Errno> {
    let pid = rustix::process::getpid().as_raw_nonzero();
    let rest = path.strip_prefix("thread-self").unwrap_or(path);
    let file = proc.open(&Path::new(&pid.to_string()).join(rest), OFlags::WRONLY)?;
    rustix::io::write(&file, value.as_bytes()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PlanContext;
    use crate::plan::capabilities::CapabilitySet;

    const LABEL: &str = "system_u:object_r:container_file_t:s0:c1,c2";

    fn plan() -> Plan {
        let text = format!(
            r#"{{"ociVersion": "1.0.0", "root": {{"path": "r"}}, "process": {{"cwd": "/", "args": ["a"]}},
                "mounts": [{{"destination": "/proc", "type": "proc"}}, {{"destination": "/a", "type": "tmpfs"}},
                           {{"destination": "/b", "type": "tmpfs", "options": ["rootcontext=x"]}},
                           {{"destination": "/c", "type": "bind", "source": "/c"}}],
                "linux": {{"mountLabel": "{LABEL}", "namespaces": [{{"type": "mount"}}]}}}}"#
        );
        let config = tsorch_oci::Config::parse(text.as_bytes()).expect("valid");
        let context = PlanContext {
            bundle: Path::new("/b"),
            available: CapabilitySet::ALL,
            shares_users: false,
        };
        Plan::new(&config, context).expect("good").0
    }

    #[test]
    fn mounts_that_can_have_a_label_get_it() {
        let mut plan = plan();
        label_mounts(&mut plan, (Leniency::Strict, true), &mut Vec::new()).expect("labelled");
        let labels = plan.mounts.iter().map(|mount| match &mount.what {
            What::Filesystem(filesystem) => {
                let found = filesystem.data.iter().find(|(key, _)| key == "context");
                found.and_then(|(_, value)| value.clone())
            }
            _ => None,
        });
        let labels: Vec<_> = labels.collect();
        assert_eq!(labels, [None, Some(LABEL.to_owned()), None, None]);
    }

    #[test]
    fn without_selinux_a_label_of_mounts_is_an_error_or_a_warning() {
        let mut warnings = Vec::new();
        let strict = label_mounts(&mut plan(), (Leniency::Strict, false), &mut warnings);
        assert!(strict.is_err() && warnings.is_empty());
        label_mounts(&mut plan(), (Leniency::Lenient, false), &mut warnings).expect("left out");
        assert_eq!(warnings.len(), 1);
    }
}

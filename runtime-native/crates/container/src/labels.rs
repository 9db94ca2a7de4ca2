//! Labels of security modules: AppArmor profiles and SELinux contexts.

use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;
use tsorch_sys::proc::Proc;

use crate::error::Failure;
use crate::plan::process::ProcessPlan;
use crate::plan::{PlanError, unsupported};
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
        if label.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(PlanError::new(format!("{label:?} is no label")));
        }
    }
    // The whole name: a profile may be called `unconfined_something`.
    let is_unconfined = process.apparmor_profile.as_deref() == Some("unconfined");
    if is_unconfined && !has_apparmor() {
        process.apparmor_profile = None;
    }
    if process.apparmor_profile.is_some() && !has_apparmor() {
        missing(&mut process.apparmor_profile, "AppArmor profile")?;
    }
    if process.selinux_label.is_some() && !Path::new("/sys/fs/selinux/enforce").exists() {
        missing(&mut process.selinux_label, "SELinux label")?;
    }
    Ok(())
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

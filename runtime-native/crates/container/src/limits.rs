//! Limits that a maker sets for its child from outside, when the child is ready.

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, Rlimit, getrlimit, prlimit};

use rustix::thread::{CpuSet, sched_setaffinity};
use tsorch_sys::scheduling::{set_io_priority, set_scheduler};

use crate::error::Failure;
use crate::plan::limits::{Limits, RlimitPlan};
use crate::plan::scheduling::Scheduling;
use crate::plan::unsupported;
use crate::spec::{Leniency, Warning, WarningKind};
use crate::step::Step;

/// Sets resource limits, the out-of-memory score and the scheduling of the child `pid`, which was not reaped yet.
pub(crate) fn apply(
    limits: &Limits,
    pid: Pid,
    leniency: Leniency,
) -> Result<Vec<Warning>, Failure> {
    let mut warnings = Vec::new();
    for wanted in &limits.rlimits {
        let name = || format!("set {}", wanted.name);
        match prlimit(Some(pid), wanted.resource, wanted.limit) {
            Ok(_) => {}
            Err(Errno::PERM) if leniency == Leniency::Lenient => {
                warnings.push(clamp(wanted, pid).step(name)?);
            }
            Err(errno) => return Err(Failure::new(name(), errno)),
        }
    }
    if let Some(score) = limits.oom_score_adj {
        warnings.extend(set_oom_score(score, pid, leniency)?);
    }
    warnings.extend(set_scheduling(&limits.scheduling, pid, leniency)?);
    Ok(warnings)
}

/// Lets a process of a container run wherever its control group does, whatever its maker was pinned to. A cgroup without
/// any of these processors is impossible; that nobody may say so is no reason to fail.
pub(crate) fn forget_processors(pid: Option<Pid>) {
    let mut all = CpuSet::new();
    (0..CpuSet::MAX_CPU).for_each(|number| all.set(number));
    let _ = sched_setaffinity(pid, &all);
}

/// Raising a hard limit takes CAP_SYS_RESOURCE; without it the present one (ours, inherited) is the most there is.
fn clamp(wanted: &RlimitPlan, pid: Pid) -> Result<Warning, Errno> {
    let most = getrlimit(wanted.resource).maximum;
    let lower = |one: Option<u64>, other: Option<u64>| match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let maximum = lower(wanted.limit.maximum, most);
    let limit = Rlimit {
        current: lower(wanted.limit.current, maximum),
        maximum,
    };
    prlimit(Some(pid), wanted.resource, limit)?;
    let show = |value: Option<u64>| {
        value.map_or_else(|| "unlimited".to_owned(), |value| value.to_string())
    };
    let message = format!(
        "{} of {} was lowered to {}: raising it needs CAP_SYS_RESOURCE",
        wanted.name,
        show(wanted.limit.maximum),
        show(maximum)
    );
    Ok(Warning {
        kind: WarningKind::Rlimit,
        message,
    })
}

fn set_oom_score(score: i32, pid: Pid, leniency: Leniency) -> Result<Option<Warning>, Failure> {
    let path = format!("/proc/{}/oom_score_adj", pid.as_raw_nonzero());
    let flags = OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let done = rustix::fs::open(&path, flags, Mode::empty())
        .and_then(|file| rustix::io::write(&file, score.to_string().as_bytes()));
    match done {
        Ok(_) => Ok(None),
        Err(Errno::ACCESS | Errno::PERM) if leniency == Leniency::Lenient => {
            let message =
                format!("oom_score_adj was not lowered to {score}: this needs CAP_SYS_RESOURCE");
            Ok(Some(Warning {
                kind: WarningKind::OomScore,
                message,
            }))
        }
        Err(errno) => Err(Failure::new(format!("set oom_score_adj to {score}"), errno)),
    }
}

/// From outside, because inside a user namespace nobody has the right.
fn set_scheduling(
    scheduling: &Scheduling,
    pid: Pid,
    leniency: Leniency,
) -> Result<Vec<Warning>, Failure> {
    let mut warnings = Vec::new();
    let mut take = |done: Result<(), Errno>, name: String| match done {
        Err(Errno::PERM) if leniency == Leniency::Lenient => {
            warnings.push(unsupported(format!("could not {name}: not permitted")));
            Ok(())
        }
        done => done.step(|| name),
    };
    if let Some(attributes) = &scheduling.attributes {
        let done = set_scheduler(pid, attributes);
        let hint = if done == Err(Errno::PERM) && attributes.priority > 0 {
            " (a v1 cpu group needs linux.resources.cpu.realtimeRuntime for realtime)"
        } else {
            ""
        };
        take(done, format!("set the scheduling policy{hint}"))?;
    }
    if let Some((class, level)) = scheduling.io_priority {
        take(
            set_io_priority(pid, class, level),
            "set the I/O priority".to_owned(),
        )?;
    }
    Ok(warnings)
}

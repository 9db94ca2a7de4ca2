//! Scheduling of a process: policy, I/O priority, processors.

use rustix::thread::CpuSet;
use tsorch_oci::scheduling::{IoPriorityClass, SchedulerFlag, SchedulerPolicy};
use tsorch_oci::{CpuAffinity, IoPriority, Process, Scheduler};
use tsorch_sys::scheduling::SchedulingAttributes;

use super::{PlanError, number_list};

/// How a process is scheduled; what is absent is the maker's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scheduling {
    pub(crate) attributes: Option<SchedulingAttributes>,
    /// Class and level of ioprio_set(2).
    pub(crate) io_priority: Option<(u8, u8)>,
}

/// Processors of an exec'd process: before and after it is in the container's control group.
#[derive(Clone, Default)]
pub(crate) struct Affinity {
    pub(crate) initial: Option<CpuSet>,
    pub(crate) finally: Option<CpuSet>,
}

impl Scheduling {
    /// Reads the two parts of a process document; parameters that its policy does not have are an error.
    pub(crate) fn new(process: &Process) -> Result<Self, PlanError> {
        Ok(Self {
            attributes: process.scheduler.as_ref().map(attributes).transpose()?,
            io_priority: process.io_priority.map(io_priority).transpose()?,
        })
    }
}

impl Affinity {
    /// Reads `process.execCPUAffinity`.
    pub(crate) fn new(affinity: Option<&CpuAffinity>) -> Result<Self, PlanError> {
        let Some(affinity) = affinity else {
            return Ok(Self::default());
        };
        Ok(Self {
            initial: cpu_set(affinity.initial.as_deref(), "initial")?,
            finally: cpu_set(affinity.finally.as_deref(), "final")?,
        })
    }
}

/// Numbers of `include/uapi/linux/sched.h`.
fn policy_number(policy: SchedulerPolicy) -> u32 {
    match policy {
        SchedulerPolicy::Other => 0,
        SchedulerPolicy::Fifo => 1,
        SchedulerPolicy::RoundRobin => 2,
        SchedulerPolicy::Batch => 3,
        SchedulerPolicy::Iso => 4,
        SchedulerPolicy::Idle => 5,
        SchedulerPolicy::Deadline => 6,
    }
}

fn flag_bit(flag: SchedulerFlag) -> Result<u64, PlanError> {
    match flag {
        SchedulerFlag::ResetOnFork => Ok(0x01),
        SchedulerFlag::Reclaim => Ok(0x02),
        SchedulerFlag::DeadlineOverrun => Ok(0x04),
        SchedulerFlag::KeepPolicy => Ok(0x08),
        SchedulerFlag::KeepParameters => Ok(0x10),
        // The specification has no field for the value, and 0 would slow the program down without end.
        SchedulerFlag::UtilClampMin | SchedulerFlag::UtilClampMax => Err(PlanError::new(
            "process.scheduler.flags: a utilisation clamp has no value",
        )),
    }
}

fn attributes(wanted: &Scheduler) -> Result<SchedulingAttributes, PlanError> {
    let bad = |what: &str| PlanError::new(format!("process.scheduler: {what}"));
    let is_realtime = matches!(
        wanted.policy,
        SchedulerPolicy::Fifo | SchedulerPolicy::RoundRobin
    );
    let is_normal = matches!(
        wanted.policy,
        SchedulerPolicy::Other | SchedulerPolicy::Batch
    );
    let has_times = wanted.runtime != 0 || wanted.deadline != 0 || wanted.period != 0;
    if wanted.nice != 0 && !is_normal {
        return Err(bad("nice is for SCHED_OTHER and SCHED_BATCH"));
    }
    if !(-20..=19).contains(&wanted.nice) {
        return Err(bad("nice must be between -20 and 19"));
    }
    if is_realtime != (wanted.priority != 0) {
        return Err(bad(
            "priority is for SCHED_FIFO and SCHED_RR, which need it",
        ));
    }
    if has_times && wanted.policy != SchedulerPolicy::Deadline {
        return Err(bad("runtime, deadline and period are for SCHED_DEADLINE"));
    }
    let flags = wanted.flags.iter().map(|flag| flag_bit(*flag));
    Ok(SchedulingAttributes {
        policy: policy_number(wanted.policy),
        flags: flags.sum::<Result<u64, _>>()?,
        nice: wanted.nice,
        priority: u32::try_from(wanted.priority)
            .ok()
            .filter(|priority| *priority <= 99)
            .ok_or_else(|| bad("priority must be between 1 and 99"))?,
        runtime: wanted.runtime,
        deadline: wanted.deadline,
        period: wanted.period,
    })
}

fn io_priority(wanted: IoPriority) -> Result<(u8, u8), PlanError> {
    let class = match wanted.class {
        IoPriorityClass::Realtime => 1,
        IoPriorityClass::BestEffort => 2,
        IoPriorityClass::Idle => 3,
    };
    let level = u8::try_from(wanted.priority)
        .ok()
        .filter(|level| *level <= 7);
    let level = level
        .ok_or_else(|| PlanError::new("process.ioPriority: priority must be between 0 and 7"))?;
    Ok((class, level))
}

fn cpu_set(list: Option<&str>, field: &str) -> Result<Option<CpuSet>, PlanError> {
    let Some(list) = list.filter(|list| !list.is_empty()) else {
        return Ok(None);
    };
    let most = u32::try_from(CpuSet::MAX_CPU).unwrap_or(0);
    let numbers = number_list::parse(list, most).ok_or_else(|| {
        PlanError::new(format!(
            "process.execCPUAffinity.{field}: {list:?} is no list of processors"
        ))
    })?;
    let mut set = CpuSet::new();
    for number in numbers {
        set.set(usize::try_from(number).unwrap_or(0));
    }
    Ok(Some(set))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Result<Scheduling, String> {
        let process: Process = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Scheduling::new(&process).map_err(|error| error.0)
    }

    #[test]
    fn each_policy_takes_its_own_parameters_only() {
        let scheduler = |rest: &str| plan(&format!(r#"{{"scheduler": {{{rest}}}}}"#));
        for good in [
            r#""policy": "SCHED_BATCH", "nice": 5"#,
            r#""policy": "SCHED_FIFO", "priority": 1, "flags": ["SCHED_FLAG_RESET_ON_FORK"]"#,
            r#""policy": "SCHED_DEADLINE", "runtime": 1, "deadline": 2, "period": 3"#,
            r#""policy": "SCHED_IDLE""#,
        ] {
            assert!(scheduler(good).is_ok(), "{good}");
        }
        for bad in [
            r#""policy": "SCHED_FIFO""#,
            r#""policy": "SCHED_FIFO", "priority": 100"#,
            r#""policy": "SCHED_FIFO", "priority": -1"#,
            r#""policy": "SCHED_RR", "priority": 1, "nice": 1"#,
            r#""policy": "SCHED_OTHER", "nice": 20"#,
            r#""policy": "SCHED_OTHER", "priority": 1"#,
            r#""policy": "SCHED_OTHER", "period": 1"#,
            r#""policy": "SCHED_OTHER", "flags": ["SCHED_FLAG_UTIL_CLAMP_MAX"]"#,
            r#""policy": "SCHED_NOTHING""#,
        ] {
            assert!(scheduler(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn io_priorities_have_eight_levels() {
        let text = |level| {
            format!(r#"{{"ioPriority": {{"class": "IOPRIO_CLASS_BE", "priority": {level}}}}}"#)
        };
        let planned = plan(&text(7)).map(|scheduling| scheduling.io_priority);
        assert_eq!(planned, Ok(Some((2, 7))));
        assert!(plan(&text(8)).is_err() && plan(&text(-1)).is_err());
    }

    #[test]
    fn processors_are_lists() {
        let affinity = |list: &str| {
            Affinity::new(Some(&CpuAffinity {
                initial: Some(list.to_owned()),
                finally: None,
            }))
        };
        let set = affinity("0,2-3").expect("good").initial.expect("a set");
        assert_eq!(
            [0, 1, 2, 3].map(|cpu| set.is_set(cpu)),
            [true, false, true, true]
        );
        assert!(affinity("").expect("good").initial.is_none());
        assert!(affinity("0-").is_err() && affinity("1024").is_err());
    }
}

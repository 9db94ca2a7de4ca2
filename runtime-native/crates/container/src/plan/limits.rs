//! Limits of a process that its parent sets from outside: resource limits, the out-of-memory score, scheduling.

use rustix::process::{Resource, Rlimit};
use tsorch_oci::Process;

use super::PlanError;
use super::scheduling::Scheduling;

/// Names of resource limits, getrlimit(2).
const NAMES: [(&str, Resource); 16] = [
    ("RLIMIT_AS", Resource::As),
    ("RLIMIT_CORE", Resource::Core),
    ("RLIMIT_CPU", Resource::Cpu),
    ("RLIMIT_DATA", Resource::Data),
    ("RLIMIT_FSIZE", Resource::Fsize),
    ("RLIMIT_LOCKS", Resource::Locks),
    ("RLIMIT_MEMLOCK", Resource::Memlock),
    ("RLIMIT_MSGQUEUE", Resource::Msgqueue),
    ("RLIMIT_NICE", Resource::Nice),
    ("RLIMIT_NOFILE", Resource::Nofile),
    ("RLIMIT_NPROC", Resource::Nproc),
    ("RLIMIT_RSS", Resource::Rss),
    ("RLIMIT_RTPRIO", Resource::Rtprio),
    ("RLIMIT_RTTIME", Resource::Rttime),
    ("RLIMIT_SIGPENDING", Resource::Sigpending),
    ("RLIMIT_STACK", Resource::Stack),
];

/// One resource limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RlimitPlan {
    pub(crate) name: &'static str,
    pub(crate) resource: Resource,
    pub(crate) limit: Rlimit,
}

/// What a parent sets for its child.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) rlimits: Vec<RlimitPlan>,
    pub(crate) oom_score_adj: Option<i32>,
    pub(crate) scheduling: Scheduling,
}

impl Limits {
    /// Reads the limits; an unknown or repeated name is an error.
    pub(crate) fn new(process: &Process) -> Result<Self, PlanError> {
        let mut rlimits: Vec<RlimitPlan> = Vec::with_capacity(process.rlimits.len());
        for wanted in &process.rlimits {
            let bad =
                |what: &str| PlanError::new(format!("process.rlimits: {} {what}", wanted.kind));
            let known = NAMES.iter().find(|(name, _)| *name == wanted.kind);
            let (name, resource) = known.ok_or_else(|| bad("is unknown"))?;
            if rlimits.iter().any(|other| other.name == *name) {
                return Err(bad("is given twice"));
            }
            if wanted.soft > wanted.hard {
                return Err(bad("has a soft limit above the hard one"));
            }
            let finite = |value: u64| (value != u64::MAX).then_some(value);
            let limit = Rlimit {
                current: finite(wanted.soft),
                maximum: finite(wanted.hard),
            };
            rlimits.push(RlimitPlan {
                name,
                resource: *resource,
                limit,
            });
        }
        Ok(Self {
            rlimits,
            oom_score_adj: process.oom_score_adj,
            scheduling: Scheduling::new(process)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsorch_oci::Rlimit as Wanted;

    fn limits(rlimits: &[(&str, u64, u64)]) -> Result<Limits, PlanError> {
        let rlimits = rlimits.iter().map(|(kind, soft, hard)| Wanted {
            kind: (*kind).to_owned(),
            soft: *soft,
            hard: *hard,
        });
        Limits::new(&Process {
            rlimits: rlimits.collect(),
            ..Process::default()
        })
    }

    #[test]
    fn all_ones_mean_no_limit() {
        let limits = limits(&[("RLIMIT_CORE", 0, u64::MAX)]).expect("good");
        assert_eq!(
            limits.rlimits[0].limit,
            Rlimit {
                current: Some(0),
                maximum: None
            }
        );
    }

    #[test]
    fn refuses_unknown_repeated_and_inverted_limits() {
        assert!(limits(&[("RLIMIT_FOO", 1, 1)]).is_err());
        assert!(limits(&[("RLIMIT_CPU", 1, 1), ("RLIMIT_CPU", 1, 1)]).is_err());
        assert!(limits(&[("RLIMIT_CPU", 2, 1)]).is_err());
    }
}

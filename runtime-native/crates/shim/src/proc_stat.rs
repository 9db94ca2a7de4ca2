//! The used fields of /proc/PID/stat. See proc_pid_stat(5).

use rustix::process::Pid;

/// Of one process, as it was when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProcStat {
    /// Field 4.
    pub(crate) parent: i32,
    /// Field 5.
    pub(crate) group: i32,
    /// Field 6.
    pub(crate) session: i32,
    /// Field 22: clock ticks after the boot.
    pub(crate) start_time: u64,
}

impl ProcStat {
    /// `None` when there is no such process.
    pub(crate) fn of(pid: Pid) -> Option<Self> {
        let text = std::fs::read(format!("/proc/{}/stat", pid.as_raw_pid())).ok()?;
        Self::parse(&text)
    }

    /// The second field, in parentheses, may hold anything; so the others are counted from its end.
    fn parse(text: &[u8]) -> Option<Self> {
        let end_of_name = text.iter().rposition(|byte| *byte == b')')?;
        let rest = std::str::from_utf8(text.get(end_of_name + 1..)?).ok()?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let field = |number: usize| fields.get(number - 3).copied();
        Some(Self {
            parent: field(4)?.parse().ok()?,
            group: field(5)?.parse().ok()?,
            session: field(6)?.parse().ok()?,
            start_time: field(22)?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ProcStat;

    #[test]
    fn reads_the_fields_behind_a_hostile_name() {
        let text = b"42 (a) R 1 2) S 7 8 9 0 -1 1 2 3 4 5 6 7 8 9 10 11 12 13 4711 0 0\n";
        let stat = ProcStat {
            parent: 7,
            group: 8,
            session: 9,
            start_time: 4711,
        };
        assert_eq!(ProcStat::parse(text), Some(stat));
        assert_eq!(ProcStat::parse(b"42 (x"), None);
    }

    #[test]
    fn reads_its_own() {
        let stat = ProcStat::of(rustix::process::getpid()).unwrap();
        let parent = rustix::process::getppid().map(rustix::process::Pid::as_raw_pid);
        assert_eq!(Some(stat.parent), parent);
    }
}

//! Ends everything that an exec has started.
//!
//! Killing its first process would leave the others: they are found by session, process group and parent among the
//! processes of the container's cgroup, again and again until a look finds none.

use std::collections::BTreeSet;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tsorch_cgroups::Cgroup;

use crate::proc_stat::ProcStat;

/// Looks; each finds what was forked during the one before.
const MAX_ROUNDS: usize = 16;

/// Kills `first`, which has not been reaped, and what descends from it.
pub(crate) fn kill_exec_tree(first: Pid, cgroup: &Cgroup) {
    let mut tree = BTreeSet::from([first.as_raw_pid()]);
    // crun begins no session for an exec without a terminal: its group is that of the call that has made it.
    let group = ProcStat::of(first).map_or(first.as_raw_pid(), |stat| stat.group);
    let mut killed = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let processes: Vec<_> = cgroup
            .procs()
            .unwrap_or_default()
            .into_iter()
            .filter_map(|pid| Some((pid, ProcStat::of(pid)?)))
            .collect();
        grow(&mut tree, (first, group), &processes);
        let fresh = processes.iter().filter(|(pid, stat)| {
            tree.contains(&pid.as_raw_pid())
                && !killed.contains(&(pid.as_raw_pid(), stat.start_time))
        });
        let fresh: Vec<_> = fresh.copied().collect();
        if fresh.is_empty() {
            break;
        }
        for (pid, stat) in fresh {
            kill_if_same(pid, stat);
            killed.insert((pid.as_raw_pid(), stat.start_time));
        }
    }
    let _ = rustix::process::kill_process(first, Signal::KILL);
}

/// Adds whoever is in the first process's session or group, or a child of the tree.
fn grow(tree: &mut BTreeSet<i32>, (first, group): (Pid, i32), processes: &[(Pid, ProcStat)]) {
    loop {
        let before = tree.len();
        for (pid, stat) in processes {
            let is_of_first = stat.session == first.as_raw_pid() || stat.group == group;
            if is_of_first || tree.contains(&stat.parent) {
                tree.insert(pid.as_raw_pid());
            }
        }
        if tree.len() == before {
            return;
        }
    }
}

/// The number may have been given to another process since we looked.
fn kill_if_same(pid: Pid, seen: ProcStat) {
    let Ok(pidfd) = pidfd_open(pid, PidfdFlags::empty()) else {
        return;
    };
    if ProcStat::of(pid).is_some_and(|stat| stat.start_time == seen.start_time) {
        let _ = pidfd_send_signal(&pidfd, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::grow;
    use crate::proc_stat::ProcStat;
    use rustix::process::Pid;
    use std::collections::BTreeSet;

    fn process(pid: i32, parent: i32, session: i32) -> (Pid, ProcStat) {
        in_group(pid, parent, (session, session))
    }

    fn in_group(pid: i32, parent: i32, (group, session): (i32, i32)) -> (Pid, ProcStat) {
        let stat = ProcStat {
            parent,
            group,
            session,
            start_time: 0,
        };
        (Pid::from_raw(pid).unwrap(), stat)
    }

    #[test]
    fn a_tree_has_descendants_of_other_sessions_and_orphans_of_its_own() {
        let processes = [
            process(12, 11, 12),
            process(10, 1, 10),
            process(11, 10, 10),
            process(13, 1, 10),
            process(20, 1, 20),
            process(21, 20, 20),
        ];
        let mut tree = BTreeSet::from([10]);
        grow(&mut tree, (Pid::from_raw(10).unwrap(), 10), &processes);
        assert_eq!(tree, BTreeSet::from([10, 11, 12, 13]));
    }

    #[test]
    fn an_exec_that_leads_no_session_has_those_of_its_group() {
        let processes = [
            in_group(10, 1, (9, 3)),
            in_group(11, 1, (9, 3)),
            in_group(12, 11, (12, 12)),
            in_group(20, 1, (20, 3)),
        ];
        let mut tree = BTreeSet::from([10]);
        grow(&mut tree, (Pid::from_raw(10).unwrap(), 9), &processes);
        assert_eq!(tree, BTreeSet::from([10, 11, 12]));
    }
}

//! What a group of real processes uses. Needs root.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test ends at the first surprise and tells what it did"
)]

use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::Pid;
use tsorch_cgroups::stats::{Stats, StatsReader, Throttling};
use tsorch_cgroups::{Cgroup, CgroupPath, Hierarchies, OnMissing};

/// A group that goes when the test does; `None` where there is none to be had.
struct Group {
    host: Hierarchies,
    path: CgroupPath,
}

impl Group {
    fn make(name: &str) -> Option<(Self, Cgroup)> {
        let host = Hierarchies::of_host().ok()?;
        let name = format!("tsorch-test-stats-{name}-{}", std::process::id());
        let path = CgroupPath::parse(Path::new(&name)).unwrap();
        let Ok(group) = Cgroup::create(&host, path.clone()) else {
            println!("skipped: no right to make control groups");
            return None;
        };
        Some((Self { host, path }, group))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let group = Cgroup::open(&self.host, self.path.clone()).unwrap();
        group.kill().unwrap();
        group.remove().unwrap();
    }
}

/// Waits for a line on its input before it runs `script`.
fn shell(script: &str) -> Child {
    Command::new("/bin/sh")
        .args(["-c", &format!("read line; {script}; echo done; read line")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn run_in(group: &Cgroup, script: &str) -> Child {
    use std::io::{Read, Write};
    let mut child = shell(script);
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    group.attach(pid).unwrap();
    child.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut [0; 5])
        .unwrap();
    child
}

fn end(mut child: Child) {
    drop(child.stdin.take());
    child.wait().unwrap();
}

/// The figures once the group has had to wait for its quota; of a host that does not count that, those of now.
fn when_throttled(group: &Cgroup) -> Stats {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let stats = group.stats().unwrap();
        let waits = |throttling: &Throttling| throttling.throttled_us == 0;
        let throttling = stats.cpu.as_ref().and_then(|cpu| cpu.throttling.as_ref());
        if !throttling.is_some_and(waits) || std::time::Instant::now() > deadline {
            return stats;
        }
        std::thread::yield_now();
    }
}

#[test]
fn counts_time_memory_and_processes_of_a_group() {
    let Some((_keeper, group)) = Group::make("counts") else {
        return;
    };
    let child = run_in(&group, "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
    let stats = group.stats().unwrap();
    end(child);
    let cpu = stats.cpu.unwrap();
    assert!(cpu.usage_us > 1_000, "{cpu:?}");
    if let Some(memory) = stats.memory {
        assert!(
            memory.usage > 0 && memory.working_set <= memory.usage,
            "{memory:?}"
        );
        assert_eq!(memory.limit, None);
        assert!(group.memory_details().unwrap().len() > 10);
    }
    if let Some(pids) = stats.pids {
        assert_eq!((pids.current, pids.limit), (1, None));
    }
}

#[test]
fn tells_limits_and_how_often_they_were_felt() {
    let Some((_keeper, group)) = Group::make("limits") else {
        return;
    };
    let resources = serde_json::from_str(
        r#"{"memory": {"limit": 16777216}, "pids": {"limit": 2}, "cpu": {"quota": 5000, "period": 50000}}"#,
    );
    group.apply(&resources.unwrap(), OnMissing::Skip).unwrap();
    let script = "(:; (: ; :) ; :) 2>/dev/null; echo done; while :; do :; done";
    let mut child = run_in(&group, script);
    let stats = when_throttled(&group);
    child.kill().unwrap();
    end(child);
    if let Some(memory) = stats.memory {
        assert_eq!(memory.limit, Some(16 << 20));
    }
    if let Some(pids) = stats.pids {
        assert_eq!(pids.limit, Some(2));
        assert!(pids.refused.is_none_or(|count| count > 0), "{pids:?}");
    }
    if let Some(throttling) = stats.cpu.unwrap().throttling {
        assert!(throttling.throttled_periods > 0 && throttling.throttled_us > 0);
    }
}

#[test]
fn a_group_that_is_gone_has_no_figures() {
    let Some((keeper, group)) = Group::make("gone") else {
        return;
    };
    Cgroup::open(&keeper.host, keeper.path.clone())
        .unwrap()
        .remove()
        .unwrap();
    assert_eq!(group.stats().unwrap(), Stats::default());
}

/// Time of one look, for the record; the bound is wide enough for a busy host and an unoptimised build.
#[test]
fn a_look_costs_little() {
    let Some((keeper, group)) = Group::make("cost") else {
        return;
    };
    let mut reader = StatsReader::default();
    reader.read(&group).unwrap();
    let rounds = 200;
    let begin = std::time::Instant::now();
    for _ in 0..rounds {
        let group = Cgroup::open(&keeper.host, keeper.path.clone()).unwrap();
        reader.read(&group).unwrap();
    }
    let each = begin.elapsed() / rounds;
    println!("one look: {each:?}");
    assert!(each.as_millis() < 5, "{each:?}");
}

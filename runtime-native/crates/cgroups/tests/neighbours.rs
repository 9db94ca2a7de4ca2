//! Groups made and removed by many at once below the same parents. Needs root.

use std::path::Path;

use tsorch_cgroups::{Cgroup, CgroupPath, Hierarchies, Hierarchy, Version};

#[test]
fn neighbours_may_make_and_prune_the_same_parents() {
    let Ok(host) = Hierarchies::of_host() else {
        // No hierarchy is mounted: there is nothing to try.
        return;
    };
    let top = format!("tsorch-test-neighbours-{}", std::process::id());
    if std::fs::create_dir(host.all()[0].mount.join(&top)).is_err() {
        // Not root.
        return;
    }
    std::thread::scope(|scope| {
        for neighbour in 0..6 {
            let (host, top) = (&host, &top);
            scope.spawn(move || {
                for round in 0..25 {
                    let path = format!("{top}/stack/{neighbour}-{round}");
                    let path = CgroupPath::parse(Path::new(&path)).expect("a path");
                    let group = Cgroup::create(host, path.clone()).expect("made");
                    // In v2 an empty list is the parent's.
                    let is_v1 = |one: &&Hierarchy| one.version == Version::V1;
                    for hierarchy in host.all().iter().filter(is_v1) {
                        let cpus = hierarchy.mount.join(path.as_path()).join("cpuset.cpus");
                        let cpus =
                            std::fs::read_to_string(cpus).unwrap_or_else(|_| "none".to_owned());
                        assert!(!cpus.trim().is_empty(), "a cpuset that takes no process");
                    }
                    group.remove().expect("removed");
                    Cgroup::prune_parents(host, &path);
                }
            });
        }
    });
    let path = CgroupPath::parse(Path::new(&top)).expect("a path");
    Cgroup::open(&host, path)
        .and_then(Cgroup::remove)
        .expect("removed");
}

//! Control files of v1 (`admin-guide/cgroup-v1/`), and those that both versions share by name.

use tsorch_oci::resources::{BlockIo, Cpu, HugepageLimit, Memory, Pids, ThrottleDevice};

use crate::limits::{Write, write};

/// CPU time.
pub(crate) fn cpu(cpu: &Cpu) -> Vec<Write> {
    let mut writes = Vec::new();
    let mut add = |limit: &str, file: &str, value: Option<String>| {
        writes.extend(value.map(|value| write(("cpu", limit), file, value)));
    };
    let shares = cpu.shares.filter(|shares| *shares != 0);
    add(
        "cpu.shares",
        "cpu.shares",
        shares.map(|shares| shares.to_string()),
    );
    add(
        "cpu.idle",
        "cpu.idle",
        cpu.idle.map(|idle| idle.to_string()),
    );
    let period = cpu.period.filter(|period| *period != 0);
    add(
        "cpu.period",
        "cpu.cfs_period_us",
        period.map(|period| period.to_string()),
    );
    let quota = cpu.quota.filter(|quota| *quota != 0);
    add(
        "cpu.quota",
        "cpu.cfs_quota_us",
        quota.map(|quota| quota.max(-1).to_string()),
    );
    add(
        "cpu.burst",
        "cpu.cfs_burst_us",
        cpu.burst.map(|burst| burst.to_string()),
    );
    let period = cpu.realtime_period.filter(|period| *period != 0);
    add(
        "cpu.realtimePeriod",
        "cpu.rt_period_us",
        period.map(|period| period.to_string()),
    );
    let runtime = cpu.realtime_runtime.filter(|runtime| *runtime != 0);
    add(
        "cpu.realtimeRuntime",
        "cpu.rt_runtime_us",
        runtime.map(|runtime| runtime.to_string()),
    );
    writes
}

/// Placement; the files are the same in v2.
pub(crate) fn cpuset(cpu: &Cpu) -> Vec<Write> {
    let lists = [
        ("cpu.cpus", "cpuset.cpus", &cpu.cpus),
        ("cpu.mems", "cpuset.mems", &cpu.mems),
    ];
    let given = lists.into_iter().filter_map(|(limit, file, list)| {
        let list = list.as_ref().filter(|list| !list.is_empty())?;
        Some(write(("cpuset", limit), file, list))
    });
    given.collect()
}

/// Memory. A new group has no limits, so memory may be lowered first and memory + swap after it.
pub(crate) fn memory(memory: &Memory) -> Vec<Write> {
    let mut writes = Vec::new();
    let mut add = |limit: &str, file: &str, value: Option<i64>| {
        let value = value.filter(|value| *value != 0).map(|value| value.max(-1));
        writes.extend(value.map(|value| write(("memory", limit), file, value)));
    };
    add("memory.limit", "memory.limit_in_bytes", memory.limit);
    add("memory.swap", "memory.memsw.limit_in_bytes", memory.swap);
    add(
        "memory.reservation",
        "memory.soft_limit_in_bytes",
        memory.reservation,
    );
    if let Some(swappiness) = memory.swappiness {
        writes.push(write(
            ("memory", "memory.swappiness"),
            "memory.swappiness",
            swappiness,
        ));
    }
    if memory.disable_oom_killer == Some(true) {
        writes.push(write(
            ("memory", "memory.disableOOMKiller"),
            "memory.oom_control",
            1,
        ));
    }
    writes
}

/// Number of tasks; the file is the same in v2.
pub(crate) fn pids(pids: Pids) -> Vec<Write> {
    let value = pids.limit.map(|limit| match limit {
        ..=0 => "max".to_owned(),
        limit => limit.to_string(),
    });
    value
        .map(|value| write(("pids", "pids.limit"), "pids.max", value))
        .into_iter()
        .collect()
}

/// Block device bandwidth.
pub(crate) fn block_io(io: &BlockIo) -> Vec<Write> {
    let mut writes = Vec::new();
    if let Some(weight) = io.weight.filter(|weight| *weight != 0) {
        writes.push(write(("blkio", "blockIO.weight"), "blkio.weight", weight));
    }
    let mut add = |limit: &str, file: &str, devices: &[ThrottleDevice]| {
        writes.extend(devices.iter().map(|device| {
            let value = format!("{}:{} {}", device.major, device.minor, device.rate);
            write(("blkio", limit), file, value)
        }));
    };
    let throttle = |what: &str| format!("blkio.throttle.{what}_device");
    add(
        "blockIO.throttleReadBpsDevice",
        &throttle("read_bps"),
        &io.throttle_read_bps_device,
    );
    add(
        "blockIO.throttleWriteBpsDevice",
        &throttle("write_bps"),
        &io.throttle_write_bps_device,
    );
    add(
        "blockIO.throttleReadIOPSDevice",
        &throttle("read_iops"),
        &io.throttle_read_iops_device,
    );
    add(
        "blockIO.throttleWriteIOPSDevice",
        &throttle("write_iops"),
        &io.throttle_write_iops_device,
    );
    writes
}

/// Huge pages.
pub(crate) fn hugepages(limits: &[HugepageLimit]) -> Vec<Write> {
    let one = |limit: &HugepageLimit| {
        let file = format!("hugetlb.{}.limit_in_bytes", limit.page_size);
        write(("hugetlb", "hugepageLimits"), file, limit.limit)
    };
    limits
        .iter()
        .filter(|limit| !limit.page_size.contains('/'))
        .map(one)
        .collect()
}

//! Control files of v1 (`admin-guide/cgroup-v1/`), and those that both versions share by name.

use std::collections::BTreeMap;

use tsorch_oci::resources::{
    BlockIo, Cpu, HugepageLimit, InterfacePriority, Memory, Network, Pids, Rdma, ThrottleDevice,
};

use crate::error::CgroupError;
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
    add(
        "memory.kernelTCP",
        "memory.kmem.tcp.limit_in_bytes",
        memory.kernel_tcp,
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

/// Number of tasks; the file is the same in v2. 0, no more than there are, is written as 1, as runc does: systemd cannot say 0,
/// and the first process has to be made.
pub(crate) fn pids(pids: Pids) -> Vec<Write> {
    let value = pids.limit.map(|limit| match limit {
        ..0 => "max".to_owned(),
        limit => limit.max(1).to_string(),
    });
    value
        .map(|value| write(("pids", "pids.limit"), "pids.max", value))
        .into_iter()
        .collect()
}

/// Block device bandwidth. The weights belong to the BFQ scheduler since the other one that had them is gone.
pub(crate) fn block_io(io: &BlockIo) -> Vec<Write> {
    let mut writes = Vec::new();
    let weight = |limit: &str, value: String| Write {
        otherwise: Some(("blkio.bfq.weight".to_owned(), value.clone())),
        ..write(("blkio", limit), "blkio.weight", value)
    };
    if let Some(given) = io.weight.filter(|given| *given != 0) {
        writes.push(weight("blockIO.weight", given.to_string()));
    }
    for device in &io.weight_device {
        if let Some(given) = device.weight.filter(|given| *given != 0) {
            let value = format!("{}:{} {given}", device.major, device.minor);
            writes.push(Write {
                otherwise: Some(("blkio.bfq.weight_device".to_owned(), value.clone())),
                ..write(
                    ("blkio", "blockIO.weightDevice"),
                    "blkio.weight_device",
                    value,
                )
            });
        }
    }
    writes.extend(leaf_weights(io));
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

fn leaf_weights(io: &BlockIo) -> Vec<Write> {
    let limit = ("blkio", "blockIO.leafWeight");
    let own = io.leaf_weight.filter(|given| *given != 0);
    let own = own.map(|given| write(limit, "blkio.leaf_weight", given));
    let devices = io.weight_device.iter().filter_map(|device| {
        let given = device.leaf_weight.filter(|given| *given != 0)?;
        let value = format!("{}:{} {given}", device.major, device.minor);
        Some(write(limit, "blkio.leaf_weight_device", value))
    });
    own.into_iter().chain(devices).collect()
}

/// Huge pages, used and reserved.
pub(crate) fn hugepages(limits: &[HugepageLimit]) -> Vec<Write> {
    let two = |limit: &HugepageLimit| {
        ["", "rsvd."].map(|what| {
            let file = format!("hugetlb.{}.{what}limit_in_bytes", limit.page_size);
            write(("hugetlb", "hugepageLimits"), file, limit.limit)
        })
    };
    limits
        .iter()
        .filter(|limit| !limit.page_size.contains('/'))
        .flat_map(two)
        .collect()
}

/// The mark of the group's packets.
pub(crate) fn network_class(network: &Network) -> Vec<Write> {
    let class = network.class_id.iter();
    class
        .map(|class| write(("net_cls", "network.classID"), "net_cls.classid", class))
        .collect()
}

/// The priorities of the group's packets.
pub(crate) fn network_priorities(network: &Network) -> Result<Vec<Write>, CgroupError> {
    let one = |entry: &InterfacePriority| {
        let value = format!(
            "{} {}",
            word(&entry.name, "network.priorities")?,
            entry.priority
        );
        Ok(write(
            ("net_prio", "network.priorities"),
            "net_prio.ifpriomap",
            value,
        ))
    };
    network.priorities.iter().map(one).collect()
}

/// Remote direct memory access; the file is the same in v2.
pub(crate) fn rdma(devices: &BTreeMap<String, Rdma>) -> Result<Vec<Write>, CgroupError> {
    let one = |(name, limits): (&String, &Rdma)| {
        let mut value = word(name, "rdma")?.to_owned();
        for (key, given) in [
            ("hca_handle", limits.hca_handles),
            ("hca_object", limits.hca_objects),
        ] {
            if let Some(given) = given {
                value.push_str(&format!(" {key}={given}"));
            }
        }
        Ok(write(("rdma", "rdma"), "rdma.max", value))
    };
    devices.iter().map(one).collect()
}

/// A name that cannot change the meaning of the line it goes into.
fn word<'a>(name: &'a str, limit: &str) -> Result<&'a str, CgroupError> {
    let is_word = !name.is_empty()
        && !name.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    is_word
        .then_some(name)
        .ok_or_else(|| CgroupError::BadLimit {
            limit: limit.to_owned(),
            reason: format!("{name:?} is no device"),
        })
}

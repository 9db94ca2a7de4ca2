//! Control files of v2 and the conversions to them (`admin-guide/cgroup-v2.rst`).

use std::collections::BTreeMap;

use tsorch_oci::resources::{BlockIo, Cpu, HugepageLimit, Memory};

use crate::error::CgroupError;
use crate::limits::{Write, write};

/// The controllers whose files `unified` may name; `cgroup.` files belong to the core and are always there.
const CONTROLLERS: [&str; 8] = [
    "cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma", "misc",
];

/// CPU time. Realtime has no file in v2.
pub(crate) fn cpu(cpu: &Cpu) -> Vec<Write> {
    let mut writes = Vec::new();
    if let Some(shares) = cpu.shares.filter(|shares| *shares != 0) {
        writes.push(write(
            ("cpu", "cpu.shares"),
            "cpu.weight",
            weight_of_shares(shares),
        ));
    }
    if let Some(idle) = cpu.idle {
        writes.push(write(("cpu", "cpu.idle"), "cpu.idle", idle));
    }
    let quota = cpu.quota.filter(|quota| *quota != 0);
    let period = cpu.period.filter(|period| *period != 0);
    let time = match quota {
        Some(quota) if quota > 0 => quota.to_string(),
        _ => "max".to_owned(),
    };
    match (quota, period) {
        (_, Some(period)) => {
            writes.push(write(
                ("cpu", "cpu.quota"),
                "cpu.max",
                format!("{time} {period}"),
            ));
        }
        (Some(_), None) => writes.push(write(("cpu", "cpu.quota"), "cpu.max", time)),
        (None, None) => {}
    }
    if let Some(burst) = cpu.burst {
        writes.push(write(("cpu", "cpu.burst"), "cpu.max.burst", burst));
    }
    writes
}

/// `cpu.shares` (2..=262144, default 1024) as `cpu.weight` (1..=10000, default 100): a quadratic in the exponent
/// through all three points. Source: containers/crun's documentation of its cgroup v2 conversions.
pub(crate) fn weight_of_shares(shares: u64) -> u64 {
    /// `log2(i / 16 + 1)` is not needed exactly: a table of the formula at whole powers of two would jump, so compute.
    fn formula(shares: f64) -> f64 {
        let log = shares.log2();
        10f64.powf((log * log + 125.0 * log) / 612.0 - 7.0 / 34.0)
    }
    match shares {
        ..=2 => 1,
        262_144.. => 10_000,
        shares => {
            let small = u32::try_from(shares).map_or(1024.0, f64::from);
            let wanted = formula(small).ceil();
            // Searching avoids a lossy float cast; the range is tiny.
            (1..=10_000u32)
                .find(|weight| f64::from(*weight) >= wanted)
                .map_or(10_000, u64::from)
        }
    }
}

/// Memory. `swap` of the specification counts memory and swap together, v2 counts swap alone.
pub(crate) fn memory(memory: &Memory) -> Result<Vec<Write>, CgroupError> {
    let mut writes = Vec::new();
    let mut add = |limit: &str, file: &str, value: Option<i64>| {
        let text = value.map(|value| {
            if value < 0 {
                "max".to_owned()
            } else {
                value.to_string()
            }
        });
        writes.extend(text.map(|text| write(("memory", limit), file, text)));
    };
    let given = |value: Option<i64>| value.filter(|value| *value != 0);
    add("memory.limit", "memory.max", given(memory.limit));
    add(
        "memory.reservation",
        "memory.low",
        given(memory.reservation),
    );
    add(
        "memory.swap",
        "memory.swap.max",
        swap_alone(given(memory.limit), given(memory.swap))?,
    );
    Ok(writes)
}

fn swap_alone(limit: Option<i64>, both: Option<i64>) -> Result<Option<i64>, CgroupError> {
    let bad = |reason: &str| {
        Err(CgroupError::BadLimit {
            limit: "memory.swap".to_owned(),
            reason: reason.to_owned(),
        })
    };
    match (limit, both) {
        (_, None) => Ok(None),
        (_, Some(both)) if both < 0 => Ok(Some(-1)),
        (Some(limit), Some(both)) if limit >= 0 && both >= limit => Ok(Some(both - limit)),
        (Some(limit), Some(_)) if limit >= 0 => bad("it is smaller than memory.limit"),
        _ => bad("it counts memory and swap together, so memory.limit must be given too"),
    }
}

/// Block device bandwidth.
pub(crate) fn block_io(io: &BlockIo) -> Vec<Write> {
    let mut writes = Vec::new();
    // BFQ has the specification's range; `io.weight` has 1..=10000.
    let weight = |limit: &str, prefix: &str, given: u16| {
        let converted = 1 + (u32::from(given).max(10) - 10) * 9_999 / 990;
        Write {
            otherwise: Some(("io.weight".to_owned(), format!("{prefix}{converted}"))),
            ..write(("io", limit), "io.bfq.weight", format!("{prefix}{given}"))
        }
    };
    if let Some(given) = io.weight.filter(|given| *given != 0) {
        writes.push(weight("blockIO.weight", "", given));
    }
    for device in &io.weight_device {
        if let Some(given) = device.weight.filter(|given| *given != 0) {
            let prefix = format!("{}:{} ", device.major, device.minor);
            writes.push(weight("blockIO.weightDevice", &prefix, given));
        }
    }
    let groups = [
        (
            "rbps",
            "blockIO.throttleReadBpsDevice",
            &io.throttle_read_bps_device,
        ),
        (
            "wbps",
            "blockIO.throttleWriteBpsDevice",
            &io.throttle_write_bps_device,
        ),
        (
            "riops",
            "blockIO.throttleReadIOPSDevice",
            &io.throttle_read_iops_device,
        ),
        (
            "wiops",
            "blockIO.throttleWriteIOPSDevice",
            &io.throttle_write_iops_device,
        ),
    ];
    for (word, limit, devices) in groups {
        writes.extend(devices.iter().map(|device| {
            let value = format!("{}:{} {word}={}", device.major, device.minor, device.rate);
            write(("io", limit), "io.max", value)
        }));
    }
    writes
}

/// Huge pages, used and reserved.
pub(crate) fn hugepages(limits: &[HugepageLimit]) -> Vec<Write> {
    let two = |limit: &HugepageLimit| {
        ["", "rsvd."].map(|what| {
            let file = format!("hugetlb.{}.{what}max", limit.page_size);
            write(("hugetlb", "hugepageLimits"), file, limit.limit)
        })
    };
    limits
        .iter()
        .filter(|limit| !limit.page_size.contains('/'))
        .flat_map(two)
        .collect()
}

/// What of the CPU time has no file here.
pub(crate) fn cpu_without_effect(cpu: &Cpu) -> Vec<&'static str> {
    let given = [
        (
            "cpu.realtimePeriod",
            cpu.realtime_period.is_some_and(|period| period != 0),
        ),
        (
            "cpu.realtimeRuntime",
            cpu.realtime_runtime.is_some_and(|runtime| runtime != 0),
        ),
    ];
    named(&given)
}

/// What of the memory has no file here.
pub(crate) fn memory_without_effect(memory: &Memory) -> Vec<&'static str> {
    let given = [
        ("memory.swappiness", memory.swappiness.is_some()),
        (
            "memory.disableOOMKiller",
            memory.disable_oom_killer == Some(true),
        ),
    ];
    named(&given)
}

fn named(given: &[(&'static str, bool)]) -> Vec<&'static str> {
    let given = given.iter().filter(|(_, is_given)| *is_given);
    given.map(|(name, _)| *name).collect()
}

/// The `unified` map, verbatim; a key names a file of a known controller and nothing else.
pub(crate) fn unified(map: &BTreeMap<String, String>) -> Result<Vec<Write>, CgroupError> {
    let one = |(file, value): (&String, &String)| {
        let limit = format!("unified.{file}");
        let bad = |reason: &str| {
            Err(CgroupError::BadLimit {
                limit: limit.clone(),
                reason: reason.to_owned(),
            })
        };
        if file.contains(['/', '\0']) {
            return bad("the key must be a file name");
        }
        let prefix = file.split('.').next();
        match CONTROLLERS.iter().find(|name| Some(**name) == prefix) {
            Some(controller) => Ok(write((controller, &limit), file.as_str(), value)),
            None => bad("the key names no controller"),
        }
    };
    map.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_become_weights_through_minimum_default_and_maximum() {
        let weights = [0, 2, 1024, 262_144, u64::MAX].map(weight_of_shares);
        assert_eq!(weights, [1, 1, 100, 10_000, 10_000]);
        assert!(weight_of_shares(512) < 100 && weight_of_shares(2048) > 100);
    }

    #[test]
    fn swap_is_the_difference_and_minus_one_is_no_limit() {
        let swap = |limit, both| swap_alone(limit, both).ok();
        assert_eq!(swap(Some(100), Some(150)), Some(Some(50)));
        assert_eq!(swap(Some(100), Some(100)), Some(Some(0)));
        assert_eq!(swap(None, Some(-1)), Some(Some(-1)));
        assert_eq!(swap(Some(100), Some(50)), None);
        assert_eq!(swap(None, Some(50)), None);
        assert_eq!(swap(Some(-1), Some(50)), None);
    }

    #[test]
    fn quota_without_period_and_period_without_quota() {
        let file = |quota, period| {
            let cpu = Cpu {
                quota,
                period,
                ..Cpu::default()
            };
            super::cpu(&cpu).first().map(|write| write.value.clone())
        };
        assert_eq!(
            file(Some(50_000), Some(100_000)),
            Some("50000 100000".to_owned())
        );
        assert_eq!(file(Some(-1), None), Some("max".to_owned()));
        assert_eq!(file(None, Some(20_000)), Some("max 20000".to_owned()));
        assert_eq!(file(None, None), None);
    }

    #[test]
    fn unified_keys_name_files_of_controllers_only() {
        let one = |key: &str| unified(&BTreeMap::from([(key.to_owned(), "1".to_owned())]));
        assert!(one("memory.high").is_ok());
        assert!(one("../memory.high").is_err());
        assert!(one("cgroup.kill").is_err());
    }
}

//! The use of a control group under the names that callers of runc know (`types/events.go`): times in nanoseconds, no limit
//! = the largest number.

use serde_json::{Value, json};
use tsorch_cgroups::stats::{CpuStats, DeviceIo, IoStats, MemoryStats, PidsStats, Pressure};
use tsorch_cgroups::{Cgroup, CgroupError};

/// The `data` of a `stats` event.
pub(crate) fn stats(group: &Cgroup) -> Result<Value, CgroupError> {
    let stats = group.stats()?;
    let hugetlb: serde_json::Map<String, Value> = group
        .huge_pages()?
        .into_iter()
        .map(|(size, pages)| {
            let entry = json!({"usage": pages.usage, "max": pages.peak.unwrap_or(0), "failcnt": pages.refused});
            (size, entry)
        })
        .collect();
    let raw = group.memory_details()?;
    Ok(json!({
        "cpu": cpu(&stats.cpu.unwrap_or_default(), group.per_cpu_ns()?),
        "cpuset": {},
        "memory": memory(&stats.memory.unwrap_or_default(), json!(raw)),
        "pids": pids(stats.pids.unwrap_or_default()),
        "blkio": blkio(&stats.io.unwrap_or_default()),
        "hugetlb": hugetlb,
        "intel_rdt": {},
        "network_interfaces": null,
    }))
}

fn cpu(stats: &CpuStats, per_cpu: Vec<u64>) -> Value {
    let throttling = stats.throttling.unwrap_or_default();
    let mut usage = json!({
        "total": stats.usage_us * 1_000,
        "kernel": stats.system_us * 1_000,
        "user": stats.user_us * 1_000,
    });
    if !per_cpu.is_empty() {
        usage["percpu"] = json!(per_cpu);
    }
    with_pressure(
        json!({
            "usage": usage,
            "throttling": {
                "periods": throttling.periods,
                "throttledPeriods": throttling.throttled_periods,
                "throttledTime": throttling.throttled_us * 1_000,
            },
        }),
        stats.pressure.as_ref(),
    )
}

fn memory(stats: &MemoryStats, raw: Value) -> Value {
    let unlimited = |limit: Option<u64>| limit.unwrap_or(u64::MAX);
    // runc counts memory and swap together, as v1 does.
    let swap_limit = match (stats.limit, stats.swap_limit) {
        (Some(memory), Some(swap)) => memory.saturating_add(swap),
        _ => u64::MAX,
    };
    with_pressure(
        json!({
            "cache": stats.file,
            "usage": {
                "limit": unlimited(stats.limit),
                "usage": stats.usage,
                "max": stats.peak.unwrap_or(0),
                "failcnt": stats.events.max,
            },
            "swap": {
                "limit": swap_limit,
                "usage": stats.usage + stats.swap.unwrap_or(0),
                "failcnt": 0,
            },
            "kernel": {"limit": u64::MAX, "usage": stats.kernel.unwrap_or(0), "failcnt": 0},
            "kernelTCP": {"limit": u64::MAX, "failcnt": 0},
            "raw": raw,
        }),
        stats.pressure.as_ref(),
    )
}

fn pids(stats: PidsStats) -> Value {
    json!({"current": stats.current, "limit": stats.limit.unwrap_or(0)})
}

fn blkio(stats: &IoStats) -> Value {
    let entries = |of: fn(&DeviceIo) -> [(&'static str, u64); 2]| -> Vec<Value> {
        let of_device = |device: &DeviceIo| {
            let (major, minor) = (device.major, device.minor);
            of(device).map(
                |(op, value)| json!({"major": major, "minor": minor, "op": op, "value": value}),
            )
        };
        stats.devices.iter().flat_map(of_device).collect()
    };
    with_pressure(
        json!({
            "ioServiceBytesRecursive":
                entries(|device| [("Read", device.read_bytes), ("Write", device.write_bytes)]),
            "ioServicedRecursive":
                entries(|device| [("Read", device.read_operations), ("Write", device.write_operations)]),
        }),
        stats.pressure.as_ref(),
    )
}

fn with_pressure(mut value: Value, pressure: Option<&Pressure>) -> Value {
    if let Some(pressure) = pressure {
        let line = |line: &tsorch_cgroups::stats::PressureLine| {
            json!({"avg10": line.avg10, "avg60": line.avg60, "avg300": line.avg300,
                   "total": line.total_us})
        };
        let full = pressure.full.as_ref().map(line);
        value["psi"] = json!({"some": line(&pressure.some), "full": full});
    }
    value
}

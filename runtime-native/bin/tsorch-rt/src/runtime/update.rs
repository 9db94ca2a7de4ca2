//! `update ID`: changes limits of a live container.

use std::ffi::OsString;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use lexopt::Arg;
use tsorch_cgroups::OnMissing;
use tsorch_container::{Leniency, update_class};
use tsorch_oci::{ContainerId, Resources, Status};

use super::arguments::{Global, OptionName, required, take_id, text};
use super::container::Container;
use super::log::Level;

pub(crate) fn main(global: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let mut wanted = Wanted::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Value(value) => take_id(&mut wanted.id, value)?,
            option => wanted.take(&OptionName::from(option), arguments)?,
        }
    }
    let id = required(wanted.id)?;
    let container = Container::find_to_change(&global.store()?, &id)?;
    let status = container.status();
    if status == Status::Stopped {
        bail!("container {id} is {}", status.as_str());
    }
    if !wanted.schemata.is_empty() {
        update_class(&container.slot.config()?, &id, wanted.schemata)?;
    }
    let on_missing = match global.leniency {
        Leniency::Strict => OnMissing::Fail,
        Leniency::Lenient => OnMissing::Skip,
    };
    for skipped in container.cgroup()?.update(&wanted.resources, on_missing)? {
        let message = format!("{} was left out: {}", skipped.limit, skipped.reason);
        global.log.write(Level::Warning, &message);
    }
    Ok(ExitCode::SUCCESS)
}

/// What the options ask for. A file replaces what stands before it, what stands behind it changes it.
#[derive(Debug, Default)]
struct Wanted {
    id: Option<ContainerId>,
    resources: Resources,
    /// Lines of the container's class in resctrl.
    schemata: Vec<String>,
}

impl Wanted {
    fn take(&mut self, option: &OptionName, arguments: &mut lexopt::Parser) -> anyhow::Result<()> {
        let name = option.0.as_str();
        let value = arguments.value()?;
        match name {
            "--resources" | "-r" => self.resources = read(value)?,
            "--pids-limit" => {
                let limit = Some(signed(value, name)?);
                self.resources.pids.get_or_insert_default().limit = limit;
            }
            "--blkio-weight" => {
                let weight = u16::try_from(whole(value, name)?);
                let weight = weight.map_err(|_| anyhow!("{name} is out of range"))?;
                self.resources.block_io.get_or_insert_default().weight = Some(weight);
            }
            "--l3-cache-schema" | "--mem-bw-schema" => self.schemata.push(text(value)?),
            // Gone from the kernel; callers still send them.
            "--kernel-memory" | "--kernel-memory-tcp" => drop(text(value)?),
            _ if name.starts_with("--cpu") => self.take_cpu(name, value)?,
            _ => self.take_memory(name, value)?,
        }
        Ok(())
    }

    fn take_cpu(&mut self, name: &str, value: OsString) -> anyhow::Result<()> {
        let cpu = self.resources.cpu.get_or_insert_default();
        match name {
            "--cpu-share" | "--cpu-shares" => cpu.shares = Some(whole(value, name)?),
            "--cpu-quota" => cpu.quota = Some(signed(value, name)?),
            "--cpu-period" => cpu.period = Some(whole(value, name)?),
            "--cpu-burst" => cpu.burst = Some(whole(value, name)?),
            "--cpu-idle" => cpu.idle = Some(signed(value, name)?),
            "--cpu-rt-period" => cpu.realtime_period = Some(whole(value, name)?),
            "--cpu-rt-runtime" => cpu.realtime_runtime = Some(signed(value, name)?),
            "--cpuset-cpus" => cpu.cpus = Some(text(value)?),
            "--cpuset-mems" => cpu.mems = Some(text(value)?),
            other => bail!("there is no option {other:?} (or it is not supported)"),
        }
        Ok(())
    }

    fn take_memory(&mut self, name: &str, value: OsString) -> anyhow::Result<()> {
        let memory = self.resources.memory.get_or_insert_default();
        match name {
            "--memory" => memory.limit = Some(bytes(value, name)?),
            "--memory-swap" => memory.swap = Some(bytes(value, name)?),
            "--memory-reservation" => memory.reservation = Some(bytes(value, name)?),
            other => bail!("there is no option {other:?} (or it is not supported)"),
        }
        Ok(())
    }
}

fn read(path: OsString) -> anyhow::Result<Resources> {
    let path = PathBuf::from(path);
    let mut content = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin()
            .take(1 << 20)
            .read_to_end(&mut content)
            .context("cannot read standard input")?;
    } else {
        content =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    serde_json::from_slice(&content).context("these are no resources")
}

fn signed(value: OsString, name: &str) -> anyhow::Result<i64> {
    let value = text(value)?;
    let digits = value.strip_prefix('-').unwrap_or(&value);
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain
        .then(|| value.parse().ok())
        .flatten()
        .ok_or_else(|| anyhow!("{name}: {value:?} is not a number"))
}

fn whole(value: OsString, name: &str) -> anyhow::Result<u64> {
    u64::try_from(signed(value, name)?).map_err(|_| anyhow!("{name} must not be negative"))
}

/// Bytes, with `k`, `m`, `g` or `t` for powers of 1024; -1 = no limit.
fn bytes(value: OsString, name: &str) -> anyhow::Result<i64> {
    let value = text(value)?.to_ascii_lowercase();
    let value = value.strip_suffix('b').unwrap_or(&value);
    let (digits, shift) = match value.char_indices().next_back() {
        Some((at, 'k')) => (&value[..at], 10),
        Some((at, 'm')) => (&value[..at], 20),
        Some((at, 'g')) => (&value[..at], 30),
        Some((at, 't')) => (&value[..at], 40),
        _ => (value, 0),
    };
    let number = signed(digits.into(), name)?;
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| anyhow!("{name} is too large"))
}

#[cfg(test)]
mod tests {
    use super::{bytes, whole};

    #[test]
    fn sizes_have_suffixes_and_nothing_behind_them() {
        let size = |text: &str| bytes(text.into(), "--memory").ok();
        assert_eq!(
            [size("64m"), size("1G"), size("-1"), size("10kb")],
            [Some(64 << 20), Some(1 << 30), Some(-1), Some(10_240)]
        );
        for text in ["", "m", "1mm", "1 m", "0x1", "9999999999g", "--1"] {
            assert_eq!(size(text), None, "{text}");
        }
        assert!(whole("-1".into(), "x").is_err());
    }
}

//! Block devices: bytes and operations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::hierarchies::Version;
use crate::stats::pressure::{self, Pressure};
use crate::stats::reader::Reader;

/// Input and output, since the group was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IoStats {
    /// Every device that was used, by number.
    pub devices: Vec<DeviceIo>,
    /// How long processes waited for devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pressure: Option<Pressure>,
}

/// Input and output of one device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceIo {
    /// Number of the driver.
    pub major: u32,
    /// Number of the device.
    pub minor: u32,
    /// Bytes read.
    pub read_bytes: u64,
    /// Bytes written.
    pub write_bytes: u64,
    /// Operations that read.
    pub read_operations: u64,
    /// Operations that wrote.
    pub write_operations: u64,
}

type Devices = BTreeMap<(u32, u32), DeviceIo>;

/// `None` when nothing counts the group's input and output.
pub(crate) fn read(reader: &mut Reader, group: &Cgroup) -> Result<Option<IoStats>, CgroupError> {
    let mut devices = Devices::new();
    // The v1 controller has another name.
    let counted = match group.node("blkio").or_else(|| group.node("io")) {
        None => false,
        Some(node) if node.version == Version::V2 => {
            let text = reader.text(node, "io.stat")?;
            text.map(|text| add_v2(&mut devices, text)).is_some()
        }
        Some(node) => {
            let bytes = reader.text(node, "blkio.throttle.io_service_bytes_recursive")?;
            let counted = bytes.map(|text| add_v1(&mut devices, text, bytes_field));
            let operations = reader.text(node, "blkio.throttle.io_serviced_recursive")?;
            let _ = operations.map(|text| add_v1(&mut devices, text, operations_field));
            counted.is_some()
        }
    };
    let pressure = pressure::read(reader, group, "io.pressure")?;
    Ok((counted || pressure.is_some()).then(|| IoStats {
        devices: devices.into_values().collect(),
        pressure,
    }))
}

/// `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`
fn add_v2(devices: &mut Devices, text: &str) {
    for line in text.lines() {
        let mut words = line.split(' ');
        let Some(device) = words.next().and_then(|word| device(devices, word)) else {
            continue;
        };
        for (key, value) in words.filter_map(|word| word.split_once('=')) {
            let number = value.parse().unwrap_or(0);
            match key {
                "rbytes" => device.read_bytes = number,
                "wbytes" => device.write_bytes = number,
                "rios" => device.read_operations = number,
                "wios" => device.write_operations = number,
                _ => {}
            }
        }
    }
    // Devices that were never used have lines, too.
    devices.retain(|_, one| one.read_operations + one.write_operations > 0);
}

/// `8:0 Read 4096`, and at the end `Total 4096`
fn add_v1(
    devices: &mut Devices,
    text: &str,
    field: impl for<'a> Fn(&'a mut DeviceIo, &str) -> Option<&'a mut u64>,
) {
    for line in text.lines() {
        let mut words = line.split(' ');
        let (Some(name), Some(kind), Some(number)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let place = device(devices, name).and_then(|device| field(device, kind));
        if let (Some(place), Ok(number)) = (place, number.parse()) {
            *place = number;
        }
    }
}

fn bytes_field<'a>(device: &'a mut DeviceIo, kind: &str) -> Option<&'a mut u64> {
    match kind {
        "Read" => Some(&mut device.read_bytes),
        "Write" => Some(&mut device.write_bytes),
        _ => None,
    }
}

fn operations_field<'a>(device: &'a mut DeviceIo, kind: &str) -> Option<&'a mut u64> {
    match kind {
        "Read" => Some(&mut device.read_operations),
        "Write" => Some(&mut device.write_operations),
        _ => None,
    }
}

fn device<'a>(devices: &'a mut Devices, name: &str) -> Option<&'a mut DeviceIo> {
    let (major, minor) = name.split_once(':')?;
    let (major, minor) = (major.parse().ok()?, minor.parse().ok()?);
    let fresh = DeviceIo {
        major,
        minor,
        ..DeviceIo::default()
    };
    Some(devices.entry((major, minor)).or_insert(fresh))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: DeviceIo = DeviceIo {
        major: 254,
        minor: 16,
        read_bytes: 4096,
        write_bytes: 8192,
        read_operations: 1,
        write_operations: 2,
    };

    #[test]
    fn reads_the_file_of_v2() {
        let text = "254:16 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n\
                    7:0 rbytes=0 wbytes=0 rios=0 wios=0 dbytes=0 dios=0\n7:1 \nrubbish\n";
        let mut devices = Devices::new();
        add_v2(&mut devices, text);
        assert_eq!(devices.into_values().collect::<Vec<_>>(), [EXPECTED]);
    }

    #[test]
    fn reads_the_two_files_of_v1() {
        let lines = |read, write| {
            format!(
                "254:16 Read {read}\n254:16 Write {write}\n254:16 Sync 9\n254:16 Total 99\nTotal 99\n"
            )
        };
        let mut devices = Devices::new();
        add_v1(&mut devices, &lines(4096, 8192), bytes_field);
        add_v1(&mut devices, &lines(1, 2), operations_field);
        assert_eq!(devices.into_values().collect::<Vec<_>>(), [EXPECTED]);
    }
}

//! Pressure stall information: how long processes waited for a resource. The v2 tree has it also where it has no
//! controllers.

use serde::{Deserialize, Serialize};

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::stats::reader::Reader;

/// Waiting for one resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pressure {
    /// At least one process waited.
    pub some: PressureLine,
    /// All that had something to do waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<PressureLine>,
}

/// One line of a pressure file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PressureLine {
    /// Percent of the last 10 seconds.
    pub avg10: f64,
    /// Percent of the last minute.
    pub avg60: f64,
    /// Percent of the last five minutes.
    pub avg300: f64,
    /// Microseconds since the group was made.
    pub total_us: u64,
}

/// `None` where the kernel does not measure it.
pub(crate) fn read(
    reader: &mut Reader,
    group: &Cgroup,
    file: &str,
) -> Result<Option<Pressure>, CgroupError> {
    match group.v2() {
        Some(node) => Ok(reader.text(node, file)?.and_then(parse)),
        None => Ok(None),
    }
}

/// `some avg10=0.00 avg60=0.12 avg300=1.00 total=4711`
fn parse(text: &str) -> Option<Pressure> {
    let line = |kind: &str| {
        let is_kind = |line: &&str| line.split(' ').next() == Some(kind);
        text.lines().find(is_kind).map(parse_line)
    };
    Some(Pressure {
        some: line("some")?,
        full: line("full"),
    })
}

fn parse_line(line: &str) -> PressureLine {
    let mut parsed = PressureLine::default();
    for (key, value) in line.split(' ').filter_map(|word| word.split_once('=')) {
        let percent = || value.parse().ok().filter(|one: &f64| one.is_finite());
        match key {
            "avg10" => parsed.avg10 = percent().unwrap_or(0.0),
            "avg60" => parsed.avg60 = percent().unwrap_or(0.0),
            "avg300" => parsed.avg300 = percent().unwrap_or(0.0),
            "total" => parsed.total_us = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_lines() {
        let text = "some avg10=1.50 avg60=0.25 avg300=0.00 total=4711\n\
                    full avg10=0.00 avg60=0.00 avg300=0.00 total=12\n";
        let pressure = parse(text).unwrap();
        assert_eq!(
            (
                pressure.some.avg10,
                pressure.some.avg60,
                pressure.some.total_us
            ),
            (1.5, 0.25, 4711)
        );
        assert_eq!(pressure.full.map(|full| full.total_us), Some(12));
    }

    #[test]
    fn older_kernels_have_no_full_line_for_the_processor() {
        let pressure = parse("some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n").unwrap();
        assert_eq!((pressure.some.total_us, pressure.full), (1, None));
        assert_eq!(parse(""), None);
    }
}

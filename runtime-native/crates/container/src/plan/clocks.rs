//! Offsets of the clocks of a new time namespace.

use std::collections::BTreeMap;

use tsorch_oci::TimeOffset;
use tsorch_sys::clone::Namespaces;

use super::PlanError;
use super::namespaces::NamespacePlan;

const SECOND: u32 = 1_000_000_000;

/// The text for `/proc/PID/timens_offsets`, or `None` when all clocks are the host's. time_namespaces(7)
pub(crate) fn offsets(
    wanted: &BTreeMap<String, TimeOffset>,
    namespaces: &NamespacePlan,
) -> Result<Option<String>, PlanError> {
    if wanted.is_empty() {
        return Ok(None);
    }
    if !namespaces.create.has(Namespaces::TIME) {
        return Err(PlanError::new(
            "linux.timeOffsets needs a new time namespace",
        ));
    }
    let mut text = String::new();
    for (clock, offset) in wanted {
        if !matches!(clock.as_str(), "monotonic" | "boottime") {
            return Err(PlanError::new(format!(
                "linux.timeOffsets: there is no clock {clock:?} (monotonic and boottime have offsets)"
            )));
        }
        if offset.nanosecs >= SECOND {
            return Err(PlanError::new(format!(
                "linux.timeOffsets: {clock}: {} nanoseconds are more than a second",
                offset.nanosecs
            )));
        }
        text += &format!("{clock} {} {}\n", offset.secs, offset.nanosecs);
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets_of(
        clock: &str,
        nanosecs: u32,
        create: Namespaces,
    ) -> Result<Option<String>, PlanError> {
        let namespaces = NamespacePlan {
            create,
            ..NamespacePlan::default()
        };
        let wanted = BTreeMap::from([(clock.to_owned(), TimeOffset { secs: -5, nanosecs })]);
        offsets(&wanted, &namespaces)
    }

    #[test]
    fn writes_what_the_kernel_reads() {
        let text = offsets_of("boottime", 7, Namespaces::TIME);
        assert_eq!(text, Ok(Some("boottime -5 7\n".to_owned())));
    }

    #[test]
    fn refuses_unknown_clocks_long_nanoseconds_and_a_shared_namespace() {
        assert!(offsets_of("realtime", 0, Namespaces::TIME).is_err());
        assert!(offsets_of("monotonic", SECOND, Namespaces::TIME).is_err());
        assert!(offsets_of("monotonic", 0, Namespaces::PID).is_err());
    }
}

//! Capability names and sets. capabilities(7), `include/uapi/linux/capability.h`.

use tsorch_oci::Capabilities;

use crate::spec::{Warning, WarningKind};

/// In the order of their numbers.
const NAMES: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// A set of capabilities; bit n is capability number n.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CapabilitySet(pub(crate) u64);

impl CapabilitySet {
    /// Every one that has a name here.
    pub(crate) const ALL: Self = Self((1 << NAMES.len()) - 1);

    /// Whether it holds the right to mount (CAP_SYS_ADMIN), without which a container is its maker's user's own affair.
    pub(crate) fn can_mount(self) -> bool {
        const SYS_ADMIN: u32 = 21;
        self.0 >> SYS_ADMIN & 1 == 1
    }

    /// The names in it, like `CAP_CHOWN`.
    pub(crate) fn names(self) -> Vec<String> {
        let given = NAMES
            .iter()
            .enumerate()
            .filter(|(number, _)| self.0 >> number & 1 == 1);
        given.map(|(_, name)| format!("CAP_{name}")).collect()
    }
}

/// The number of a capability: `CAP_CHOWN`, in any case.
pub(crate) fn number(name: &str) -> Option<u32> {
    let upper = name.to_ascii_uppercase();
    let plain = upper.strip_prefix("CAP_")?;
    NAMES
        .iter()
        .position(|known| *known == plain)
        .and_then(|index| u32::try_from(index).ok())
}

/// The five sets of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CapabilityPlan {
    pub(crate) bounding: CapabilitySet,
    pub(crate) effective: CapabilitySet,
    pub(crate) permitted: CapabilitySet,
    pub(crate) inheritable: CapabilitySet,
    pub(crate) ambient: CapabilitySet,
}

impl CapabilityPlan {
    /// Reads the names. One that is unknown or not `available` is left out and told, as the specification wants it.
    pub(crate) fn new(
        sets: Option<&Capabilities>,
        available: CapabilitySet,
        warnings: &mut Vec<Warning>,
    ) -> Self {
        let Some(sets) = sets else {
            return Self::default();
        };
        let mut unknown = Vec::new();
        let mut refused = CapabilitySet::default();
        let mut read = |names: &[String]| {
            let mut set = 0;
            for name in names {
                match number(name) {
                    Some(number) => set |= 1 << number,
                    None => unknown.push(name.clone()),
                }
            }
            refused.0 |= set & !available.0;
            CapabilitySet(set & available.0)
        };
        let mut plan = Self {
            bounding: read(&sets.bounding),
            effective: read(&sets.effective),
            permitted: read(&sets.permitted),
            inheritable: read(&sets.inheritable),
            ambient: read(&sets.ambient),
        };
        // The kernel wants effective <= permitted and ambient <= permitted and inheritable.
        plan.effective.0 &= plan.permitted.0;
        plan.ambient.0 &= plan.permitted.0 & plan.inheritable.0;
        unknown.sort();
        unknown.dedup();
        let mut warn = |names: &[String], what: &str| {
            if !names.is_empty() {
                let message = format!("{what}: {}", names.join(", "));
                warnings.push(Warning {
                    kind: WarningKind::Capability,
                    message,
                });
            }
        };
        warn(&unknown, "unknown capabilities were left out");
        warn(
            &refused.names(),
            "capabilities that this host's root does not have were left out",
        );
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn numbers_are_the_kernels() {
        let cases = [
            "CAP_CHOWN",
            "cap_sys_admin",
            "CAP_CHECKPOINT_RESTORE",
            "CHOWN",
            "CAP_",
        ];
        assert_eq!(cases.map(number), [Some(0), Some(21), Some(40), None, None]);
    }

    #[test]
    fn leaves_out_what_is_unknown_or_not_ours_and_tells() {
        let sets = Capabilities {
            bounding: names(&["CAP_CHOWN", "CAP_SYS_RESOURCE", "CAP_NEW"]),
            permitted: names(&["CAP_CHOWN"]),
            effective: names(&["CAP_CHOWN", "CAP_KILL"]),
            ambient: names(&["CAP_CHOWN"]),
            ..Capabilities::default()
        };
        let mut warnings = Vec::new();
        let available = CapabilitySet(CapabilitySet::ALL.0 & !(1 << 24));
        let plan = CapabilityPlan::new(Some(&sets), available, &mut warnings);
        assert_eq!(plan.bounding.names(), ["CAP_CHOWN"]);
        assert_eq!(plan.effective.names(), ["CAP_CHOWN"]);
        assert_eq!(plan.ambient.names(), Vec::<String>::new());
        let messages: Vec<_> = warnings
            .iter()
            .map(|warning| warning.message.as_str())
            .collect();
        assert_eq!(
            messages,
            [
                "unknown capabilities were left out: CAP_NEW",
                "capabilities that this host's root does not have were left out: CAP_SYS_RESOURCE",
            ]
        );
    }
}

//! Network devices that move into the container.

use std::collections::BTreeMap;

use tsorch_oci::{NamespaceKind, NetDevice};

use super::PlanError;
use super::namespaces::NamespacePlan;

/// The kernel's `IFNAMSIZ`, with the NUL byte.
const NAME_SIZE: usize = 16;

/// A device, and what it is called inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NetDevicePlan {
    pub(crate) outside: String,
    pub(crate) inside: String,
}

impl NetDevicePlan {
    /// The kernel finds a number for the name.
    pub(crate) fn is_template(&self) -> bool {
        self.inside.contains('%')
    }
}

/// Reads `linux.netDevices`.
pub(crate) fn plan(
    devices: &BTreeMap<String, NetDevice>,
    namespaces: &NamespacePlan,
) -> Result<Vec<NetDevicePlan>, PlanError> {
    if !devices.is_empty() && !namespaces.is_private(NamespaceKind::Network) {
        return Err(PlanError::new(
            "linux.netDevices: they need a network namespace that is not the host's",
        ));
    }
    let mut plans: Vec<NetDevicePlan> = Vec::with_capacity(devices.len());
    for (outside, device) in devices {
        let given = device.name.as_ref().filter(|name| !name.is_empty());
        let plan = NetDevicePlan {
            outside: outside.clone(),
            inside: given.unwrap_or(outside).clone(),
        };
        let bad = |name: &str, what: &str| {
            Err(PlanError::new(format!("linux.netDevices: {name:?} {what}")))
        };
        if !is_name(outside) || outside.contains('%') {
            return bad(outside, "is no name of a network device");
        }
        if !is_name(&plan.inside) || !is_plain_or_template(&plan.inside) {
            return bad(&plan.inside, "is no name for a network device");
        }
        let is_taken = plans.iter().any(|other| other.inside == plan.inside);
        if is_taken && !plan.is_template() {
            return bad(&plan.inside, "is given to two devices");
        }
        plans.push(plan);
    }
    Ok(plans)
}

/// As the kernel's `dev_valid_name`.
fn is_name(name: &str) -> bool {
    let is_odd = |byte: u8| {
        byte == b'/' || byte == b':' || byte == 0 || byte.is_ascii_whitespace() || byte == 0x0b
    };
    (1..NAME_SIZE).contains(&name.len()) && name != "." && name != ".." && !name.bytes().any(is_odd)
}

/// No per cent sign, or one `%d`.
fn is_plain_or_template(name: &str) -> bool {
    match name.split_once('%') {
        None => true,
        Some((_, rest)) => rest.starts_with('d') && !rest.contains('%'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsorch_oci::Namespace;

    fn names(devices: &[(&str, Option<&str>)]) -> Option<Vec<String>> {
        let namespace = |kind| Namespace { kind, path: None };
        let kinds = [NamespaceKind::Mount, NamespaceKind::Network];
        let namespaces = NamespacePlan::new(&kinds.map(namespace)).expect("good");
        let devices = devices.iter().map(|(outside, inside)| {
            let name = inside.map(str::to_owned);
            ((*outside).to_owned(), NetDevice { name })
        });
        let plans = plan(&devices.collect(), &namespaces).ok()?;
        Some(plans.into_iter().map(|plan| plan.inside).collect())
    }

    #[test]
    fn names_are_kept_changed_or_numbered() {
        let given = [
            ("a", None),
            ("b", Some("eth0")),
            ("c", Some("x%d")),
            ("d", Some("x%d")),
        ];
        assert_eq!(names(&given).expect("good"), ["a", "eth0", "x%d", "x%d"]);
    }

    #[test]
    fn refuses_what_the_kernel_would_read_otherwise() {
        for name in [
            "a/b",
            "a:b",
            "a b",
            "..",
            "x%s",
            "x%d%d",
            "sixteen-letters-",
            "x\n",
        ] {
            assert_eq!(names(&[("a", Some(name))]), None, "{name}");
        }
        assert_eq!(names(&[("a%d", None)]), None);
        assert_eq!(names(&[("a", Some("x")), ("b", Some("x"))]), None);
    }

    #[test]
    fn a_shared_network_takes_no_device() {
        let mount = Namespace {
            kind: NamespaceKind::Mount,
            path: None,
        };
        let namespaces = NamespacePlan::new(&[mount]).expect("good");
        let devices = BTreeMap::from([("a".to_owned(), NetDevice::default())]);
        assert!(plan(&devices, &namespaces).is_err());
    }
}

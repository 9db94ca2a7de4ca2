//! A configuration, understood: what is to be done, as pure data. Nothing here looks at the host.

pub(crate) mod attributes;
pub(crate) mod capabilities;
pub(crate) mod clocks;
pub(crate) mod devices;
pub(crate) mod idmap;
pub(crate) mod limits;
pub(crate) mod mount_options;
pub(crate) mod mounts;
pub(crate) mod namespaces;
pub(crate) mod net_devices;
pub(crate) mod number_list;
pub(crate) mod process;
pub(crate) mod scheduling;
pub(crate) mod sysctl;

use std::path::{Path, PathBuf};

use tsorch_oci::{Config, IdMapping, NamespaceKind, Process};
use tsorch_sys::mount_attributes::{Depth, Propagation};

use crate::spec::{Warning, WarningKind};
use attributes::Attributes;
use capabilities::CapabilitySet;
use devices::DeviceNode;
use limits::Limits;
use mounts::MountPlan;
use namespaces::NamespacePlan;
use net_devices::NetDevicePlan;
use process::ProcessPlan;
use sysctl::Sysctl;

/// Why a configuration cannot be carried out, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct PlanError(pub(crate) String);

impl PlanError {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Everything that is to be done for a container, in terms of the kernel.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) namespaces: NamespacePlan,
    /// The maker has no rights to mount: the first process opens everything, with those of its user namespace.
    pub(crate) is_rootless: bool,
    /// For `/proc/PID/timens_offsets`.
    pub(crate) clock_offsets: Option<String>,
    pub(crate) uid_mappings: Vec<IdMapping>,
    pub(crate) gid_mappings: Vec<IdMapping>,
    pub(crate) root_readonly: bool,
    pub(crate) root_propagation: Option<(Propagation, Depth)>,
    pub(crate) mounts: Vec<MountPlan>,
    /// SELinux label of the filesystems that are mounted.
    pub(crate) mount_label: Option<String>,
    pub(crate) devices: Vec<DeviceNode>,
    pub(crate) masked_paths: Vec<PathBuf>,
    pub(crate) readonly_paths: Vec<PathBuf>,
    pub(crate) sysctls: Vec<Sysctl>,
    pub(crate) hostname: Option<String>,
    pub(crate) domainname: Option<String>,
    pub(crate) process: ProcessPlan,
    pub(crate) limits: Limits,
    pub(crate) attributes: Attributes,
    pub(crate) net_devices: Vec<NetDevicePlan>,
}

/// What the caller knows about itself and the configuration does not say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanContext<'a> {
    /// Relative sources of mounts count from here.
    pub(crate) bundle: &'a Path,
    /// Capabilities that can be given to a container without a user namespace of its own.
    pub(crate) available: CapabilitySet,
    /// The user namespace to join is the caller's own.
    pub(crate) shares_users: bool,
}

impl Plan {
    /// Understands `config`; what it asks for in vain is told in the warnings.
    pub(crate) fn new(
        config: &Config,
        context: PlanContext<'_>,
    ) -> Result<(Self, Vec<Warning>), PlanError> {
        let linux = &config.linux;
        let mut warnings = Vec::new();
        let mut namespaces = NamespacePlan::new(&linux.namespaces)?;
        if context.shares_users {
            namespaces.share(NamespaceKind::User);
        }
        // It may be missing until the start, which then fails.
        let absent = Process {
            cwd: "/".into(),
            ..Process::default()
        };
        let process = config.process.as_ref().unwrap_or(&absent);
        let available = if namespaces.has_user() {
            CapabilitySet::ALL
        } else {
            context.available
        };
        let sysctls = linux
            .sysctl
            .iter()
            .map(|(key, value)| Sysctl::new(key, value, &namespaces));
        let mappings = idmap::of_container(linux, &namespaces);
        let mounts = config
            .mounts
            .iter()
            .map(|mount| MountPlan::new(mount, context.bundle, mappings.as_ref()));
        let plan = Self {
            is_rootless: !context.available.can_mount(),
            mounts: mounts.collect::<Result<_, _>>()?,
            mount_label: linux.mount_label.clone().filter(|label| !label.is_empty()),
            clock_offsets: clocks::offsets(&linux.time_offsets, &namespaces)?,
            uid_mappings: linux.uid_mappings.clone(),
            gid_mappings: linux.gid_mappings.clone(),
            root_readonly: config.root.as_ref().is_some_and(|root| root.readonly),
            root_propagation: propagation(linux.rootfs_propagation.as_deref())?,
            devices: devices::nodes(&linux.devices)?,
            masked_paths: linux.masked_paths.clone(),
            readonly_paths: linux.readonly_paths.clone(),
            sysctls: sysctls.collect::<Result<_, _>>()?,
            hostname: config.hostname.clone().filter(|name| !name.is_empty()),
            domainname: config.domainname.clone().filter(|name| !name.is_empty()),
            process: ProcessPlan::new(process, available, &mut warnings)?,
            limits: Limits::new(process)?,
            attributes: Attributes::new(linux)?,
            net_devices: net_devices::plan(&linux.net_devices, &namespaces)?,
            namespaces,
        };
        plan.check()?;
        Ok((plan, warnings))
    }

    fn check(&self) -> Result<(), PlanError> {
        let mapped = !self.uid_mappings.is_empty() && !self.gid_mappings.is_empty();
        if self.namespaces.creates_user() && !mapped {
            return Err(PlanError::new(
                "a new user namespace needs linux.uidMappings and gidMappings",
            ));
        }
        if self.is_rootless && !self.namespaces.has_user() {
            return Err(PlanError::new(
                "without rights of root a container needs a user namespace (linux.namespaces; see spec --rootless)",
            ));
        }
        let has_uts = self.namespaces.is_private(NamespaceKind::Uts);
        if (self.hostname.is_some() || self.domainname.is_some()) && !has_uts {
            return Err(PlanError::new(
                "hostname and domainname need a UTS namespace",
            ));
        }
        Ok(())
    }
}

fn propagation(word: Option<&str>) -> Result<Option<(Propagation, Depth)>, PlanError> {
    let Some(word) = word.filter(|word| !word.is_empty()) else {
        return Ok(None);
    };
    let found = mount_options::propagation(word);
    found
        .map(Some)
        .ok_or_else(|| PlanError::new(format!("linux.rootfsPropagation: {word:?} is unknown")))
}

/// A warning about something that has no effect here.
pub(crate) fn unsupported(message: impl Into<String>) -> Warning {
    Warning {
        kind: WarningKind::Unsupported,
        message: message.into(),
    }
}

//! Making a container: plan, control group, first process.

use std::path::Path;

use tsorch_cgroups::{Cgroup, CgroupError, CgroupPath, Hierarchies, OnMissing, Version};
use tsorch_oci::Resources;
use tsorch_sys::clone::Namespaces;

use crate::created::Created;
use crate::error::{CreateError, Failure};
use crate::first_process::{FirstProcess, Surroundings};
use crate::plan::mounts::MountPlan;
use crate::plan::{Plan, PlanContext, PlanError, unsupported};
use crate::resctrl::Class;
use crate::spec::{CgroupManager, Leniency, Spec, Warning, WarningKind};
use crate::step::Step;
use crate::waiter::{Blocking, Waiter};
use crate::{host, labels, mappings};

/// Where the control groups of containers are whose configuration names none.
pub const DEFAULT_CGROUP_PARENT: &str = "tsorch-runtime";

/// Makes the control group and the first process of a container, up to the start gate. Takes some milliseconds.
///
/// # Errors
/// [`CreateError`]; nothing is left then.
pub fn create(spec: Spec<'_>) -> Result<Created, CreateError> {
    create_meanwhile(spec, &mut Blocking)
}

/// As [`create`]; `waiter` waits for hooks and for the first process, and may do something else meanwhile.
///
/// # Errors
/// As those of [`create`].
pub fn create_meanwhile(spec: Spec<'_>, waiter: &mut dyn Waiter) -> Result<Created, CreateError> {
    let available = host::available_capabilities();
    let available = available
        .step(|| "read the own capabilities")
        .map_err(CreateError::Host)?;
    let context = PlanContext {
        bundle: spec.bundle,
        available,
        shares_users: host::joins_own_users(&spec.config.linux.namespaces),
    };
    let refused = |error: PlanError| CreateError::Config(error.0);
    let (mut plan, mut warnings) = Plan::new(spec.config, context).map_err(refused)?;
    let leniency = spec.leniency;
    labels::check(&mut plan.process, leniency, &mut warnings).map_err(refused)?;
    labels::label_mounts(&mut plan, (leniency, labels::has_selinux()), &mut warnings)
        .map_err(refused)?;
    let hierarchies = match spec.cgroup_manager {
        CgroupManager::Cgroupfs => match spec.hierarchies {
            Some(known) => known.clone(),
            None => Hierarchies::of_host().map_err(CreateError::Cgroup)?,
        },
        CgroupManager::Disabled => Hierarchies::default(),
    };
    let class = make_class(&spec, &mut warnings)?;
    let cgroup = make_cgroup(&spec, &hierarchies, &mut warnings);
    let made = cgroup.and_then(|cgroup| {
        if let Err(error) = give_cgroup_away(&plan, &hierarchies, &cgroup) {
            remove_cgroup(cgroup);
            return Err(CreateError::Cgroup(error));
        }
        let surroundings = Surroundings {
            plan: &plan,
            hierarchies: &hierarchies,
            cgroup: &cgroup,
            class: class.as_ref(),
        };
        match FirstProcess::make(spec, surroundings, waiter) {
            Ok(process) => Ok((process, cgroup)),
            Err(error) => {
                remove_cgroup(cgroup);
                Err(error)
            }
        }
    });
    match made {
        Ok((process, cgroup)) => Ok(Created::new(process, (cgroup, class), warnings)),
        Err(error) => {
            let _: Option<Result<(), Failure>> = class.map(|class| class.remove());
            Err(error)
        }
    }
}

fn make_class(spec: &Spec<'_>, warnings: &mut Vec<Warning>) -> Result<Option<Class>, CreateError> {
    match Class::of(spec.config, spec.id) {
        Ok(Some(class)) => class
            .make()
            .map(|()| Some(class))
            .map_err(CreateError::Host),
        Ok(None) => Ok(None),
        Err(failure) if spec.leniency == Leniency::Lenient => {
            warnings.push(unsupported(format!("{failure}: it was left out")));
            Ok(None)
        }
        Err(failure) => Err(CreateError::Host(failure)),
    }
}

fn make_cgroup(
    spec: &Spec<'_>,
    hierarchies: &Hierarchies,
    warnings: &mut Vec<Warning>,
) -> Result<Cgroup, CreateError> {
    let linux = &spec.config.linux;
    let given = linux
        .cgroups_path
        .clone()
        .filter(|path| !path.as_os_str().is_empty());
    let path = given.unwrap_or_else(|| Path::new(DEFAULT_CGROUP_PARENT).join(spec.id.as_str()));
    let path = CgroupPath::parse(&path).map_err(|error| CreateError::Cgroup(error.into()))?;
    let cgroup = Cgroup::create(hierarchies, path).map_err(CreateError::Cgroup)?;
    if spec.cgroup_manager == CgroupManager::Disabled {
        if linux.resources.is_some() {
            let message = "linux.resources has no effect: control groups are disabled";
            warnings.push(unsupported(message));
        }
        return Ok(cgroup);
    }
    let on_missing = match spec.leniency {
        Leniency::Strict => OnMissing::Fail,
        Leniency::Lenient => OnMissing::Skip,
    };
    let none = Resources::default();
    match cgroup.apply(linux.resources.as_ref().unwrap_or(&none), on_missing) {
        Ok(skipped) => {
            warnings.extend(skipped.into_iter().map(|skipped| Warning {
                kind: WarningKind::Cgroup,
                message: format!("{} was left out: {}", skipped.limit, skipped.reason),
            }));
            Ok(cgroup)
        }
        Err(error) => {
            remove_cgroup(cgroup);
            Err(CreateError::Cgroup(error))
        }
    }
}

/// A program that sees its own v2 group as the root, and may write there, owns it. config-linux.md, "Cgroup ownership"
fn give_cgroup_away(
    plan: &Plan,
    hierarchies: &Hierarchies,
    cgroup: &Cgroup,
) -> Result<(), CgroupError> {
    let is_unified = matches!(hierarchies.all(), [only] if only.version == Version::V2);
    let is_root_inside = plan.namespaces.create.has(Namespaces::CGROUP);
    if !is_unified || !is_root_inside || !plan.mounts.iter().any(MountPlan::gives_cgroups) {
        return Ok(());
    }
    let owner = match plan.namespaces.has_user() {
        true => mappings::outside(&plan.uid_mappings, plan.process.uid),
        false => Some(plan.process.uid),
    };
    match owner {
        None | Some(0) => Ok(()),
        Some(owner) => cgroup.give_to(owner),
    }
}

/// After a failure: that one is told, not what happens here.
fn remove_cgroup(cgroup: Cgroup) {
    let _: Result<(), CgroupError> = cgroup.kill().and_then(|()| cgroup.remove());
}

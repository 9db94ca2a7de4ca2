//! What the fuzz targets call: the parts of planning that read foreign text, with what must hold whatever the text is.

use std::path::{Component, Path};

use tsorch_oci::{Capabilities, Config};

use crate::plan::capabilities::{CapabilityPlan, CapabilitySet};
use crate::plan::{Plan, PlanContext, mount_options};

/// Plans any configuration: nothing is mounted outside the root, and no right is given that is not there to give.
///
/// # Panics
/// When that does not hold.
pub fn plan(config: &Config) {
    for shares_users in [false, true] {
        let context = PlanContext {
            bundle: Path::new("/bundle"),
            available: CapabilitySet(0xff),
            shares_users,
        };
        if let Ok((plan, _)) = Plan::new(config, context) {
            mounts_stay_inside(&plan);
        }
    }
}

fn mounts_stay_inside(plan: &Plan) {
    for mount in &plan.mounts {
        let is_inside = mount
            .target
            .components()
            .skip(1)
            .all(|part| matches!(part, Component::Normal(_)));
        assert!(mount.target.is_absolute() && is_inside, "{mount:?}");
    }
}

/// Understands a mount option; a word of the table means the same wherever it is read.
///
/// # Panics
/// When it does not.
pub fn mount_option(word: &str) {
    let is_known = mount_options::known().iter().any(|known| known == word);
    assert!(
        !is_known || mount_options::effect(word).is_some(),
        "{word:?}"
    );
}

/// Reads the five sets from one list of names: never more than what is available, and what the kernel would take.
///
/// # Panics
/// When that does not hold.
pub fn capabilities(names: &[String], available: u64) {
    let sets = Capabilities {
        bounding: names.to_vec(),
        effective: names.to_vec(),
        permitted: names.iter().skip(1).cloned().collect(),
        inheritable: names.iter().skip(2).cloned().collect(),
        ambient: names.to_vec(),
    };
    let plan = CapabilityPlan::new(Some(&sets), CapabilitySet(available), &mut Vec::new());
    let all = plan.bounding.0 | plan.effective.0 | plan.permitted.0 | plan.inheritable.0;
    assert_eq!((all | plan.ambient.0) & !available, 0);
    assert_eq!(plan.effective.0 & !plan.permitted.0, 0);
    assert_eq!(plan.ambient.0 & !(plan.permitted.0 & plan.inheritable.0), 0);
}

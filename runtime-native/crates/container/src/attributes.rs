//! Attributes that a process sets for itself, before it waits at its gate.

use tsorch_sys::memory_policy::set_memory_policy;
use tsorch_sys::personality::set_personality;

use crate::error::Failure;
use crate::plan::attributes::Attributes;
use crate::step::Step;

/// Sets them for the calling process: before any filter, which could forbid it.
pub(crate) fn set(attributes: &Attributes) -> Result<(), Failure> {
    if let Some(persona) = attributes.personality {
        set_personality(persona).step(|| format!("set the personality {persona:#x}"))?;
    }
    if let Some((mode, nodes)) = &attributes.memory {
        let name = || "set the memory policy";
        let mode = i32::try_from(*mode).map_err(|_| Failure::plain(name()))?;
        set_memory_policy(mode, nodes).step(name)?;
    }
    Ok(())
}

//! Changing the limits of a live group: all or nothing.
//!
//! ```text
//!   complete (what one file holds together) -> check the present use -> write; EINVAL and EBUSY once more at the end
//!     -> on an error write the old values back, last first
//! ```
//!
//! The order matters to the kernel in both directions (memory below memory + swap, burst below quota, quota of a shorter
//! period), and which one is right depends on old and new values together; trying again is right for all.

use rustix::io::Errno;
use tsorch_oci::{Memory, Resources};

use crate::cgroup::{Cgroup, OnMissing, Skipped, missing};
use crate::devices;
use crate::error::CgroupError;
use crate::hierarchies::Version;
use crate::limits::{self, Write};
use crate::undo::undo;

/// Writes done, as they can be undone, and limits that were left out.
#[derive(Default)]
struct Progress {
    undo: Vec<Write>,
    skipped: Vec<Skipped>,
}

impl Cgroup {
    /// Changes limits of a live group, all or nothing: on an error the old values are written back.
    ///
    /// # Errors
    /// As [`Cgroup::apply`]; [`CgroupError::BadLimit`] for a memory limit below the present use with `checkBeforeUpdate`.
    pub fn update(
        &self,
        resources: &Resources,
        on_missing: OnMissing,
    ) -> Result<Vec<Skipped>, CgroupError> {
        let resources = &self.complete(resources);
        self.check_use(resources)?;
        let plan = limits::plan(resources, |name| self.home(name))?;
        let mut progress = Progress {
            skipped: missing(&plan, on_missing)?,
            ..Progress::default()
        };
        let mut done = self.write_all(&plan.writes, on_missing, &mut progress);
        if done.is_ok() && !resources.devices.is_empty() {
            done = devices::restrict(self, &resources.devices, on_missing)
                .map(|skipped| progress.skipped.extend(skipped));
        }
        match done {
            Ok(()) => Ok(progress.skipped),
            Err(error) => {
                self.write_back(progress.undo);
                Err(error)
            }
        }
    }

    fn write_all(
        &self,
        writes: &[Write],
        on_missing: OnMissing,
        progress: &mut Progress,
    ) -> Result<(), CgroupError> {
        let mut again = Vec::new();
        for write in writes {
            match self.write_one(write, on_missing, progress) {
                Err(error) if matches!(error.errno(), Some(Errno::INVAL | Errno::BUSY)) => {
                    again.push(write);
                }
                done => done?,
            }
        }
        again
            .into_iter()
            .try_for_each(|write| self.write_one(write, on_missing, progress))
    }

    fn write_one(
        &self,
        write: &Write,
        on_missing: OnMissing,
        progress: &mut Progress,
    ) -> Result<(), CgroupError> {
        let before = self
            .node(write.controller)
            .and_then(|node| node.read(&write.file).ok());
        let skipped = self.carry_out(write, on_missing)?;
        progress.skipped.extend(skipped);
        progress
            .undo
            .extend(before.and_then(|text| undo(write, &text)));
        Ok(())
    }

    /// Twice, for the same reason as above.
    fn write_back(&self, mut undo: Vec<Write>) {
        undo.reverse();
        for _ in 0..2 {
            undo.retain(|write| self.carry_out(write, OnMissing::Fail).is_err());
        }
    }

    /// Adds what must be written together with what is given.
    fn complete(&self, resources: &Resources) -> Resources {
        let mut resources = resources.clone();
        let present = |controller: &str, file: &str| {
            let node = self.node(controller)?;
            node.read(file).ok().map(|text| text.trim().to_owned())
        };
        if let Some(cpu) = resources.cpu.as_mut() {
            // One file of v2 holds both; a period alone must not lift the quota.
            if cpu.period.is_some() && cpu.quota.is_none() {
                cpu.quota =
                    present("cpu", "cpu.max").and_then(|text| text.split(' ').next()?.parse().ok());
            }
        }
        if let Some(memory) = resources.memory.as_mut() {
            match self.home("memory") {
                Some(Version::V2) => complete_v2(memory, present("memory", "memory.max")),
                _ => complete_v1(memory, present("memory", "memory.memsw.limit_in_bytes")),
            }
        }
        resources
    }

    fn check_use(&self, resources: &Resources) -> Result<(), CgroupError> {
        let Some(memory) = resources
            .memory
            .as_ref()
            .filter(|memory| memory.check_before_update == Some(true))
        else {
            return Ok(());
        };
        let limit = memory.limit.and_then(|limit| u64::try_from(limit).ok());
        let (Some(limit), Some(node)) = (limit.filter(|limit| *limit > 0), self.node("memory"))
        else {
            return Ok(());
        };
        let file = match node.version {
            Version::V1 => "memory.usage_in_bytes",
            Version::V2 => "memory.current",
        };
        let used: u64 = node.read(file)?.trim().parse().unwrap_or(0);
        if used <= limit {
            return Ok(());
        }
        Err(CgroupError::BadLimit {
            limit: "memory.limit".to_owned(),
            reason: format!("{used} bytes are in use, and checkBeforeUpdate is set"),
        })
    }
}

/// The specification counts memory and swap together, v2 only swap: the difference needs the memory's limit.
fn complete_v2(memory: &mut Memory, limit: Option<String>) {
    if memory.swap.is_some_and(|swap| swap > 0) && memory.limit.is_none() {
        memory.limit = limit.and_then(|limit| limit.parse().ok());
    }
}

/// v1 keeps memory <= memory + swap: a limit above the present sum raises that too, when nothing is said about it.
fn complete_v1(memory: &mut Memory, both: Option<String>) {
    let (Some(limit), None) = (memory.limit, memory.swap) else {
        return;
    };
    let both: Option<i64> = both.and_then(|both| both.parse().ok());
    if both.is_some_and(|both| limit < 0 || limit > both) {
        memory.swap = Some(limit);
    }
}

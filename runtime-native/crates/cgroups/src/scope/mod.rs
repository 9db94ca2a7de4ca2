//! Scopes of systemd, for callers that want systemd to know of their containers (`tsorch-runtime --systemd-cgroup`).
//!
//! systemd makes the scope, delegated; the container's group, its limits and everything else below it are files, as
//! anywhere. Only here is D-Bus spoken: two calls, so the protocol is written out instead of a library's threads and
//! event loop.

mod bus;
mod error;
mod keeper;
mod message;
mod name;
mod wire;

use std::path::PathBuf;

use rustix::fs::Mode;

use bus::{Bus, Call};
use error::errno;
use keeper::Keeper;
use message::Arguments;
use wire::Writer;

pub use error::ScopeError;
pub use name::ScopeName;

use crate::hierarchies::{Hierarchies, Version};

/// systemd's name for an error that is none when a scope is to be ended.
const NO_SUCH_UNIT: &str = "org.freedesktop.systemd1.NoSuchUnit";

/// A scope without a container yet. When this ends before the container has a process, systemd takes the scope away.
#[derive(Debug)]
pub struct Scope {
    keeper: Option<Keeper>,
    leaf: Option<PathBuf>,
}

impl Scope {
    /// Makes the scope. This process must have one thread.
    ///
    /// # Errors
    /// [`ScopeError`]; `Refused` with `UnitExists` when there is a scope of that name.
    pub fn start(name: &ScopeName) -> Result<Self, ScopeError> {
        let mut bus = Bus::connect()?;
        let keeper = Keeper::start().map_err(errno("fork"))?;
        let pid = u32::try_from(keeper.pid().as_raw_nonzero().get()).unwrap_or(0);
        bus.carry_out(&Call {
            method: "StartTransientUnit",
            unit: &name.unit,
            arguments: Arguments {
                signature: "ssa(sv)a(sa(sv))",
                write: &|body| describe(body, name, pid),
            },
        })?;
        let leaf = move_aside(&keeper, name)?;
        Ok(Self {
            keeper: Some(keeper),
            leaf,
        })
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        drop(self.keeper.take());
        // Should it stay, it goes with the scope.
        let _ = self.leaf.take().map(rustix::fs::rmdir);
    }
}

/// In v2 a group with controllers has no processes between its leaves and the root: the keeper goes into a leaf. No
/// controller is handed down to that one, as long as there is a process in the scope itself.
fn move_aside(keeper: &Keeper, name: &ScopeName) -> Result<Option<PathBuf>, ScopeError> {
    let host = Hierarchies::of_host()?;
    let Some(unified) = host.all().iter().find(|one| one.version == Version::V2) else {
        return Ok(None);
    };
    let place = unified.mount.join(name.keeper()?.as_path());
    let made = rustix::fs::mkdir(&place, Mode::from_raw_mode(0o755));
    made.map_err(errno("make a control group below the scope"))?;
    let pid = keeper.pid().as_raw_nonzero().to_string();
    std::fs::write(place.join("cgroup.procs"), pid)
        .map_err(error::io("enter the control group below the scope"))?;
    Ok(Some(place))
}

/// Ends a scope and whatever is in it; one that is gone is no error.
///
/// # Errors
/// [`ScopeError`].
pub fn stop_scope(unit: &str) -> Result<(), ScopeError> {
    let stopped = Bus::connect()?.carry_out(&Call {
        method: "StopUnit",
        unit,
        arguments: Arguments {
            signature: "ss",
            write: &|body| {
                body.string(unit);
                body.string("replace");
            },
        },
    });
    match stopped {
        Err(ScopeError::Refused { name, .. }) if name == NO_SUCH_UNIT => Ok(()),
        other => other,
    }
}

/// Arguments of StartTransientUnit: name, mode, properties, no further units. Source: org.freedesktop.systemd1(5).
fn describe(body: &mut Writer, name: &ScopeName, pid: u32) {
    body.string(&name.unit);
    body.string("fail");
    body.array(8, |properties| {
        let mut property = |key: &str, kind: &str, write: &dyn Fn(&mut Writer)| {
            properties.align(8);
            properties.string(key);
            properties.signature(kind);
            write(properties);
        };
        let description = format!("container in {}", name.unit);
        property("Description", "s", &|value| value.string(&description));
        property("Slice", "s", &|value| value.string(&name.slice));
        property("Delegate", "b", &|value| value.boolean(true));
        // Nothing of the host's start and end waits for a container.
        property("DefaultDependencies", "b", &|value| value.boolean(false));
        // A container that was killed for lack of memory leaves a failed unit, which would keep the name taken.
        property("CollectMode", "s", &|value| {
            value.string("inactive-or-failed");
        });
        property("PIDs", "au", &|value| {
            value.array(4, |pids| pids.uint32(pid));
        });
    });
    body.array(8, |_| {});
}

//! What the creating process knows about itself.

use rustix::io::Errno;
use rustix::thread::capabilities;
use tsorch_sys::execute::ignored_signals;

use crate::plan::capabilities::CapabilitySet;

/// Capabilities that we can hand on: what we have and what our bounding set lets through.
pub(crate) fn available_capabilities() -> Result<CapabilitySet, Errno> {
    Ok(CapabilitySet(capabilities(None)?.permitted.bits()))
}

/// Signals that we ignore, which a program would inherit; when in doubt, all of them.
pub(crate) fn signals_ignored_here() -> u64 {
    std::fs::read_to_string("/proc/self/status").map_or(u64::MAX, |status| ignored_signals(&status))
}

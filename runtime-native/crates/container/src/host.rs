//! What the creating process knows about itself.

use rustix::fs::{Mode, OFlags};
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
    // One read of a page: this is on the way to every start.
    let mut page = [0u8; 4096];
    let count = rustix::fs::open(
        "/proc/self/status",
        OFlags::RDONLY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .and_then(|status| rustix::io::read(&status, &mut page));
    let text = count
        .ok()
        .and_then(|count| std::str::from_utf8(&page[..count]).ok());
    text.map_or(u64::MAX, ignored_signals)
}

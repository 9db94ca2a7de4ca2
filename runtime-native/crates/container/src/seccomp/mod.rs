//! System call filters: a profile becomes classic BPF, which is kept on disk and loaded by the process itself.
//!
//! ```text
//!   profile --> digest --> cached? --yes--> instructions
//!                             no --> libseccomp (names, argument rules) --> our prefix --> cache
//! ```

mod cache;
mod compile;
mod default_profile;
mod interpreter;
mod notify;
mod prefix;
#[cfg(test)]
mod tests;
mod verify;
mod words;

use std::path::Path;

use tsorch_oci::Seccomp;
use tsorch_sys::seccomp::Filter;

use crate::error::Failure;

pub use default_profile::default_profile;
pub(crate) use notify::Listener;

/// Gets the filter of a profile ready to load; `None` when there is no profile.
pub(crate) fn prepare(
    profile: Option<&Seccomp>,
    cache: Option<&Path>,
) -> Result<Option<Filter>, Failure> {
    let Some(profile) = profile else {
        return Ok(None);
    };
    notify::check(profile)?;
    let flags = words::flags(profile)?;
    let instructions = instructions(profile, cache)?;
    let filter = Filter::new(instructions, flags);
    filter.map(Some).ok_or_else(|| {
        Failure::plain("compile the system call filter: it is too long for the kernel")
    })
}

/// Compiles a profile into the cache, so that the first container does not wait for it.
///
/// # Errors
/// [`Failure`] when the profile cannot be compiled.
pub fn warm(profile: &Seccomp, cache: &Path) -> Result<(), Failure> {
    instructions(profile, Some(cache)).map(drop)
}

fn instructions(profile: &Seccomp, cache: Option<&Path>) -> Result<Vec<[u8; 8]>, Failure> {
    let Some(directory) = cache else {
        return compile::compile(profile);
    };
    let key = cache::key(profile);
    if let Some(found) = cache::read(directory, &key) {
        return Ok(found);
    }
    let compiled = compile::compile(profile)?;
    // A cache that cannot be written costs time, nothing else.
    let _ = cache::write(directory, &key, &compiled);
    Ok(compiled)
}

/// Cuts bytes into instructions; `None` when they do not come out even.
fn split(bytes: &[u8]) -> Option<Vec<[u8; 8]>> {
    let pieces = bytes.chunks(8).map(|piece| piece.try_into().ok());
    pieces.collect()
}

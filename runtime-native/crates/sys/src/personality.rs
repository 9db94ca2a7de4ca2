//! Which system a process believes to be on: personality(2).
#![expect(unsafe_code, reason = "personality(2) has no safe wrapper")]

use rustix::io::Errno;

use crate::errno::last_errno;

/// Sets the calling process's execution domain and its flags.
///
/// # Errors
/// EINVAL when the kernel refuses it.
pub fn set_personality(persona: u32) -> Result<(), Errno> {
    // SAFETY: takes a number only.
    match unsafe { libc::personality(libc::c_ulong::from(persona)) } {
        -1 => Err(last_errno()),
        _ => Ok(()),
    }
}

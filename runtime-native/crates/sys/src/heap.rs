//! The C library's heap.
#![cfg_attr(
    target_env = "gnu",
    expect(unsafe_code, reason = "malloc_trim and mallopt are the C library's")
)]

/// Fixes the sizes above which memory goes back to the kernel. By itself the C library raises both to the largest block
/// that was ever freed, and keeps that much.
pub fn stay_small() {
    #[cfg(target_env = "gnu")]
    glibc::fix_thresholds();
}

/// Gives free pages of the heap back to the kernel. A supervisor lives for months and must not cost what its busiest
/// second has cost.
pub fn give_back() {
    #[cfg(target_env = "gnu")]
    glibc::trim();
}

/// Other C libraries keep little by themselves and have nothing to set.
#[cfg(target_env = "gnu")]
mod glibc {
    /// Blocks of this size get a mapping of their own, which goes back to the kernel when they are freed.
    const MAPPED_FROM_BYTES: libc::c_int = 128 * 1024;
    /// More free memory than this at the heap's end is given back at once.
    const KEPT_BYTES: libc::c_int = 64 * 1024;

    pub(super) fn fix_thresholds() {
        // SAFETY: mallopt takes two numbers; an unknown one is refused and changes nothing.
        unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM_BYTES) };
        // SAFETY: as above.
        unsafe { libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES) };
    }

    pub(super) fn trim() {
        // SAFETY: malloc_trim touches free memory only and may be called at any time.
        unsafe { libc::malloc_trim(0) };
    }
}

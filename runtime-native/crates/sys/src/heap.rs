//! The C library's heap.
#![expect(unsafe_code, reason = "malloc_trim is the C library's")]

/// Gives free pages of the heap back to the kernel. A supervisor lives for months and must not cost what its busiest
/// second has cost.
pub fn give_back() {
    // SAFETY: malloc_trim touches free memory only and may be called at any time.
    unsafe { libc::malloc_trim(0) };
}

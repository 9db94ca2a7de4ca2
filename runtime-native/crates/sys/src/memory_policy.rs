//! Where a process's memory comes from: set_mempolicy(2).
#![expect(unsafe_code, reason = "set_mempolicy(2) takes a pointer to a mask")]

use rustix::io::Errno;

use crate::errno::last_errno;

/// Memory nodes that can be named; kernels are built for 1024 at most.
pub const MOST_NODES: u32 = 1024;
const WORD_BITS: u32 = u64::BITS;

/// Sets the calling thread's memory policy: `MPOL_` mode with its flag bits, and nodes below [`MOST_NODES`].
///
/// # Errors
/// EINVAL for a combination that the kernel does not take or a node that is not there.
pub fn set_memory_policy(mode: i32, nodes: &[u32]) -> Result<(), Errno> {
    let mut mask = [0u64; 16];
    for node in nodes {
        let index = usize::try_from(node / WORD_BITS).map_err(|_| Errno::INVAL)?;
        *mask.get_mut(index).ok_or(Errno::INVAL)? |= 1 << (node % WORD_BITS);
    }
    // The kernel looks at one bit less than it is told.
    let bits = u64::from(MOST_NODES + 1);
    let pointer = if nodes.is_empty() {
        std::ptr::null()
    } else {
        mask.as_ptr()
    };
    // SAFETY: the mask has as many bits as are looked at, lives during the call and is only read.
    match unsafe { libc::syscall(libc::SYS_set_mempolicy, mode, pointer, bits) } {
        -1 => Err(last_errno()),
        _ => Ok(()),
    }
}

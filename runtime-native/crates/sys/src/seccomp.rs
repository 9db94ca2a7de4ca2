//! Loading a system call filter: seccomp(2).
#![expect(unsafe_code, reason = "seccomp(2) takes a pointer to the program")]

use std::os::fd::{FromRawFd, OwnedFd};

use rustix::io::Errno;

use crate::errno::last_errno;

const SET_MODE_FILTER: libc::c_uint = 1;
/// `SECCOMP_FILTER_FLAG_NEW_LISTENER`
const NEW_LISTENER: u32 = 8;
/// The kernel's limit for one program.
const MOST_INSTRUCTIONS: usize = 4096;

/// A compiled filter, ready to load without allocating.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    instructions: Vec<[u8; 8]>,
    flags: u32,
}

impl Filter {
    /// Takes instructions of classic BPF (`struct sock_filter`, 8 bytes each) and `SECCOMP_FILTER_FLAG_` bits.
    /// `None` when there are none or more than the kernel takes.
    #[must_use]
    pub fn new(instructions: Vec<[u8; 8]>, flags: u32) -> Option<Self> {
        let good = (1..=MOST_INSTRUCTIONS).contains(&instructions.len());
        good.then_some(Self {
            instructions,
            flags,
        })
    }

    /// Filters the calling thread's system calls from now on. Needs `no_new_privs` or CAP_SYS_ADMIN. Gives the
    /// notification descriptor when the flags ask for one.
    ///
    /// # Errors
    /// EACCES without the right, EINVAL when the kernel refuses the program or a flag.
    pub fn load(&self) -> Result<Option<OwnedFd>, Errno> {
        let program = libc::sock_fprog {
            len: libc::c_ushort::try_from(self.instructions.len()).map_err(|_| Errno::INVAL)?,
            filter: self
                .instructions
                .as_ptr()
                .cast::<libc::sock_filter>()
                .cast_mut(),
        };
        let pointer = &raw const program;
        // SAFETY: the program is `len` instructions long and is only read; alignment does not matter to the kernel,
        // which copies bytes.
        let result =
            unsafe { libc::syscall(libc::SYS_seccomp, SET_MODE_FILTER, self.flags, pointer) };
        match i32::try_from(result) {
            Ok(-1) | Err(_) => Err(last_errno()),
            Ok(fd) if self.flags & NEW_LISTENER != 0 => {
                // SAFETY: with this flag the result is a new descriptor, close-on-exec, nobody else's.
                Ok(Some(unsafe { OwnedFd::from_raw_fd(fd) }))
            }
            Ok(0) => Ok(None),
            // TSYNC names a thread that could not follow.
            Ok(_) => Err(Errno::SRCH),
        }
    }
}

/// Whether the kernel knows a set of `SECCOMP_FILTER_FLAG_` bits. Loads nothing: flags are looked at before the program.
#[must_use]
pub fn flag_is_supported(flags: u32) -> bool {
    let nothing = std::ptr::null::<libc::sock_fprog>();
    // SAFETY: without a program the call cannot succeed.
    let result = unsafe { libc::syscall(libc::SYS_seccomp, SET_MODE_FILTER, flags, nothing) };
    result == -1 && last_errno() == Errno::FAULT
}

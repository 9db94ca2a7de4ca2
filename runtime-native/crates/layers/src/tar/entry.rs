/// One member, with PAX and GNU extensions already merged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Bytes as in the archive: may be absolute, may hold `.`, `..` and trailing slashes.
    pub path: Vec<u8>,
    /// What it is, with what only that kind has.
    pub kind: Kind,
    /// Permission, set-id and sticky bits: `mode & 0o7777`.
    pub mode: u32,
    /// Numeric owner; names in the archive are ignored.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
    /// Time of the last modification.
    pub mtime: Timestamp,
    /// Extended attributes, name to value, each name once.
    pub xattrs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Type of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Regular file; `size` bytes follow in the archive. With `extents` they are only its parts that are not holes.
    File {
        /// Bytes stored in the archive.
        size: u64,
        /// Where the stored bytes belong, for a sparse file.
        extents: Option<Extents>,
    },
    /// Another name for an earlier member.
    HardLink {
        /// Path of that member, in the form of `Entry::path`.
        target: Vec<u8>,
    },
    /// Symbolic link.
    Symlink {
        /// Its content, uninterpreted.
        target: Vec<u8>,
    },
    /// Character device.
    CharDevice {
        /// Major number.
        major: u32,
        /// Minor number.
        minor: u32,
    },
    /// Block device.
    BlockDevice {
        /// Major number.
        major: u32,
        /// Minor number.
        minor: u32,
    },
    /// Directory.
    Directory,
    /// Named pipe.
    Fifo,
}

/// The data of a sparse file: ascending, disjoint `(offset, length)` pairs within `real_size`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extents {
    /// Size of the file with its holes.
    pub real_size: u64,
    /// The parts that are stored; their lengths add up to the stored size.
    pub parts: Vec<(u64, u64)>,
}

/// Seconds since 1970 and the nanoseconds after them (`< 1_000_000_000`, also for times before 1970).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timestamp {
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// Rest, always forward in time.
    pub nanoseconds: u32,
}

//! What a layer may cost. One table; every violation is `layer.limit-exceeded` and names its row.
use serde::{Deserialize, Serialize};

/// Limits of one layer; a request may give its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Bytes of the uncompressed stream, and of all files together (sparse ones count with their holes).
    pub uncompressed_bytes: u64,
    /// Uncompressed bytes per compressed byte, looked at once there are more than `RATIO_GRACE` of them.
    pub inflate_ratio: u64,
    /// Members of the archive.
    pub entries: u64,
    /// Bytes of a member's path.
    pub path_bytes: usize,
    /// Bytes of one component (also the kernel's NAME_MAX).
    pub component_bytes: usize,
    /// Components of a path.
    pub depth: usize,
    /// Memory for what can be done only at the end: times of directories, whiteouts, opaque marks.
    pub deferred_bytes: usize,
}

/// Small layers of zeros are legitimate: the ratio counts from here on.
pub(crate) const RATIO_GRACE: u64 = 64 << 20;

impl Default for Limits {
    fn default() -> Self {
        Self {
            uncompressed_bytes: 64 << 30,
            inflate_ratio: 1000,
            entries: 5_000_000,
            path_bytes: 4096,
            component_bytes: 255,
            depth: 256,
            deferred_bytes: 48 << 20,
        }
    }
}

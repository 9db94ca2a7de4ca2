//! Why a layer was not unpacked, and the code under which it is told (schemas/error-codes.json).
use crate::digest::Digest;
use crate::tar::TarError;
use rustix::io::Errno;
use std::io;
use thiserror::Error;
use tsorch_protocol::code;
use tsorch_protocol::{Code, ErrorBody};

/// Outcome of unpacking that is not a layer. Paths are printable texts: names of hostile archives are bytes of any kind.
#[derive(Debug, Error)]
pub enum LayerError {
    /// The compressed bytes are not those that were announced.
    #[error("blob {expected} has the digest {actual}")]
    BlobDigest {
        /// As requested.
        expected: Digest,
        /// As computed.
        actual: Digest,
    },
    /// The uncompressed bytes are not those that the image's config names.
    #[error(
        "the uncompressed layer has the digest {actual}, but the image's config says {expected}"
    )]
    DiffId {
        /// As requested.
        expected: Digest,
        /// As computed.
        actual: Digest,
    },
    /// The blob has another length than its descriptor.
    #[error("blob {blob} has {actual} bytes, but its descriptor says {expected}")]
    Size {
        /// The blob.
        blob: Digest,
        /// As requested.
        expected: u64,
        /// As found.
        actual: u64,
    },
    /// Not a tar, or a damaged one.
    #[error("the layer is not a sound tar archive")]
    Tar(#[source] TarError),
    /// The compressed stream is broken.
    #[error("the layer does not decompress: {0}")]
    Decompress(String),
    /// Compression that no image layer has.
    #[error("the layer is compressed with {0}, which image layers may not be")]
    Compression(&'static str),
    /// An entry that is sound by itself but cannot be created.
    #[error("entry {path}: {reason}")]
    Entry {
        /// Escaped for printing.
        path: String,
        /// One of a few constant texts.
        reason: &'static str,
    },
    /// An entry that would reach outside the layer's root or fool the overlay file system.
    #[error("entry {path}: {reason}")]
    Unsafe {
        /// Escaped for printing.
        path: String,
        /// One of a few constant texts.
        reason: &'static str,
    },
    /// A row of `Limits`.
    #[error("the layer exceeds the limit of {limit} {what}")]
    Limit {
        /// Unit of `limit`: "entries", "bytes uncompressed".
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The file system is full, or a quota is reached.
    #[error("no space left to unpack the layer, at {path}")]
    NoSpace {
        /// Escaped for printing.
        path: String,
        /// ENOSPC or EDQUOT.
        #[source]
        errno: Errno,
    },
    /// Any other failure of the system.
    #[error("cannot {operation} {path}: {errno}")]
    System {
        /// A verb: "create", "set the owner of".
        operation: &'static str,
        /// Escaped for printing.
        path: String,
        /// What the kernel said.
        #[source]
        errno: Errno,
    },
    /// The worker ended without an answer.
    #[error("the layer worker ended without an answer")]
    WorkerDied,
}

impl LayerError {
    /// An error of the system, told apart by what the caller can do about it.
    pub(crate) fn system(operation: &'static str, path: &[u8], errno: Errno) -> Self {
        let path = printable(path);
        match errno {
            Errno::NOSPC | Errno::DQUOT => Self::NoSpace { path, errno },
            Errno::MLINK => Self::Limit {
                what: "links of one file (the file system's)",
                limit: 65_000,
            },
            Errno::NAMETOOLONG => Self::Limit {
                what: "bytes in a name (the file system's)",
                limit: 255,
            },
            _ => Self::System {
                operation,
                path,
                errno,
            },
        }
    }

    /// Whether the bytes are to blame: then it matters whether they are the announced ones.
    pub(crate) fn blames_content(&self) -> bool {
        matches!(
            self,
            Self::Tar(_)
                | Self::Decompress(_)
                | Self::Compression(_)
                | Self::Entry { .. }
                | Self::Unsafe { .. }
                | Self::Limit { .. }
        )
    }

    /// Its code in the closed list.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::BlobDigest { .. } | Self::DiffId { .. } => code!("content.digest-mismatch"),
            Self::Size { .. } => code!("content.size-mismatch"),
            Self::Tar(TarError::Limit { .. }) | Self::Limit { .. } => code!("layer.limit-exceeded"),
            Self::Tar(TarError::Read(_)) | Self::System { .. } | Self::WorkerDied => {
                code!("host.failed")
            }
            Self::Tar(_) | Self::Decompress(_) | Self::Compression(_) | Self::Entry { .. } => {
                code!("layer.bad-tar")
            }
            Self::Unsafe { .. } => code!("layer.unsafe-entry"),
            Self::NoSpace { .. } => code!("content.no-space"),
        }
    }
}

impl From<&LayerError> for ErrorBody {
    fn from(error: &LayerError) -> Self {
        let mut message = error.to_string();
        if let LayerError::Tar(source) = error {
            message = format!("{message}: {source}");
        }
        let body = Self::new(error.code(), message);
        match error {
            LayerError::NoSpace { errno, .. } => body.errno(*errno).retryable(),
            LayerError::System { errno, .. } => body.errno(*errno),
            LayerError::WorkerDied => body.retryable(),
            _ => body,
        }
    }
}

impl From<TarError> for LayerError {
    fn from(error: TarError) -> Self {
        Self::Tar(error)
    }
}

/// Names of an archive for messages: UTF-8 where it is, everything that could confuse a terminal or a log escaped.
pub(crate) fn printable(path: &[u8]) -> String {
    let shown = &path[..path.len().min(300)];
    let mut text: String = String::from_utf8_lossy(shown).escape_debug().collect();
    if shown.len() < path.len() {
        text.push_str("...");
    }
    format!("\"{text}\"")
}

/// The errno within an I/O error; EIO when it has none.
pub(crate) fn errno_of(error: &io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}

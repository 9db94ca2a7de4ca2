use std::io;
use thiserror::Error;

/// Why an archive could not be read on.
#[derive(Debug, Error)]
pub enum TarError {
    /// The archive itself is wrong.
    #[error("malformed tar at byte {offset}: {fault}")]
    Malformed {
        /// Position in the uncompressed stream, of the block that is wrong.
        offset: u64,
        /// What is wrong.
        fault: Fault,
    },
    /// A header holds more than is allowed.
    #[error("the tar header at byte {offset} exceeds {limit} {what}")]
    Limit {
        /// Position in the uncompressed stream.
        offset: u64,
        /// Unit of `limit`: "bytes of PAX records", "extended attributes".
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The stream below failed.
    #[error("cannot read the tar stream")]
    Read(#[source] io::Error),
}

/// What is wrong with a header or a body.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// End of the stream inside a header or body.
    #[error("the archive ends in the middle of an entry")]
    Truncated,
    /// Not a tar, or damaged.
    #[error("the header's checksum does not match")]
    Checksum,
    /// A number field holds something else.
    #[error("the header field \"{0}\" is not a number")]
    Number(&'static str),
    /// Negative or too large for what it says.
    #[error("the header field \"{0}\" is out of range")]
    Range(&'static str),
    /// Type flag that no reader has to know.
    #[error("the entry type {0:#04x} is unknown")]
    UnknownType(u8),
    /// A single zero block in the middle.
    #[error("a zero block is followed by a block that is not zero")]
    LoneZeroBlock,
    /// Two extension headers of the same sort before one entry.
    #[error("an extension header is repeated")]
    RepeatedExtension,
    /// Extension header without an entry behind it.
    #[error("an extension header belongs to no entry")]
    StrayExtension,
    /// A PAX record that does not parse.
    #[error("a PAX record is malformed")]
    PaxRecord,
    /// An extended attribute whose name or value does not decode.
    #[error("an extended attribute is malformed")]
    Xattr,
    /// A name that is empty or holds a zero byte.
    #[error("a name is empty or holds a zero byte")]
    Name,
    /// A kind of entry that has no data announces some.
    #[error("an entry that is not a regular file announces data")]
    UnexpectedData,
    /// Sparse map that is not ascending, overlaps or does not fit the data.
    #[error("the map of a sparse file is malformed")]
    SparseMap,
}

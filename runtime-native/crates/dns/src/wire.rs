//! The DNS message format (RFC 1035, section 4; EDNS: RFC 6891), as much as a server of local names needs.
//!
//! Nothing here follows compression pointers: names that matter (a query's question, the echoed question of an answer)
//! are never compressed, so loops and bombs cannot arise. Parsing borrows; whatever the bytes are, the result is an
//! error, never a panic.

pub mod answer;
pub mod name;
pub mod query;

pub use name::Name;
pub use query::{Query, QueryError};

/// Record and question types (RFC 1035, section 3.2.2; RFC 3596).
pub mod kind {
    /// IPv4 address.
    pub const A: u16 = 1;
    /// Start of authority: how long a "no" may be remembered.
    pub const SOA: u16 = 6;
    /// Name of an address.
    pub const PTR: u16 = 12;
    /// IPv6 address.
    pub const AAAA: u16 = 28;
    /// EDNS.
    pub const OPT: u16 = 41;
    /// Everything there is.
    pub const ANY: u16 = 255;
}

/// The internet.
pub const CLASS_IN: u16 = 1;
/// Header of every message.
pub const HEADER_BYTES: usize = 12;

/// Response codes (RFC 1035, section 4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Rcode {
    /// There may be no records nevertheless.
    NoError = 0,
    /// The query cannot be understood.
    FormatError = 1,
    /// No upstream server could tell.
    ServerFailure = 2,
    /// There is no such name.
    NameError = 3,
    /// The kind of query is not served.
    NotImplemented = 4,
    /// Not for this client.
    Refused = 5,
}

pub(crate) fn read_u16(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    two.first_chunk().map(|two| u16::from_be_bytes(*two))
}

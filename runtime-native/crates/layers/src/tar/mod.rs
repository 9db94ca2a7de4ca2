//! A strict, streaming tar reader: v7, ustar, star's prefix, GNU long names and sparse files, base-256 numbers, PAX.
//!
//! It yields entries in the order of the archive and never seeks. A header that can be read in two ways is an error, not a
//! guess: every known smuggling trick (TARmageddon, CVE-2025-62518) lives in the difference between two readers' guesses.
//! Names are bytes; nothing is resolved or cleaned here.
//!
//! Sources: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header"; GNU tar manual, "Basic Tar Format" and "Storing
//! Sparse Files".

mod entry;
mod fault;
mod header;
mod number;
mod pax;
mod reader;
mod sparse;
mod xattr;

pub use entry::{Entry, Extents, Kind, Timestamp};
pub use fault::{Fault, TarError};
pub use reader::TarReader;

/// Everything in a tar comes in units of this many bytes.
pub const BLOCK: usize = 512;

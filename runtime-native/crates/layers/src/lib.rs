//! Image layers: verification and safe extraction of tar archives.
#![forbid(unsafe_code)]

mod blob;
mod compression;
mod digest;
mod error;
mod extract;
mod limits;
mod pipeline;
mod remove;
mod sandbox;
mod store;
mod sync_job;
pub mod tar;
mod unpack;
pub mod worker;

pub use compression::Compression;
pub use digest::{Digest, NotADigest};
pub use error::LayerError;
pub use extract::{Extracted, extract};
pub use limits::Limits;
pub use remove::{remove_contents, remove_entry};
pub use sandbox::SandboxError;
pub use store::{LayerStore, Start, UnpackJob};
pub use sync_job::SyncJob;
pub use unpack::{UnpackRequest, Unpacked, unpack};

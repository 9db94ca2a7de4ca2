//! One layer: blob in, directory out.
use crate::blob::BlobReader;
use crate::compression::Compression;
use crate::digest::Digest;
use crate::error::LayerError;
use crate::extract::{Extracted, extract};
use crate::limits::Limits;
use crate::pipeline::{Inflated, ring};
use crate::tar::TarReader;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::os::fd::OwnedFd;
use std::thread;

/// What to unpack: the descriptor of the layer, and the diffID of the image's config.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnpackRequest {
    /// Digest of the compressed bytes.
    pub blob: Digest,
    /// Length of the blob in bytes.
    pub size: u64,
    /// Of the descriptor. The bytes decide how they are decompressed; a media type that says otherwise is only reported.
    pub media_type: String,
    /// Digest that the uncompressed bytes must have; absent = it is not known yet and will be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff_id: Option<Digest>,
    /// Absent = the defaults.
    #[serde(default)]
    pub limits: Limits,
}

/// An unpacked layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unpacked {
    /// Digest of the uncompressed bytes.
    pub diff_id: Digest,
    /// Members of the archive.
    pub entries: u64,
    /// Bytes of all regular files.
    pub size_bytes: u64,
    /// Directories that were made because the archive implies them; in an image a lower layer may own them.
    #[serde(default)]
    pub implied_directories: u64,
    /// Members that replaced an earlier one of the same name, which the specification forbids.
    #[serde(default)]
    pub replaced: u64,
    /// Extended attributes that are not kept.
    #[serde(default)]
    pub dropped_xattrs: u64,
    /// The layer hides all layers below it.
    #[serde(default)]
    pub opaque_root: bool,
    /// The media type says another compression than the bytes have.
    #[serde(default)]
    pub wrong_media_type: bool,
}

/// Verifies and extracts `blob` below `root`, an empty directory that nobody else can reach.
///
/// Starts a thread: the process must not fork meanwhile. When the content is to blame for a failure, the blob is read to its
/// end first, because "these are not the announced bytes" says more than "this is no tar".
///
/// # Errors
/// `LayerError`; `root` then holds whatever was made so far.
pub fn unpack(blob: File, root: OwnedFd, request: &UnpackRequest) -> Result<Unpacked, LayerError> {
    let actual = blob
        .metadata()
        .map_err(|e| LayerError::system("look at", b"blob", crate::error::errno_of(&e)))?;
    if actual.len() != request.size {
        let (blob, expected) = (request.blob, request.size);
        return Err(LayerError::Size {
            blob,
            expected,
            actual: actual.len(),
        });
    }
    let mut reader = BlobReader::new(blob);
    let outcome = run(&mut reader, root, &request.limits);
    if let Err(error) = &outcome {
        if !error.blames_content() {
            return Err(outcome.err().unwrap_or(LayerError::WorkerDied));
        }
    }
    let digest = reader.finish()?;
    if digest != request.blob {
        return Err(LayerError::BlobDigest {
            expected: request.blob,
            actual: digest,
        });
    }
    let (inflated, extracted, diff_id) = outcome?;
    match request.diff_id {
        Some(expected) if expected != diff_id => Err(LayerError::DiffId {
            expected,
            actual: diff_id,
        }),
        _ => Ok(unpacked(
            request,
            (inflated.compression, diff_id),
            &extracted,
        )),
    }
}

type Outcome = (Inflated, Extracted, Digest);

fn run(reader: &mut BlobReader, root: OwnedFd, limits: &Limits) -> Result<Outcome, LayerError> {
    let (producer, stream) = ring();
    thread::scope(|scope| {
        let inflating = thread::Builder::new()
            .spawn_scoped(scope, || producer.run(reader, limits))
            .map_err(|e| LayerError::system("start", b"thread", crate::error::errno_of(&e)))?;
        let mut tar = TarReader::new(stream);
        let extracted = extract(&mut tar, root, limits);
        let diff_id = tar.into_inner().digest();
        // The stream ends early when the producer fails, so its word comes first.
        let inflated = inflating.join().map_err(|_| LayerError::WorkerDied)??;
        Ok((inflated, extracted?, diff_id))
    })
}

fn unpacked(
    request: &UnpackRequest,
    (compression, diff_id): (Compression, Digest),
    extracted: &Extracted,
) -> Unpacked {
    let promised = Compression::of_media_type(&request.media_type);
    Unpacked {
        diff_id,
        entries: extracted.entries,
        size_bytes: extracted.file_bytes,
        implied_directories: extracted.implied_directories,
        replaced: extracted.replaced,
        dropped_xattrs: extracted.dropped_xattrs,
        opaque_root: extracted.opaque_root,
        // An empty blob has no compression to be wrong about.
        wrong_media_type: request.size > 0 && promised.is_some_and(|p| p != compression),
    }
}

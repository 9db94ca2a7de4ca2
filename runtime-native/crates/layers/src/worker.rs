//! The program `tsorch-layer-worker`: one request on stdin, one answer on stdout, then the end.
//!
//! ```text
//! stdin   {"blobFd": 5, "rootFd": 6, "request": {"blob": "sha256:...", "size": 123, "mediaType": "...", "diffId": "..."}}
//! stdout  {"diffId": "sha256:...", "entries": 4711, "sizeBytes": 123456, ...}
//!         {"error": {"code": "layer.bad-tar", "message": "...", ...}}
//! ```
//!
//! `blobFd` is the blob, open for reading; `rootFd` an empty directory that nobody else uses. The request is from hostd and
//! is trusted, the blob is not: everything but these two descriptors is given up first (`sandbox`). After an error the
//! directory is empty again.
use crate::error::LayerError;
use crate::remove::remove_contents;
use crate::sandbox;
use crate::unpack::{UnpackRequest, Unpacked, unpack};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use tsorch_protocol::{ErrorBody, code};
use tsorch_sys::inherited_fd;

/// What hostd writes to the worker's stdin.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkerInput {
    /// Number of the blob's descriptor in the worker.
    pub blob_fd: i32,
    /// Number of the directory's descriptor in the worker.
    pub root_fd: i32,
    /// What to unpack.
    pub request: UnpackRequest,
}

/// What the worker writes to its stdout.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WorkerAnswer {
    /// It did not work, and the directory is empty.
    Failed {
        /// As it goes to the daemon.
        error: ErrorBody,
    },
    /// The directory holds the layer.
    Done(Unpacked),
}

/// Longest request and longest answer that either side reads.
pub(crate) const MAX_MESSAGE: u64 = 64 << 10;

/// Runs the worker: the process must have one thread and may do nothing afterwards but exit.
///
/// # Errors
/// Only when stdin or stdout fails; everything else is an answer.
pub fn run(stdin: impl Read, mut stdout: impl Write) -> io::Result<()> {
    let mut text = Vec::new();
    stdin.take(MAX_MESSAGE).read_to_end(&mut text)?;
    let answer = match serde_json::from_slice::<WorkerInput>(&text) {
        Ok(input) => work(&input),
        Err(error) => Err(ErrorBody::new(
            code!("protocol.bad-request"),
            error.to_string(),
        )),
    };
    let answer = match answer {
        Ok(unpacked) => WorkerAnswer::Done(unpacked),
        Err(error) => WorkerAnswer::Failed { error },
    };
    stdout.write_all(&serde_json::to_vec(&answer)?)?;
    stdout.flush()
}

fn work(input: &WorkerInput) -> Result<Unpacked, ErrorBody> {
    let blob = take(input.blob_fd, "blob")?;
    let outside = take(input.root_fd, "directory")?;
    let root = sandbox::enter(&outside, &[blob.as_fd()]).map_err(|error| {
        ErrorBody::new(code!("host.missing-feature"), error.to_string()).errno(error.errno)
    })?;
    drop(outside);
    let spare = root.try_clone();
    let outcome = unpack(File::from(blob), root, &input.request);
    if outcome.is_err() {
        // A full disk shall be less full when the error is told. What stays is in a directory that goes anyway.
        let _ = spare.map(|root| remove_contents(root.as_fd()));
    }
    outcome.map_err(|error| ErrorBody::from(&error).about(input.request.blob.to_string()))
}

fn take(number: i32, what: &'static str) -> Result<OwnedFd, ErrorBody> {
    inherited_fd::take(number).map_err(|errno: Errno| {
        ErrorBody::from(&LayerError::system(
            "take over the descriptor of the",
            what.as_bytes(),
            errno,
        ))
    })
}

//! Archives of any shape, right or wrong, and trees as text.

pub(crate) mod archive;
pub(crate) mod scratch;
pub(crate) mod tree;

use archive::Archive;
use scratch::Scratch;
use std::fs::File;
use tsorch_layers::{Digest, LayerError, Limits, UnpackRequest, Unpacked, unpack};

/// A directory beside the layer's that nothing may touch, and the layer.
pub(crate) struct Unpacking {
    pub(crate) scratch: Scratch,
    pub(crate) outcome: Result<Unpacked, LayerError>,
}

impl Unpacking {
    /// The code of the error.
    pub(crate) fn code(&self) -> String {
        match &self.outcome {
            Ok(_) => "ok".into(),
            Err(error) => error.code().to_string(),
        }
    }

    /// Everything below the layer's root, one line each.
    pub(crate) fn tree(&self) -> Vec<String> {
        tree::lines(&self.scratch.path().join("root"))
    }
}

/// Unpacks an archive as it stands.
pub(crate) fn unpack_archive(archive: &Archive) -> Unpacking {
    unpack_blob(&archive.bytes(), &Limits::default())
}

/// Unpacks a blob beside a canary, and fails the test when the canary sang.
pub(crate) fn unpack_blob(blob: &[u8], limits: &Limits) -> Unpacking {
    let scratch = Scratch::new();
    let canary = scratch.path().join("canary");
    std::fs::create_dir(&canary).unwrap();
    std::fs::write(canary.join("file"), "untouched").unwrap();
    std::fs::create_dir(scratch.path().join("root")).unwrap();
    std::fs::write(scratch.path().join("blob"), blob).unwrap();
    let before = tree::lines(&canary);
    let request = UnpackRequest {
        blob: Digest::of(blob),
        size: blob.len() as u64,
        media_type: String::new(),
        diff_id: None,
        limits: *limits,
    };
    let root = File::open(scratch.path().join("root")).unwrap();
    let outcome = unpack(
        File::open(scratch.path().join("blob")).unwrap(),
        root.into(),
        &request,
    );
    assert_eq!(
        tree::lines(&canary),
        before,
        "something outside the root was changed"
    );
    Unpacking { scratch, outcome }
}

/// Tests of this kind make devices and owners.
pub(crate) fn require_root() {
    assert!(
        rustix::process::geteuid().is_root(),
        "run these tests as root"
    );
}

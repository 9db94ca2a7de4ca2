//! The store as hostd uses it; the worker's part is done by `unpack` in this process.
use crate::support::archive::Archive;
use crate::support::require_root;
use crate::support::scratch::Scratch;
use std::fs::{self, File};
use std::path::PathBuf;
use tsorch_layers::{
    Digest, LayerStore, Limits, Start, UnpackJob, UnpackRequest, Unpacked, unpack,
};
use tsorch_protocol::ErrorBody;

struct Images {
    scratch: Scratch,
}

impl Images {
    fn new() -> Self {
        require_root();
        Self {
            scratch: Scratch::new(),
        }
    }

    fn open(&self) -> LayerStore {
        LayerStore::open(self.scratch.path()).unwrap()
    }

    fn path(&self, below: &str) -> PathBuf {
        self.scratch.path().join(below)
    }

    fn names(&self, below: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(below)).unwrap();
        entries
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    }

    fn add_blob(&self, blob: &[u8]) -> UnpackRequest {
        let digest = Digest::of(blob);
        fs::write(self.path("blobs/sha256").join(digest.hex()), blob).unwrap();
        UnpackRequest {
            blob: digest,
            size: blob.len() as u64,
            media_type: "application/vnd.oci.image.layer.v1.tar".into(),
            diff_id: Some(digest),
            limits: Limits::default(),
        }
    }
}

fn layer() -> Vec<u8> {
    Archive::new().dir("a").file("a/b", "content").bytes()
}

fn begin(store: &mut LayerStore, request: &UnpackRequest) -> Box<UnpackJob> {
    match store.begin_unpack(request).unwrap() {
        Start::Work(job) => job,
        Start::Present(_) => panic!("the layer is there already"),
    }
}

/// What the worker would print.
fn work(job: &UnpackJob, request: &UnpackRequest) -> Vec<u8> {
    let [blob, root] = job.files().map(|fd| fd.try_clone().unwrap());
    match unpack(File::from(blob), root, request) {
        Ok(unpacked) => serde_json::to_vec(&unpacked).unwrap(),
        Err(error) => {
            let error = ErrorBody::from(&error);
            serde_json::to_vec(&serde_json::json!({ "error": error })).unwrap()
        }
    }
}

fn unpack_whole(store: &mut LayerStore, request: &UnpackRequest) -> Result<Unpacked, ErrorBody> {
    let job = begin(store, request);
    let output = work(&job, request);
    store.finish_unpack(*job, &output)
}

#[test]
fn a_layer_appears_under_its_diff_id_and_is_found_again() {
    let images = Images::new();
    let mut store = images.open();
    let request = images.add_blob(&layer());
    let unpacked = unpack_whole(&mut store, &request).unwrap();
    let hex = request.blob.hex();
    assert_eq!(
        fs::read(images.path(&format!("layers/{hex}/fs/a/b"))).unwrap(),
        b"content"
    );
    assert!(matches!(store.begin_unpack(&request).unwrap(), Start::Present(p) if p == unpacked));
    assert!(matches!(
        images.open().begin_unpack(&request).unwrap(),
        Start::Present(_)
    ));
    assert!(images.names("staging").is_empty());
}

#[test]
fn a_layer_without_a_known_diff_id_goes_under_the_one_it_has() {
    let images = Images::new();
    let mut store = images.open();
    let mut request = images.add_blob(&layer());
    request.diff_id = None;
    let first = unpack_whole(&mut store, &request).unwrap();
    let again = unpack_whole(&mut store, &request).unwrap();
    assert_eq!((first.diff_id, again), (request.blob, first));
    assert_eq!(images.names("layers").len(), 1);
    assert!(images.names("staging").is_empty());
}

#[test]
fn a_failed_or_dead_worker_leaves_nothing_but_trash() {
    let images = Images::new();
    let mut store = images.open();
    let request = images.add_blob(
        b"no tar at all, but long enough to be read as one header block"
            .repeat(20)
            .as_slice(),
    );
    let error = unpack_whole(&mut store, &request).unwrap_err();
    assert_eq!(error.code.as_str(), "layer.bad-tar");
    let job = begin(&mut store, &request);
    let error = store
        .finish_unpack(*job, b"{\"diffId\": \"sha2")
        .unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.retryable),
        ("host.failed", true)
    );
    let abandoned = begin(&mut store, &request);
    store.abandon_unpack(*abandoned);
    assert!(images.names("staging").is_empty());
    assert!(images.names("layers").is_empty());
}

#[test]
fn what_a_crash_left_in_staging_is_trash_after_the_next_start() {
    let images = Images::new();
    let request = {
        let mut store = images.open();
        let request = images.add_blob(&layer());
        let job = begin(&mut store, &request);
        work(&job, &request);
        request
    };
    assert_eq!(images.names("staging").len(), 1);
    let mut store = images.open();
    assert!(images.names("staging").is_empty());
    assert_eq!(images.names("trash").len(), 1);
    unpack_whole(&mut store, &request).unwrap();
}

#[test]
fn after_a_reboot_only_durable_layers_count() {
    let images = Images::new();
    let mut store = images.open();
    let synced = images.add_blob(&layer());
    let lost = images.add_blob(&Archive::new().dir("other").bytes());
    for request in [&synced, &lost] {
        unpack_whole(&mut store, request).unwrap();
        let record = images.path(&format!("layers/{}/layer.json", request.blob.hex()));
        let text = fs::read_to_string(&record).unwrap();
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
        fs::write(&record, text.replace(boot.trim(), "an-earlier-boot")).unwrap();
    }
    store.sync_job(vec![synced.blob]).unwrap().run().unwrap();
    let mut store = images.open();
    assert!(store.present(&synced.blob).is_some());
    assert!(store.present(&lost.blob).is_none());
    assert_eq!(images.names("layers"), [synced.blob.hex()]);
    unpack_whole(&mut store, &lost).unwrap();
}

#[test]
fn removal_is_a_rename_and_idempotent() {
    let images = Images::new();
    let mut store = images.open();
    let request = images.add_blob(&layer());
    unpack_whole(&mut store, &request).unwrap();
    assert!(store.remove(&request.blob).unwrap());
    assert!(!store.remove(&request.blob).unwrap());
    assert!(images.names("layers").is_empty());
    assert_eq!(images.names("trash").len(), 1);
}

#[test]
fn a_blob_that_is_not_there_is_named() {
    let images = Images::new();
    let mut store = images.open();
    let mut request = images.add_blob(&layer());
    request.blob = Digest::of(b"another");
    request.diff_id = None;
    let error = store.begin_unpack(&request).unwrap_err();
    assert_eq!(error.code.as_str(), "image.not-found");
    assert!(images.names("staging").is_empty());
}

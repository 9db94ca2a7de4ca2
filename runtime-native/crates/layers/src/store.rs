//! Unpacked layers on disk, and the life of one unpacking; what hostd calls. Nothing here waits: the bytes are moved by
//! workers that hostd starts and watches.
//!
//! ```text
//! begin_unpack  staging/<n>/fs made                       -> Work: start a worker with it
//! finish_unpack staging/<n>/layer.json written, staging/<n> renamed to layers/<diffID>
//! sync          syncfs in a worker, then layers/<diffID>/durable made
//! ```
//!
//! A layer is absent or whole: it appears by rename. After a power cut the name may be there and the files be empty (no file
//! is synced on its own), so a layer counts only if it was made since the last boot or has its `durable` mark; `open` throws
//! the others away, and everything in `staging`. Removal is a rename to `trash`; hostd empties that in a worker.
use crate::digest::Digest;
use crate::error::{LayerError, errno_of};
use crate::sync_job::{DURABLE, SyncJob};
use crate::unpack::{UnpackRequest, Unpacked};
use crate::worker::{WorkerAnswer, WorkerInput};
use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, RenameFlags, ResolveFlags, accessat, fchmod,
    mkdirat, openat, openat2, renameat_with, unlinkat,
};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use tsorch_protocol::{ErrorBody, code};

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// The directory `<root>/images` of a node.
#[derive(Debug)]
pub struct LayerStore {
    blobs: OwnedFd,
    layers: OwnedFd,
    staging: OwnedFd,
    trash: OwnedFd,
    boot_id: String,
    /// For names in `staging` and `trash`.
    counter: u64,
}

/// `layers/<diffID>/layer.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LayerRecord {
    version: u32,
    boot_id: String,
    blob: Digest,
    #[serde(flatten)]
    unpacked: Unpacked,
}

/// What a request for a layer needs.
#[derive(Debug)]
pub enum Start {
    /// Nothing: the layer is there.
    Present(Unpacked),
    /// A worker.
    Work(Box<UnpackJob>),
}

/// An unpacking that has begun.
#[derive(Debug)]
pub struct UnpackJob {
    request: UnpackRequest,
    /// Name in `staging`.
    name: String,
    blob: OwnedFd,
    root: OwnedFd,
}

impl UnpackJob {
    /// What the worker reads on its stdin. The numbers in it are those of `files`, which must be open in the worker under
    /// the same numbers.
    ///
    /// # Errors
    /// Never: plain data always serialises.
    pub fn input(&self) -> Result<Vec<u8>, ErrorBody> {
        let input = WorkerInput {
            blob_fd: self.blob.as_raw_fd(),
            root_fd: self.root.as_raw_fd(),
            request: self.request.clone(),
        };
        serde_json::to_vec(&input).map_err(|e| ErrorBody::new(code!("internal.bug"), e.to_string()))
    }

    /// The descriptors that the worker needs besides 0, 1 and 2. They are close-on-exec here.
    #[must_use]
    pub fn files(&self) -> [&OwnedFd; 2] {
        [&self.blob, &self.root]
    }
}

impl LayerStore {
    /// Opens the store, makes what is missing and moves what a crash has left to the trash. One process may have it open.
    ///
    /// # Errors
    /// When a directory cannot be made or opened.
    pub fn open(images: &Path) -> Result<Self, ErrorBody> {
        let boot_id = boot_id().map_err(|errno| failed("read", "the boot id", errno))?;
        Self::open_at_boot(images, boot_id)
    }

    fn open_at_boot(images: &Path, boot_id: String) -> Result<Self, ErrorBody> {
        let failed = |errno| failed("open", &images.display().to_string(), errno);
        let images = openat(CWD, images, DIRECTORY, Mode::empty()).map_err(failed)?;
        for name in ["blobs", "blobs/sha256", "layers", "staging", "trash"] {
            match mkdirat(&images, name, Mode::RWXU) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(errno) => return Err(failed(errno)),
            }
        }
        let open = |name| openat(&images, name, DIRECTORY, Mode::empty()).map_err(failed);
        let mut store = Self {
            blobs: open("blobs/sha256")?,
            layers: open("layers")?,
            staging: open("staging")?,
            trash: open("trash")?,
            boot_id,
            counter: 0,
        };
        store.sweep().map_err(failed)?;
        Ok(store)
    }

    /// Begins to unpack a layer, or finds it there.
    ///
    /// # Errors
    /// `image.not-found` when the blob is not in the store, else what the file system refused.
    pub fn begin_unpack(&mut self, request: &UnpackRequest) -> Result<Start, ErrorBody> {
        if let Some(present) = request.diff_id.and_then(|diff_id| self.present(&diff_id)) {
            return Ok(Start::Present(present));
        }
        let blob = self.open_blob(&request.blob)?;
        let name = self.next_name("unpack");
        let about = |errno| failed("prepare", &format!("layer {}", request.blob), errno);
        let root = self.make_staging(&name).map_err(about)?;
        Ok(Start::Work(Box::new(UnpackJob {
            request: request.clone(),
            name,
            blob,
            root,
        })))
    }

    /// Takes a worker's answer (all of its stdout) and brings the layer under its name, or throws away what it made.
    ///
    /// # Errors
    /// The worker's; `host.failed` when it died or the rename failed.
    pub fn finish_unpack(&mut self, job: UnpackJob, output: &[u8]) -> Result<Unpacked, ErrorBody> {
        let answer = serde_json::from_slice(output).unwrap_or_else(|_| WorkerAnswer::Failed {
            error: ErrorBody::from(&LayerError::WorkerDied).about(job.request.blob.to_string()),
        });
        let committed = match answer {
            WorkerAnswer::Done(unpacked) => self.commit(&job, &unpacked).map(|()| unpacked),
            WorkerAnswer::Failed { error } => Err(error),
        };
        if committed.is_err() {
            self.discard_staging(&job.name);
        }
        committed
    }

    /// Ends an unpacking that nobody waits for; the worker must be dead.
    pub fn abandon_unpack(&mut self, job: UnpackJob) {
        self.discard_staging(&job.name);
        drop(job);
    }

    /// What is known of an unpacked layer; `None` when it is not there.
    #[must_use]
    pub fn present(&self, diff_id: &Digest) -> Option<Unpacked> {
        self.record(&diff_id.hex())
            .ok()
            .map(|record| record.unpacked)
    }

    /// Takes a layer away; true when it was there. Mounts of it go on until they end.
    ///
    /// # Errors
    /// When the rename fails.
    pub fn remove(&mut self, diff_id: &Digest) -> Result<bool, ErrorBody> {
        let failed = |errno| failed("remove", &format!("layer {diff_id}"), errno);
        self.discard_layer(&diff_id.hex()).map_err(failed)
    }

    /// For a worker: what puts these layers on the disk.
    ///
    /// # Errors
    /// When descriptors are used up.
    pub fn sync_job(&self, diff_ids: Vec<Digest>) -> Result<SyncJob, Errno> {
        let layers = rustix::io::fcntl_dupfd_cloexec(&self.layers, 3)?;
        Ok(SyncJob { layers, diff_ids })
    }

    fn open_blob(&self, blob: &Digest) -> Result<OwnedFd, ErrorBody> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match openat(&self.blobs, blob.hex(), flags, Mode::empty()) {
            Ok(fd) => Ok(fd),
            Err(Errno::NOENT) => {
                let message = format!("blob {blob} is not in the store");
                Err(ErrorBody::new(code!("image.not-found"), message).about(blob.to_string()))
            }
            Err(errno) => Err(failed("open", &format!("blob {blob}"), errno)),
        }
    }

    fn make_staging(&self, name: &str) -> Result<OwnedFd, Errno> {
        mkdirat(&self.staging, name, Mode::RWXU)?;
        let job = openat(&self.staging, name, DIRECTORY, Mode::empty())?;
        mkdirat(&job, "fs", Mode::RWXU)?;
        let root = openat(&job, "fs", DIRECTORY, Mode::empty())?;
        // What a layer's root is when the archive does not hold it; the umask must have no say.
        fchmod(&root, Mode::from_raw_mode(0o755))?;
        Ok(root)
    }

    fn commit(&mut self, job: &UnpackJob, unpacked: &Unpacked) -> Result<(), ErrorBody> {
        let record = LayerRecord {
            version: 1,
            boot_id: self.boot_id.clone(),
            blob: job.request.blob,
            unpacked: unpacked.clone(),
        };
        let failed = |errno| failed("commit", &format!("layer {}", unpacked.diff_id), errno);
        self.write_record(&job.name, &record).map_err(failed)?;
        let hex = unpacked.diff_id.hex();
        for _ in 0..2 {
            let (from, to) = (&self.staging, &self.layers);
            match renameat_with(
                from,
                job.name.as_str(),
                to,
                hex.as_str(),
                RenameFlags::NOREPLACE,
            ) {
                Ok(()) => return Ok(()),
                Err(Errno::EXIST) if self.present(&unpacked.diff_id).is_some() => {
                    // Somebody else was faster, or the diffID was not known before: one of the two is enough.
                    self.discard_staging(&job.name);
                    return Ok(());
                }
                Err(Errno::EXIST) => {
                    self.discard_layer(&hex).map_err(failed)?;
                }
                Err(errno) => return Err(failed(errno)),
            }
        }
        Err(failed(Errno::EXIST))
    }

    fn write_record(&self, name: &str, record: &LayerRecord) -> Result<(), Errno> {
        let job = openat(&self.staging, name, DIRECTORY, Mode::empty())?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mut file = File::from(openat(&job, RECORD, flags, Mode::RUSR | Mode::WUSR)?);
        let text = serde_json::to_vec(record).map_err(|_| Errno::INVAL)?;
        file.write_all(&text).map_err(|e| errno_of(&e))
    }

    fn record(&self, hex: &str) -> Result<LayerRecord, Errno> {
        let layer = self.open_layer(hex)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut text = Vec::new();
        let file = File::from(openat(&layer, RECORD, flags, Mode::empty())?);
        file.take(1 << 20)
            .read_to_end(&mut text)
            .map_err(|e| errno_of(&e))?;
        let record: LayerRecord = serde_json::from_slice(&text).map_err(|_| Errno::INVAL)?;
        let durable = accessat(
            &layer,
            DURABLE,
            rustix::fs::Access::EXISTS,
            AtFlags::empty(),
        );
        if record.boot_id != self.boot_id && durable.is_err() {
            return Err(Errno::STALE);
        }
        Ok(record)
    }

    fn open_layer(&self, hex: &str) -> Result<OwnedFd, Errno> {
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        openat2(&self.layers, hex, DIRECTORY, Mode::empty(), resolve)
    }

    /// After a crash: nothing in `staging` has an owner, and layers that may lack bytes are no layers.
    fn sweep(&mut self) -> Result<(), Errno> {
        for name in names(&self.staging)? {
            self.discard_staging(&name);
        }
        for name in names(&self.layers)? {
            if Digest::from_hex(&name).is_err() || self.record(&name).is_err() {
                self.discard_layer(&name)?;
            }
        }
        Ok(())
    }

    fn discard_staging(&mut self, name: &str) {
        let place = self.next_name(name);
        let outcome = renameat_with(
            &self.staging,
            name,
            &self.trash,
            place.as_str(),
            RenameFlags::NOREPLACE,
        );
        if outcome.is_err() {
            // Nothing was put into it yet, or it is gone; if neither, the next start tries again.
            let _ = unlinkat(&self.staging, name, AtFlags::REMOVEDIR);
        }
    }

    fn discard_layer(&mut self, name: &str) -> Result<bool, Errno> {
        loop {
            let place = self.next_name("layer");
            let (from, to) = (&self.layers, &self.trash);
            match renameat_with(from, name, to, place.as_str(), RenameFlags::NOREPLACE) {
                Ok(()) => return Ok(true),
                Err(Errno::NOENT) => return Ok(false),
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(errno),
            }
        }
    }

    fn next_name(&mut self, what: &str) -> String {
        self.counter += 1;
        format!("{what}.{}.{}", std::process::id(), self.counter)
    }
}

const RECORD: &str = "layer.json";

fn names(directory: &OwnedFd) -> Result<Vec<String>, Errno> {
    let mut names = Vec::new();
    for entry in Dir::read_from(directory.as_fd())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy();
        if entry.file_type() == FileType::Directory && name != "." && name != ".." {
            names.push(name.into_owned());
        }
    }
    Ok(names)
}

/// Another one after each boot (Documentation/admin-guide/sysctl/kernel.rst, "random").
fn boot_id() -> Result<String, Errno> {
    let text =
        std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map_err(|e| errno_of(&e))?;
    Ok(text.trim().to_owned())
}

fn failed(operation: &'static str, object: &str, errno: Errno) -> ErrorBody {
    ErrorBody::from(&LayerError::system(operation, object.as_bytes(), errno)).about(object)
}

//! Two threads: one reads, hashes and inflates, the other hashes the tar, parses and extracts.
//!
//! ```text
//! blob -> sha256 -> inflate -> [ring of buffers] -> sha256 -> tar -> file system
//! ```
//!
//! The ring is bounded and its buffers are used again and again, so memory does not depend on the layer's size. The side
//! that fails drops its end of the ring, which ends the other.
use crate::blob::BlobReader;
use crate::compression::{Compression, Inflater};
use crate::digest::Digest;
use crate::error::LayerError;
use crate::limits::{Limits, RATIO_GRACE};
use sha2::{Digest as _, Sha256};
use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

const BUFFER: usize = 1 << 20;
const BUFFERS: usize = 6;

/// What the inflating side found out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inflated {
    pub(crate) compression: Compression,
    pub(crate) bytes: u64,
}

/// The inflating side's ends of the ring.
pub(crate) struct Producer {
    full: SyncSender<Vec<u8>>,
    empty: Receiver<Vec<u8>>,
}

/// The extracting side's ends of the ring: the uncompressed stream, hashed as it goes by.
///
/// It ends early when the producer fails; whoever reads must therefore ask the producer before believing the end.
pub(crate) struct TarStream {
    full: Receiver<Vec<u8>>,
    empty: SyncSender<Vec<u8>>,
    current: Vec<u8>,
    position: usize,
    hash: Sha256,
}

pub(crate) fn ring() -> (Producer, TarStream) {
    let (full_sender, full) = sync_channel(BUFFERS);
    let (empty, empty_receiver) = sync_channel(BUFFERS);
    for _ in 0..BUFFERS {
        // Cannot fail: the channel has room for all of them and its receiver lives.
        let _ = empty.send(Vec::new());
    }
    let producer = Producer {
        full: full_sender,
        empty: empty_receiver,
    };
    (
        producer,
        TarStream {
            full,
            empty,
            current: Vec::new(),
            position: 0,
            hash: Sha256::new(),
        },
    )
}

impl Producer {
    /// Inflates the whole blob into the ring; ends quietly when the other side has gone.
    pub(crate) fn run(
        self,
        blob: &mut BlobReader,
        limits: &Limits,
    ) -> Result<Inflated, LayerError> {
        let mut inflater = Inflater::new(blob)?;
        let mut inflated = Inflated {
            compression: inflater.compression(),
            bytes: 0,
        };
        while let Ok(mut buffer) = self.empty.recv() {
            buffer.resize(BUFFER, 0);
            let length = inflater.fill(&mut buffer)?;
            inflated.bytes += length as u64;
            check_size(inflated.bytes, inflater.bytes_read(), limits)?;
            buffer.truncate(length);
            if length == 0 || self.full.send(buffer).is_err() {
                break;
            }
        }
        Ok(inflated)
    }
}

/// Bombs are stopped here, before their bytes are looked at.
fn check_size(inflated: u64, compressed: u64, limits: &Limits) -> Result<(), LayerError> {
    if inflated > limits.uncompressed_bytes {
        return Err(LayerError::Limit {
            what: "bytes uncompressed",
            limit: limits.uncompressed_bytes,
        });
    }
    if inflated > RATIO_GRACE && inflated / limits.inflate_ratio.max(1) > compressed {
        return Err(LayerError::Limit {
            what: "uncompressed bytes per compressed byte",
            limit: limits.inflate_ratio,
        });
    }
    Ok(())
}

impl TarStream {
    /// Digest of all bytes that were read: of the whole stream, when it was read to its end.
    pub(crate) fn digest(self) -> Digest {
        Digest::from_hash(self.hash)
    }
}

impl BufRead for TarStream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.position == self.current.len() {
            let used = std::mem::take(&mut self.current);
            self.position = 0;
            if used.capacity() > 0 {
                // The producer may have ended already; then nobody wants the buffer.
                let _ = self.empty.send(used);
            }
            self.current = self.full.recv().unwrap_or_default();
            self.hash.update(&self.current);
        }
        Ok(&self.current[self.position..])
    }

    fn consume(&mut self, count: usize) {
        self.position = (self.position + count).min(self.current.len());
    }
}

impl Read for TarStream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(out.len());
        out[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

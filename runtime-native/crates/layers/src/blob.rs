//! The compressed side of a layer: a file that is hashed while it is read.
use crate::digest::Digest;
use crate::error::{LayerError, errno_of};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufRead, Read};

const BUFFER: usize = 256 << 10;

/// Reads a blob once, front to back; each byte is hashed when it comes from the file.
pub(crate) struct BlobReader {
    file: File,
    buffer: Vec<u8>,
    position: usize,
    filled: usize,
    hash: Sha256,
    read: u64,
}

impl BlobReader {
    /// A reader at the start of `file`.
    pub(crate) fn new(file: File) -> Self {
        Self {
            file,
            buffer: vec![0; BUFFER],
            position: 0,
            filled: 0,
            hash: Sha256::new(),
            read: 0,
        }
    }

    /// Bytes read from the file so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Reads what is left and gives the digest of the whole file.
    ///
    /// # Errors
    /// `LayerError::System` when the file cannot be read.
    pub(crate) fn finish(mut self) -> Result<Digest, LayerError> {
        loop {
            self.position = self.filled;
            let length = self
                .fill_buf()
                .map_err(|e| LayerError::system("read", b"blob", errno_of(&e)))?;
            if length.is_empty() {
                return Ok(Digest::from_hash(self.hash));
            }
        }
    }
}

impl BufRead for BlobReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.position == self.filled {
            self.filled = self.file.read(&mut self.buffer)?;
            self.position = 0;
            self.hash.update(&self.buffer[..self.filled]);
            self.read += self.filled as u64;
        }
        Ok(&self.buffer[self.position..self.filled])
    }

    fn consume(&mut self, count: usize) {
        self.position = (self.position + count).min(self.filled);
    }
}

impl Read for BlobReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(out.len());
        out[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

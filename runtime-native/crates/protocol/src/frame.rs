//! Frames: 4 bytes length, big endian, then that many bytes of JSON.

use serde::Serialize;

/// Longest payload in bytes. A longer one closes the connection.
pub const MAX_FRAME_BYTES: usize = 1 << 20;

const HEADER_BYTES: usize = 4;

/// A buffer above this size is given back when it is empty: a shim lives for months.
const KEEP_CAPACITY_BYTES: usize = 16 * 1024;

/// Why bytes are not a frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The header announces, or the message needs, more than [`MAX_FRAME_BYTES`].
    #[error("frame of {0} bytes is longer than {MAX_FRAME_BYTES}")]
    TooLong(usize),
    /// The payload is not JSON, or not of the expected shape.
    #[error("frame is not a message")]
    BadJson(#[from] serde_json::Error),
}

/// Header and payload of `message`.
///
/// # Errors
/// When it is longer than a frame may be.
pub fn encode(message: &impl Serialize) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; HEADER_BYTES];
    serde_json::to_writer(&mut bytes, message)?;
    let length = bytes.len() - HEADER_BYTES;
    let header = u32::try_from(length).map_err(|_| FrameError::TooLong(length))?;
    if length > MAX_FRAME_BYTES {
        return Err(FrameError::TooLong(length));
    }
    bytes[..HEADER_BYTES].copy_from_slice(&header.to_be_bytes());
    Ok(bytes)
}

/// Collects bytes as they arrive and gives out whole payloads. Holds at most one frame more than was asked for.
#[derive(Debug, Default)]
pub struct FrameDecoder {
    bytes: Vec<u8>,
    /// Bytes before this index were given out.
    start: usize,
}

impl FrameDecoder {
    /// Adds bytes that were read, cut anywhere.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole payload, or `None` until more bytes come.
    ///
    /// # Errors
    /// When the header announces too much; nothing after it can be read.
    pub fn next_payload(&mut self) -> Result<Option<&[u8]>, FrameError> {
        let pending = &self.bytes[self.start..];
        let Some(header) = pending.first_chunk::<HEADER_BYTES>() else {
            self.forget_given();
            return Ok(None);
        };
        let length = u32::from_be_bytes(*header) as usize;
        if length > MAX_FRAME_BYTES {
            return Err(FrameError::TooLong(length));
        }
        if pending.len() < HEADER_BYTES + length {
            self.forget_given();
            return Ok(None);
        }
        let from = self.start + HEADER_BYTES;
        self.start = from + length;
        Ok(Some(&self.bytes[from..self.start]))
    }

    /// Whether the bytes end in the middle of a frame.
    #[must_use]
    pub fn is_inside_frame(&self) -> bool {
        self.start < self.bytes.len()
    }

    /// The bytes not given out yet: they belong to whoever takes the connection over.
    #[must_use]
    pub fn into_rest(mut self) -> Vec<u8> {
        self.bytes.split_off(self.start)
    }

    fn forget_given(&mut self) {
        self.bytes.drain(..self.start);
        self.start = 0;
        if self.bytes.is_empty() && self.bytes.capacity() > KEEP_CAPACITY_BYTES {
            self.bytes = Vec::new();
        }
    }
}

//! gzip (also several members), zstd (also several frames and skippable ones), or none.
use crate::blob::BlobReader;
use crate::error::{LayerError, errno_of};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, Read};

/// Largest zstd window that is accepted, as a power of two: 128 MiB, what `zstd --ultra --long=27` makes.
const ZSTD_WINDOW_LOG: u32 = 27;

/// How a layer's tar is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Plain tar.
    None,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Compression {
    /// What the first bytes say. Media types lie now and then, the magic number does not.
    fn sniff(start: &[u8]) -> Result<Self, LayerError> {
        match start {
            [0x1f, 0x8b, ..] => Ok(Self::Gzip),
            // A frame, or a skippable one (zstd:chunked and seekable files may begin with one).
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Ok(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => {
                Err(LayerError::Compression("bzip2"))
            }
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Err(LayerError::Compression("xz")),
            _ => Ok(Self::None),
        }
    }

    /// What a media type promises; `None` when it says nothing about it.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let tail = media_type.rsplit(['+', '.']).next()?;
        match tail {
            "gzip" => Some(Self::Gzip),
            "zstd" => Some(Self::Zstd),
            "tar" => Some(Self::None),
            _ => None,
        }
    }
}

/// Uncompressed bytes of a blob.
pub(crate) enum Inflater<'blob> {
    Plain(&'blob mut BlobReader),
    Gzip(Box<MultiGzDecoder<&'blob mut BlobReader>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, &'blob mut BlobReader>>),
}

impl<'blob> Inflater<'blob> {
    pub(crate) fn new(blob: &'blob mut BlobReader) -> Result<Self, LayerError> {
        let start = blob.fill_buf().map_err(failure)?;
        match Compression::sniff(start)? {
            Compression::None => Ok(Self::Plain(blob)),
            Compression::Gzip => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(blob)))),
            Compression::Zstd => {
                let mut decoder =
                    zstd::stream::read::Decoder::with_buffer(blob).map_err(failure)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(failure)?;
                Ok(Self::Zstd(Box::new(decoder)))
            }
        }
    }

    pub(crate) fn compression(&self) -> Compression {
        match self {
            Self::Plain(_) => Compression::None,
            Self::Gzip(_) => Compression::Gzip,
            Self::Zstd(_) => Compression::Zstd,
        }
    }

    /// Compressed bytes taken from the file so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        match self {
            Self::Plain(blob) => blob.bytes_read(),
            Self::Gzip(decoder) => decoder.get_ref().bytes_read(),
            Self::Zstd(decoder) => decoder.get_ref().bytes_read(),
        }
    }

    /// Fills `buffer` as far as the stream goes; less than its length only at the end.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, LayerError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_some(&mut buffer[filled..]).map_err(failure)? {
                0 => break,
                count => filled += count,
            }
        }
        Ok(filled)
    }

    fn read_some(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(blob) => blob.read(buffer),
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
        }
    }
}

/// Errors of the file have a number; all others are about its content.
fn failure(error: io::Error) -> LayerError {
    match error.raw_os_error() {
        Some(_) => LayerError::system("read", b"blob", errno_of(&error)),
        None => LayerError::Decompress(error.to_string()),
    }
}

use super::BLOCK;
use super::entry::{Entry, Extents, Kind, Timestamp};
use super::fault::{Fault, TarError};
use super::header::{Header, flag, until_zero};
use super::pax::{Pax, PaxError, XattrLimits};
use super::sparse::{TextMap, gnu_numbers};
use std::io::{self, BufRead};

/// Most bytes that one extension header (PAX records, a long name) may hold.
const MAX_EXTENSION: usize = 1 << 20;
/// Most extended attributes of one entry, and the bytes of their names and values together.
const XATTRS: XattrLimits = XattrLimits {
    count: 64,
    bytes: 64 << 10,
};

/// Reads entries one after the other from a stream of uncompressed tar bytes.
///
/// After `next_entry` returned a file, its stored bytes can be taken by `fill_body` and `consume_body`; what was not taken
/// is skipped by the next call. After the end the stream is left where the two zero blocks ended: `drain` reads the rest.
pub struct TarReader<R> {
    stream: R,
    offset: u64,
    /// Body bytes not yet consumed, and the padding behind them.
    remaining: u64,
    padding: u64,
}

/// What extension headers said about the entry that follows them.
#[derive(Default)]
struct Extensions {
    pax: Option<Pax>,
    long_name: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
}

impl Extensions {
    fn is_empty(&self) -> bool {
        self.pax.is_none() && self.long_name.is_none() && self.long_link.is_none()
    }
}

impl<R: BufRead> TarReader<R> {
    /// A reader that has seen nothing yet.
    pub fn new(stream: R) -> Self {
        Self {
            stream,
            offset: 0,
            remaining: 0,
            padding: 0,
        }
    }

    /// The next entry, or `None` at the end of the archive.
    ///
    /// # Errors
    /// `TarError`; the reader cannot be used after one.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, TarError> {
        let mut extensions = Extensions::default();
        loop {
            self.skip_body()?;
            let at = self.offset;
            let Some(header) = self.next_header()? else {
                let complete = extensions.is_empty();
                return if complete {
                    Ok(None)
                } else {
                    Err(malformed(at, Fault::StrayExtension))
                };
            };
            match header.type_flag() {
                flag::PAX | flag::PAX_SOLARIS => {
                    let records = self.extension(&header, at)?;
                    let pax = Pax::parse(&records, XATTRS).map_err(|e| pax_error(at, &e))?;
                    set_once(&mut extensions.pax, pax).map_err(|f| malformed(at, f))?;
                }
                flag::GNU_LONG_NAME => {
                    let name = self.long_name(&header, at)?;
                    set_once(&mut extensions.long_name, name).map_err(|f| malformed(at, f))?;
                }
                flag::GNU_LONG_LINK => {
                    let name = self.long_name(&header, at)?;
                    set_once(&mut extensions.long_link, name).map_err(|f| malformed(at, f))?;
                }
                // Global records hold no property that a layer may set for all its files at once.
                flag::PAX_GLOBAL => drop(self.extension(&header, at)?),
                _ => return self.entry(&header, extensions, at).map(Some),
            }
        }
    }

    /// Unread bytes of the body; empty at its end.
    ///
    /// # Errors
    /// `TarError` when the archive ends within the body.
    pub fn fill_body(&mut self) -> Result<&[u8], TarError> {
        if self.remaining == 0 {
            return Ok(&[]);
        }
        let available = self.stream.fill_buf().map_err(TarError::Read)?;
        if available.is_empty() {
            return Err(malformed(self.offset, Fault::Truncated));
        }
        let length = usize::try_from(self.remaining)
            .unwrap_or(usize::MAX)
            .min(available.len());
        Ok(&available[..length])
    }

    /// Takes `count` bytes that `fill_body` showed.
    pub fn consume_body(&mut self, count: usize) {
        self.stream.consume(count);
        self.offset += count as u64;
        self.remaining = self.remaining.saturating_sub(count as u64);
    }

    /// Reads the stream to its end: digests cover what stands behind the archive, too.
    ///
    /// # Errors
    /// `TarError::Read`.
    pub fn drain(&mut self) -> Result<(), TarError> {
        loop {
            let length = self.stream.fill_buf().map_err(TarError::Read)?.len();
            if length == 0 {
                return Ok(());
            }
            self.stream.consume(length);
            self.offset += length as u64;
        }
    }

    /// The stream below.
    pub fn into_inner(self) -> R {
        self.stream
    }

    fn skip_body(&mut self) -> Result<(), TarError> {
        self.remaining += self.padding;
        self.padding = 0;
        while self.remaining > 0 {
            let length = self.fill_body()?.len();
            self.consume_body(length);
        }
        Ok(())
    }

    /// The next block that is a header. Two zero blocks end the archive, and so does the end of the stream: many writers
    /// leave one or both blocks out.
    fn next_header(&mut self) -> Result<Option<Header>, TarError> {
        let at = self.offset;
        let Some(block) = self.block()? else {
            return Ok(None);
        };
        if block != [0; BLOCK] {
            return Header::parse(block).map(Some).map_err(|f| malformed(at, f));
        }
        match self.block()? {
            Some(block) if block != [0; BLOCK] => Err(malformed(at, Fault::LoneZeroBlock)),
            _ => Ok(None),
        }
    }

    /// One block; `None` when the stream ends exactly before it.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, TarError> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            let available = self.stream.fill_buf().map_err(TarError::Read)?;
            let length = available.len().min(BLOCK - filled);
            if length == 0 {
                return if filled == 0 {
                    Ok(None)
                } else {
                    Err(malformed(self.offset, Fault::Truncated))
                };
            }
            block[filled..filled + length].copy_from_slice(&available[..length]);
            self.stream.consume(length);
            self.offset += length as u64;
            filled += length;
        }
        Ok(Some(block))
    }

    fn expect_block(&mut self) -> Result<[u8; BLOCK], TarError> {
        let at = self.offset;
        self.block()?.ok_or_else(|| malformed(at, Fault::Truncated))
    }

    /// The data of an extension header.
    fn extension(&mut self, header: &Header, at: u64) -> Result<Vec<u8>, TarError> {
        let size = header.size().map_err(|f| malformed(at, f))?;
        let length = usize::try_from(size).ok().filter(|n| *n <= MAX_EXTENSION);
        let Some(length) = length else {
            return Err(TarError::Limit {
                offset: at,
                what: "bytes of extension header",
                limit: MAX_EXTENSION as u64,
            });
        };
        self.start_body(size);
        let mut data = Vec::with_capacity(length);
        while data.len() < length {
            let chunk = self.fill_body()?;
            let count = chunk.len();
            data.extend_from_slice(chunk);
            self.consume_body(count);
        }
        self.skip_body()?;
        Ok(data)
    }

    fn long_name(&mut self, header: &Header, at: u64) -> Result<Vec<u8>, TarError> {
        let data = self.extension(header, at)?;
        let name = until_zero(&data);
        if name.is_empty() {
            Err(malformed(at, Fault::Name))
        } else {
            Ok(name.to_vec())
        }
    }

    fn start_body(&mut self, size: u64) {
        self.remaining = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
    }

    fn entry(
        &mut self,
        header: &Header,
        extensions: Extensions,
        at: u64,
    ) -> Result<Entry, TarError> {
        let fault = |f| malformed(at, f);
        let mut pax = extensions.pax.unwrap_or_default();
        // PAX counts for skipping as well: a reader that took the header's size here would find other entries than others do.
        let stored = match pax.size {
            Some(size) => size,
            None => header.size().map_err(fault)?,
        };
        let name = pax
            .sparse
            .name
            .take()
            .or(pax.path.take())
            .or(extensions.long_name);
        let path = name.unwrap_or_else(|| header.path());
        let target = pax.link_target.take().or(extensions.long_link);
        let target = target.unwrap_or_else(|| header.link_target());
        let kind = kind(header, &path, target).map_err(fault)?;
        if !matches!(kind, Kind::File { .. }) && stored != 0 {
            return Err(fault(Fault::UnexpectedData));
        }
        if i64::try_from(stored).is_err() {
            return Err(fault(Fault::Range("size")));
        }
        self.start_body(stored);
        let kind = match kind {
            Kind::File { .. } => self.file(header, &pax, at)?,
            other => other,
        };
        Ok(Entry {
            path,
            kind,
            mode: header.mode().map_err(fault)?,
            uid: id(pax.uid.map_or_else(|| header.uid(), Ok), "uid").map_err(fault)?,
            gid: id(pax.gid.map_or_else(|| header.gid(), Ok), "gid").map_err(fault)?,
            mtime: mtime(header, &pax).map_err(fault)?,
            xattrs: pax.xattrs.merged(),
        })
    }

    /// A regular file, whose map (if it is sparse) may stand in the blocks behind the header.
    fn file(&mut self, header: &Header, pax: &Pax, at: u64) -> Result<Kind, TarError> {
        let fault = |f| malformed(at, f);
        let sparse = &pax.sparse;
        let (numbers, real_size) = if header.type_flag() == flag::GNU_SPARSE {
            self.gnu_map(header, at)?
        } else if sparse.major == Some(1) && sparse.minor.unwrap_or(0) == 0 {
            (self.text_map(at)?, sparse.real_size)
        } else if sparse.major.unwrap_or(0) != 0 {
            return Err(fault(Fault::SparseMap));
        } else if sparse.real_size.is_some() || !sparse.numbers.is_empty() {
            (sparse.numbers.clone(), sparse.real_size)
        } else {
            return Ok(Kind::File {
                size: self.remaining,
                extents: None,
            });
        };
        let size = self.remaining;
        let real_size = real_size.ok_or_else(|| fault(Fault::SparseMap))?;
        let extents = Extents::new(&numbers, real_size, size).map_err(fault)?;
        Ok(Kind::File {
            size,
            extents: Some(extents),
        })
    }

    fn gnu_map(&mut self, header: &Header, at: u64) -> Result<(Vec<u64>, Option<u64>), TarError> {
        let (entries, mut more, real_size) = header.gnu_sparse().map_err(|f| malformed(at, f))?;
        let mut numbers = Vec::new();
        gnu_numbers(entries, &mut numbers).map_err(|f| malformed(at, f))?;
        while more {
            // These blocks are not part of the body: its size does not count them.
            let block = self.expect_block()?;
            gnu_numbers(&block[..504], &mut numbers).map_err(|f| malformed(at, f))?;
            more = block[504] != 0;
        }
        Ok((numbers, Some(real_size)))
    }

    fn text_map(&mut self, at: u64) -> Result<Vec<u64>, TarError> {
        let mut map = TextMap::default();
        loop {
            if self.remaining < BLOCK as u64 {
                return Err(malformed(at, Fault::SparseMap));
            }
            let block = self.expect_block()?;
            self.remaining -= BLOCK as u64;
            if map.take(&block).map_err(|f| malformed(at, f))? {
                return Ok(map.numbers);
            }
        }
    }
}

fn kind(header: &Header, path: &[u8], target: Vec<u8>) -> Result<Kind, Fault> {
    if path.is_empty() {
        return Err(Fault::Name);
    }
    let linked = |target: Vec<u8>| {
        if target.is_empty() {
            Err(Fault::Name)
        } else {
            Ok(target)
        }
    };
    let file = Kind::File {
        size: 0,
        extents: None,
    };
    Ok(match header.type_flag() {
        // v7 had no directories; a slash at the end of the name said it.
        flag::FILE_V7 if path.ends_with(b"/") => Kind::Directory,
        flag::FILE | flag::FILE_V7 | flag::CONTIGUOUS | flag::GNU_SPARSE => {
            // BSD reads this as a directory, others as a file.
            if path.ends_with(b"/") {
                Err(Fault::Name)?
            } else {
                file
            }
        }
        flag::HARD_LINK => Kind::HardLink {
            target: linked(target)?,
        },
        flag::SYMLINK => Kind::Symlink {
            target: linked(target)?,
        },
        flag::CHAR_DEVICE => {
            let (major, minor) = header.device()?;
            Kind::CharDevice { major, minor }
        }
        flag::BLOCK_DEVICE => {
            let (major, minor) = header.device()?;
            Kind::BlockDevice { major, minor }
        }
        flag::DIRECTORY => Kind::Directory,
        flag::FIFO => Kind::Fifo,
        other => return Err(Fault::UnknownType(other)),
    })
}

/// The highest id means "leave it" to chown(2) and belongs to nobody.
fn id(number: Result<u64, Fault>, name: &'static str) -> Result<u32, Fault> {
    u32::try_from(number?)
        .ok()
        .filter(|id| *id != u32::MAX)
        .ok_or(Fault::Range(name))
}

fn mtime(header: &Header, pax: &Pax) -> Result<Timestamp, Fault> {
    match pax.mtime {
        Some(time) => Ok(time),
        None => Ok(Timestamp {
            seconds: header.mtime()?,
            nanoseconds: 0,
        }),
    }
}

fn set_once<T>(slot: &mut Option<T>, value: T) -> Result<(), Fault> {
    if slot.replace(value).is_some() {
        Err(Fault::RepeatedExtension)
    } else {
        Ok(())
    }
}

fn malformed(offset: u64, fault: Fault) -> TarError {
    TarError::Malformed { offset, fault }
}

fn pax_error(offset: u64, error: &PaxError) -> TarError {
    match error {
        PaxError::Fault(fault) => malformed(offset, *fault),
        PaxError::TooManyXattrs => TarError::Limit {
            offset,
            what: "extended attributes of 64 KiB together",
            limit: XATTRS.count as u64,
        },
    }
}

impl From<TarError> for io::Error {
    fn from(error: TarError) -> Self {
        match error {
            TarError::Read(error) => error,
            other => Self::new(io::ErrorKind::InvalidData, other),
        }
    }
}

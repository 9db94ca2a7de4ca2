//! One 512-byte header block.
use super::BLOCK;
use super::fault::Fault;
use super::number::{octal, unsigned};

/// Type flags (POSIX: typeflag; GNU tar manual: "GNU Extensions to the Archive Format").
pub(super) mod flag {
    pub(in crate::tar) const FILE: u8 = b'0';
    pub(in crate::tar) const FILE_V7: u8 = 0;
    pub(in crate::tar) const HARD_LINK: u8 = b'1';
    pub(in crate::tar) const SYMLINK: u8 = b'2';
    pub(in crate::tar) const CHAR_DEVICE: u8 = b'3';
    pub(in crate::tar) const BLOCK_DEVICE: u8 = b'4';
    pub(in crate::tar) const DIRECTORY: u8 = b'5';
    pub(in crate::tar) const FIFO: u8 = b'6';
    pub(in crate::tar) const CONTIGUOUS: u8 = b'7';
    pub(in crate::tar) const GNU_SPARSE: u8 = b'S';
    pub(in crate::tar) const GNU_LONG_NAME: u8 = b'L';
    pub(in crate::tar) const GNU_LONG_LINK: u8 = b'K';
    pub(in crate::tar) const PAX: u8 = b'x';
    pub(in crate::tar) const PAX_SOLARIS: u8 = b'X';
    pub(in crate::tar) const PAX_GLOBAL: u8 = b'g';
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    V7,
    /// `prefix` is this many bytes long: 155, in star's variant 131.
    Ustar(usize),
    Gnu,
}

/// A block whose checksum is right.
#[derive(Clone)]
pub(super) struct Header {
    block: [u8; BLOCK],
    dialect: Dialect,
}

impl Header {
    pub(super) fn parse(block: [u8; BLOCK]) -> Result<Self, Fault> {
        if !checksum_matches(&block)? {
            return Err(Fault::Checksum);
        }
        let dialect = match &block[257..265] {
            b"ustar  \0" => Dialect::Gnu,
            magic if magic.starts_with(b"ustar\0") && &block[508..512] == b"tar\0" => {
                Dialect::Ustar(131)
            }
            magic if magic.starts_with(b"ustar\0") => Dialect::Ustar(155),
            _ => Dialect::V7,
        };
        Ok(Self { block, dialect })
    }

    pub(super) fn type_flag(&self) -> u8 {
        self.block[156]
    }

    /// `prefix/name` where there is a prefix.
    pub(super) fn path(&self) -> Vec<u8> {
        let name = until_zero(&self.block[..100]);
        let prefix = match self.dialect {
            Dialect::Ustar(length) => until_zero(&self.block[345..345 + length]),
            Dialect::V7 | Dialect::Gnu => &[],
        };
        if prefix.is_empty() {
            name.to_vec()
        } else {
            [prefix, b"/", name].concat()
        }
    }

    pub(super) fn link_target(&self) -> Vec<u8> {
        until_zero(&self.block[157..257]).to_vec()
    }

    pub(super) fn mode(&self) -> Result<u32, Fault> {
        let mode = unsigned(&self.block[100..108], "mode")?;
        u32::try_from(mode & 0o7777).map_err(|_| Fault::Range("mode"))
    }

    pub(super) fn uid(&self) -> Result<u64, Fault> {
        unsigned(&self.block[108..116], "uid")
    }

    pub(super) fn gid(&self) -> Result<u64, Fault> {
        unsigned(&self.block[116..124], "gid")
    }

    pub(super) fn size(&self) -> Result<u64, Fault> {
        unsigned(&self.block[124..136], "size")
    }

    pub(super) fn mtime(&self) -> Result<i64, Fault> {
        super::number::numeric(&self.block[136..148], "mtime")
    }

    /// Major and minor; v7 has none.
    pub(super) fn device(&self) -> Result<(u32, u32), Fault> {
        if self.dialect == Dialect::V7 {
            return Ok((0, 0));
        }
        let number = |field: &[u8], name| {
            u32::try_from(unsigned(field, name)?).map_err(|_| Fault::Range(name))
        };
        Ok((
            number(&self.block[329..337], "devmajor")?,
            number(&self.block[337..345], "devminor")?,
        ))
    }

    /// The four sparse entries of the old GNU form, whether more blocks of them follow, and the real size.
    pub(super) fn gnu_sparse(&self) -> Result<(&[u8], bool, u64), Fault> {
        if self.dialect != Dialect::Gnu {
            return Err(Fault::SparseMap);
        }
        let real_size = unsigned(&self.block[483..495], "realsize")?;
        Ok((&self.block[386..482], self.block[482] != 0, real_size))
    }
}

/// The sum of all bytes, with the field itself as spaces; old writers summed signed bytes.
fn checksum_matches(block: &[u8; BLOCK]) -> Result<bool, Fault> {
    let stored = octal(&block[148..156], "chksum")?;
    let bytes = || {
        block
            .iter()
            .enumerate()
            .map(|(at, b)| if (148..156).contains(&at) { b' ' } else { *b })
    };
    let unsigned: u64 = bytes().map(u64::from).sum();
    let signed: i64 = bytes().map(|b| i64::from(i8::from_ne_bytes([b]))).sum();
    Ok(stored == unsigned || i64::try_from(stored) == Ok(signed))
}

pub(super) fn until_zero(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|b| *b == 0).unwrap_or(field.len());
    &field[..end]
}

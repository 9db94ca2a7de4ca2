//! Maps of sparse files: where the stored bytes belong.
use super::entry::Extents;
use super::fault::Fault;
use super::number::{decimal, unsigned};

/// A file with more parts than this is no image's.
pub(super) const MAX_PARTS: usize = 100_000;

impl Extents {
    /// Checks that `numbers` (offset, length, ...) are ascending, disjoint, within `real_size`, and hold `stored` bytes in all.
    pub(super) fn new(numbers: &[u64], real_size: u64, stored: u64) -> Result<Self, Fault> {
        let pairs = numbers.chunks_exact(2);
        if !pairs.remainder().is_empty() || pairs.len() > MAX_PARTS {
            return Err(Fault::SparseMap);
        }
        let mut end_of_last = 0_u64;
        let mut sum = 0_u64;
        let mut parts = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let (offset, length) = (pair[0], pair[1]);
            let end = offset.checked_add(length).ok_or(Fault::SparseMap)?;
            if offset < end_of_last || end > real_size {
                return Err(Fault::SparseMap);
            }
            // Cannot overflow: the parts are disjoint and end before `real_size`.
            sum += length;
            end_of_last = end;
            parts.push((offset, length));
        }
        if sum != stored {
            return Err(Fault::SparseMap);
        }
        Ok(Self { real_size, parts })
    }
}

/// Entries of the old GNU form: 12 bytes offset, 12 bytes length, ended by an empty one.
pub(super) fn gnu_numbers(entries: &[u8], numbers: &mut Vec<u64>) -> Result<(), Fault> {
    for entry in entries.chunks_exact(24) {
        if entry[0] == 0 && entry[12] == 0 {
            break;
        }
        numbers.push(unsigned(&entry[..12], "sparse offset")?);
        numbers.push(unsigned(&entry[12..], "sparse numbytes")?);
    }
    if numbers.len() / 2 > MAX_PARTS {
        Err(Fault::SparseMap)
    } else {
        Ok(())
    }
}

/// The map that PAX 1.0 puts in front of the data: a count, then offset and length of each part, one number a line.
#[derive(Default)]
pub(super) struct TextMap {
    line: Vec<u8>,
    wanted: Option<usize>,
    pub(super) numbers: Vec<u64>,
}

impl TextMap {
    /// Takes one block; true when the map is complete (the rest of that block is padding).
    pub(super) fn take(&mut self, block: &[u8]) -> Result<bool, Fault> {
        for byte in block {
            if *byte != b'\n' {
                self.line.push(*byte);
                if self.line.len() > 20 {
                    return Err(Fault::SparseMap);
                }
                continue;
            }
            let number = decimal(&self.line, "GNU.sparse")?;
            self.line.clear();
            match self.wanted {
                None => {
                    let parts = usize::try_from(number).map_err(|_| Fault::SparseMap)?;
                    if parts > MAX_PARTS {
                        return Err(Fault::SparseMap);
                    }
                    self.wanted = Some(parts * 2);
                }
                Some(_) => self.numbers.push(number),
            }
            if self.wanted == Some(self.numbers.len()) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_must_be_ascending_disjoint_inside_and_complete() {
        assert!(Extents::new(&[0, 10, 20, 5, 100, 0], 100, 15).is_ok());
        for (numbers, real_size, stored) in [
            (&[0, 10, 5, 5][..], 100, 15),
            (&[0, 10, 20], 100, 10),
            (&[90, 11], 100, 11),
            (&[0, 10], 100, 11),
            (&[u64::MAX, 2], u64::MAX, 2),
        ] {
            assert_eq!(
                Extents::new(numbers, real_size, stored),
                Err(Fault::SparseMap),
                "{numbers:?}"
            );
        }
    }

    #[test]
    fn a_text_map_ends_with_its_count() {
        let mut map = TextMap::default();
        assert_eq!(map.take(b"2\n0\n512\n10"), Ok(false));
        assert_eq!(map.take(b"24\n8\n\0\0\0\0"), Ok(true));
        assert_eq!(map.numbers, vec![0, 512, 1024, 8]);
        assert_eq!(TextMap::default().take(b"0\n\0"), Ok(true));
        assert_eq!(
            TextMap::default().take(b"99999999\n"),
            Err(Fault::SparseMap)
        );
        assert_eq!(TextMap::default().take(b"\0\0"), Ok(false));
        assert_eq!(TextMap::default().take(&[0; 512]), Err(Fault::SparseMap));
    }
}

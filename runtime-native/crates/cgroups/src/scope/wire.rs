//! D-Bus values in bytes, little-endian: as much as calls to systemd need. Source: D-Bus Specification 0.43, "Marshaling".

use super::error::ScopeError;

/// Writes values one behind the other, each at its alignment from the start.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn align(&mut self, to: usize) {
        self.bytes.resize(self.bytes.len().next_multiple_of(to), 0);
    }

    pub(super) fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(super) fn uint32(&mut self, value: u32) {
        self.align(4);
        self.bytes.extend(value.to_le_bytes());
    }

    pub(super) fn boolean(&mut self, value: bool) {
        self.uint32(value.into());
    }

    /// `s` and `o`.
    pub(super) fn string(&mut self, text: &str) {
        self.uint32(length(text.len()));
        self.bytes.extend(text.as_bytes());
        self.byte(0);
    }

    /// `g`: a list of types, short by design.
    pub(super) fn signature(&mut self, text: &str) {
        self.byte(u8::try_from(text.len()).unwrap_or(0));
        self.bytes.extend(text.as_bytes());
        self.byte(0);
    }

    /// `a...` of elements that begin at multiples of `alignment`.
    pub(super) fn array(&mut self, alignment: usize, fill: impl FnOnce(&mut Self)) {
        self.uint32(0);
        let place = self.bytes.len() - 4;
        self.align(alignment);
        let start = self.bytes.len();
        fill(self);
        let filled = length(self.bytes.len() - start).to_le_bytes();
        self.bytes.splice(place..place + 4, filled);
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Nothing that is written here comes near the limit of 128 MB of a message.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Reads what [`Writer`] wrote, or a peer did.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(super) fn align(&mut self, to: usize) {
        self.at = self.at.next_multiple_of(to);
    }

    pub(super) fn byte(&mut self) -> Result<u8, ScopeError> {
        Ok(self.take(1)?.first().copied().unwrap_or(0))
    }

    pub(super) fn uint32(&mut self) -> Result<u32, ScopeError> {
        self.align(4);
        let mut value = [0; 4];
        value.copy_from_slice(self.take(4)?);
        Ok(u32::from_le_bytes(value))
    }

    pub(super) fn string(&mut self) -> Result<&'a str, ScopeError> {
        let count = self.uint32()?;
        self.text(count as usize)
    }

    pub(super) fn signature(&mut self) -> Result<&'a str, ScopeError> {
        let count = self.byte()?;
        self.text(count.into())
    }

    /// The zero byte behind a text does not count.
    fn text(&mut self, count: usize) -> Result<&'a str, ScopeError> {
        let bytes = self.take(count.saturating_add(1))?;
        let text = bytes.split_last().map_or(&[][..], |(_, text)| text);
        std::str::from_utf8(text).map_err(|_| ScopeError::Protocol("a text is not UTF-8"))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], ScopeError> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        self.at = self.at.saturating_add(count);
        taken.ok_or(ScopeError::Protocol("a message is cut short"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_at_their_alignment_and_are_read_back() {
        let mut writer = Writer::default();
        writer.byte(7);
        writer.string("ab");
        writer.array(8, |array| array.byte(9));
        writer.signature("au");
        let bytes = writer.finish();
        assert_eq!(bytes[..11], [7, 0, 0, 0, 2, 0, 0, 0, b'a', b'b', 0]);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.byte().expect("a byte"), 7);
        assert_eq!(reader.string().expect("a string"), "ab");
        assert_eq!(reader.uint32().expect("a length"), 1);
        reader.align(8);
        assert_eq!(reader.byte().expect("a byte"), 9);
        assert_eq!(reader.signature().expect("a signature"), "au");
        assert!(reader.is_at_end());
    }

    #[test]
    fn lengths_beyond_the_end_are_errors() {
        assert!(Reader::new(&[255, 255, 255, 255, b'a']).string().is_err());
        assert!(Reader::new(&[9, b'a', 0]).signature().is_err());
        assert!(Reader::new(&[1, 0]).uint32().is_err());
    }
}

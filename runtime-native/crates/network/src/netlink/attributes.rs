//! Decodes attributes of an answer. Total: whatever the bytes are, the result is "not there", never a panic.

use std::net::IpAddr;

/// `NLA_TYPE_MASK`: without the flags "nested" and "network order".
const KIND_MASK: u16 = 0x3fff;

/// A run of attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attributes<'a> {
    bytes: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The attributes in `bytes`; what is damaged ends the run.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Every attribute with its type, in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = (u16, &'a [u8])> {
        let mut rest = self.bytes;
        std::iter::from_fn(move || {
            let (kind, value, after) = split_first(rest)?;
            rest = after;
            Some((kind, value))
        })
    }

    /// The first attribute of this type.
    pub(crate) fn bytes(self, kind: u16) -> Option<&'a [u8]> {
        self.iter()
            .find(|(found, _)| *found == kind)
            .map(|(_, value)| value)
    }

    /// Text up to its NUL.
    pub(crate) fn text(self, kind: u16) -> Option<&'a str> {
        let value = self.bytes(kind)?;
        let end = value
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(value.len());
        std::str::from_utf8(&value[..end]).ok()
    }

    /// One byte.
    pub(crate) fn u8(self, kind: u16) -> Option<u8> {
        self.bytes(kind)?.first().copied()
    }

    /// Host order.
    pub(crate) fn u32(self, kind: u16) -> Option<u32> {
        self.bytes(kind)?
            .first_chunk()
            .map(|value| u32::from_ne_bytes(*value))
    }

    /// Network order.
    pub(crate) fn be32(self, kind: u16) -> Option<u32> {
        self.bytes(kind)?
            .first_chunk()
            .map(|value| u32::from_be_bytes(*value))
    }

    /// Network order.
    pub(crate) fn be16(self, kind: u16) -> Option<u16> {
        self.bytes(kind)?
            .first_chunk()
            .map(|value| u16::from_be_bytes(*value))
    }

    /// 4 or 16 bytes.
    pub(crate) fn address(self, kind: u16) -> Option<IpAddr> {
        address_of(self.bytes(kind)?)
    }

    /// Attributes inside an attribute.
    pub(crate) fn nested(self, kind: u16) -> Option<Self> {
        self.bytes(kind).map(Self::of)
    }
}

fn address_of(value: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(value) {
        return Some(IpAddr::from(v4));
    }
    <[u8; 16]>::try_from(value).ok().map(IpAddr::from)
}

fn split_first(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (kind, _) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_ne_bytes(*length));
    let value = bytes.get(4..length)?;
    let after = bytes.get(length.next_multiple_of(4)..).unwrap_or(&[]);
    Some((u16::from_ne_bytes(*kind) & KIND_MASK, value, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_any_bytes_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let attributes = Attributes::of(&bytes);
            let total: usize = attributes.iter().map(|(_, value)| value.len() + 4).sum();
            prop_assert!(total <= bytes.len());
            for kind in 0..8 {
                let _ = (attributes.text(kind), attributes.u32(kind), attributes.address(kind));
            }
        }
    }
}

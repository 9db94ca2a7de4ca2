//! Encodes one request: header, the family's own header, attributes (type, length, value; padded to 4 bytes).

use std::net::IpAddr;

/// `NLM_F_REQUEST`
pub(crate) const REQUEST: u16 = 0x1;
/// `NLM_F_ACK`
pub(crate) const ACK: u16 = 0x4;
/// `NLM_F_DUMP`
pub(crate) const DUMP: u16 = 0x300;
/// `NLM_F_REPLACE`
pub(crate) const REPLACE: u16 = 0x100;
/// `NLM_F_EXCL`
pub(crate) const EXCL: u16 = 0x200;
/// `NLM_F_CREATE`
pub(crate) const CREATE: u16 = 0x400;
/// `NLM_F_APPEND`
pub(crate) const APPEND: u16 = 0x800;

/// `struct nlmsghdr`
pub(crate) const HEADER_BYTES: usize = 16;
/// `NLA_F_NESTED`
const NESTED: u16 = 0x8000;
/// Attribute header, and what everything is padded to.
const ALIGN: usize = 4;

/// A request under construction. Sequence number and total length are filled in when it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// A message of type `kind`; `header` is the family's own (`struct ifinfomsg` and the like).
    pub(crate) fn new(kind: u16, flags: u16, header: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(&0u32.to_ne_bytes());
        bytes.extend_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(&(flags | REQUEST).to_ne_bytes());
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(header);
        let mut message = Self { bytes };
        message.pad();
        message
    }

    /// Adds flags, such as [`ACK`] on the last message of a batch.
    pub(crate) fn add_flags(&mut self, flags: u16) {
        let [low, high] = flags.to_ne_bytes();
        self.bytes[6] |= low;
        self.bytes[7] |= high;
    }

    /// Attribute `kind` with `value` as it is.
    pub(crate) fn bytes(&mut self, kind: u16, value: &[u8]) -> &mut Self {
        let at = self.start(kind);
        self.bytes.extend_from_slice(value);
        self.finish(at)
    }

    /// Text with its terminating NUL.
    pub(crate) fn text(&mut self, kind: u16, value: &str) -> &mut Self {
        let at = self.start(kind);
        self.bytes.extend_from_slice(value.as_bytes());
        self.bytes.push(0);
        self.finish(at)
    }

    /// One byte.
    pub(crate) fn u8(&mut self, kind: u16, value: u8) -> &mut Self {
        self.bytes(kind, &[value])
    }

    /// Host order, as rtnetlink wants numbers.
    pub(crate) fn u32(&mut self, kind: u16, value: u32) -> &mut Self {
        self.bytes(kind, &value.to_ne_bytes())
    }

    /// Network order, as netfilter wants numbers.
    pub(crate) fn be32(&mut self, kind: u16, value: u32) -> &mut Self {
        self.bytes(kind, &value.to_be_bytes())
    }

    /// Network order.
    pub(crate) fn be16(&mut self, kind: u16, value: u16) -> &mut Self {
        self.bytes(kind, &value.to_be_bytes())
    }

    /// 4 or 16 bytes.
    pub(crate) fn address(&mut self, kind: u16, value: IpAddr) -> &mut Self {
        match value {
            IpAddr::V4(v4) => self.bytes(kind, &v4.octets()),
            IpAddr::V6(v6) => self.bytes(kind, &v6.octets()),
        }
    }

    /// Attributes inside an attribute.
    pub(crate) fn nest(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) -> &mut Self {
        let at = self.start(kind | NESTED);
        fill(self);
        self.finish(at)
    }

    /// Bytes that are no attribute inside a nest, such as the `struct ifinfomsg` of a veth's peer.
    pub(crate) fn raw(&mut self, value: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(value);
        self.pad();
        self
    }

    /// Bytes so far, header included.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Type, flags and sequence number in place: ready for the wire.
    pub(crate) fn into_bytes(mut self, sequence: u32) -> Vec<u8> {
        let length = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.bytes[..4].copy_from_slice(&length.to_ne_bytes());
        self.bytes[8..12].copy_from_slice(&sequence.to_ne_bytes());
        self.bytes
    }

    fn start(&mut self, kind: u16) -> usize {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 2]);
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        at
    }

    /// Lengths are 16 bits: writers of long lists split them (see `nft::batch`); a longer one is refused by the kernel.
    fn finish(&mut self, at: usize) -> &mut Self {
        let length = u16::try_from(self.bytes.len() - at).unwrap_or(u16::MAX);
        self.bytes[at..at + 2].copy_from_slice(&length.to_ne_bytes());
        self.pad();
        self
    }

    fn pad(&mut self) {
        let padded = self.bytes.len().next_multiple_of(ALIGN);
        self.bytes.resize(padded, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::Attributes;

    #[test]
    fn pads_attributes_and_counts_only_their_own_bytes() {
        let mut message = Message::new(16, ACK, &[1, 2, 3, 4]);
        message.text(3, "eth0").u8(4, 7);
        let bytes = message.into_bytes(9);
        assert_eq!(bytes.len(), 16 + 4 + 12 + 8);
        assert_eq!(
            bytes[..4],
            u32::try_from(bytes.len()).unwrap().to_ne_bytes()
        );
        assert_eq!(bytes[8..12], 9u32.to_ne_bytes());
        let attributes = Attributes::of(&bytes[20..]);
        assert_eq!(attributes.text(3), Some("eth0"));
        assert_eq!(attributes.bytes(4), Some(&[7][..]));
    }

    #[test]
    fn nests_attributes() {
        let mut message = Message::new(16, 0, &[]);
        message.nest(18, |outer| {
            outer.text(1, "veth").nest(2, |inner| {
                inner.u32(5, 42);
            });
        });
        let bytes = message.into_bytes(1);
        let outer = Attributes::of(&bytes[16..]).nested(18).unwrap();
        assert_eq!(outer.text(1), Some("veth"));
        assert_eq!(outer.nested(2).unwrap().u32(5), Some(42));
    }
}

//! Names as the wire has them: length-prefixed labels, ended by an empty one; in lower case, so that equal bytes are equal
//! names (RFC 4343).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest name with its length bytes and the final zero (RFC 1035, section 2.3.4).
const MAX_NAME_BYTES: usize = 255;
const MAX_LABEL_BYTES: usize = 63;

/// A name in wire form, without compression, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Vec<u8>);

impl Name {
    /// From text with dots, such as `web.shop`; `None` when a label is empty or too long, or the name is.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut wire = Vec::with_capacity(text.len() + 2);
        for label in text.split('.') {
            if label.is_empty() || label.len() > MAX_LABEL_BYTES {
                return None;
            }
            wire.push(u8::try_from(label.len()).ok()?);
            wire.extend(label.bytes().map(|byte| byte.to_ascii_lowercase()));
        }
        wire.push(0);
        (wire.len() <= MAX_NAME_BYTES).then_some(Self(wire))
    }

    /// Reads the name at `at`; gives it with the index behind it. A compression pointer is no name here.
    #[must_use]
    pub fn read(message: &[u8], at: usize) -> Option<(Self, usize)> {
        let mut end = at;
        loop {
            let length = usize::from(*message.get(end)?);
            end += 1 + length;
            if length > MAX_LABEL_BYTES || end - at > MAX_NAME_BYTES {
                return None;
            }
            if length == 0 {
                break;
            }
        }
        let wire = message.get(at..end)?;
        Some((Self(wire.to_ascii_lowercase()), end))
    }

    /// The labels, without the final empty one.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.0[..];
        std::iter::from_fn(move || {
            let (length, after) = rest.split_first()?;
            let label = after.get(..usize::from(*length))?;
            rest = after.get(usize::from(*length)..)?;
            (!label.is_empty()).then_some(label)
        })
    }

    /// Wire form.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The part before `suffix`: `web.tsorch.internal` without `tsorch.internal` is `web`. `None` when it does not end
    /// so, or there is nothing before it.
    #[must_use]
    pub fn without_suffix(&self, suffix: &Self) -> Option<Self> {
        let cut = self.0.len().checked_sub(suffix.0.len())?;
        let starts: Vec<usize> = self.label_starts().collect();
        if cut == 0 || self.0[cut..] != suffix.0[..] || !starts.contains(&cut) {
            return None;
        }
        let mut wire = self.0[..cut].to_vec();
        wire.push(0);
        Some(Self(wire))
    }

    /// The address that a name of the reverse trees stands for: `2.4.201.10.in-addr.arpa`.
    #[must_use]
    pub fn reverse_address(&self) -> Option<IpAddr> {
        let labels: Vec<&[u8]> = self.labels().collect();
        match labels.as_slice() {
            [host @ .., b"in-addr", b"arpa"] if host.len() == 4 => {
                let mut octets = [0; 4];
                for (octet, label) in octets.iter_mut().zip(host.iter().rev()) {
                    *octet = decimal(label)?;
                }
                Some(Ipv4Addr::from(octets).into())
            }
            [host @ .., b"ip6", b"arpa"] if host.len() == 32 => {
                let mut bits = 0u128;
                for label in host.iter().rev() {
                    bits = (bits << 4) | u128::from(hex_digit(label)?);
                }
                Some(Ipv6Addr::from(bits).into())
            }
            _ => None,
        }
    }

    fn label_starts(&self) -> impl Iterator<Item = usize> {
        let mut at = 0;
        self.labels().map(move |label| {
            let start = at;
            at += 1 + label.len();
            start
        })
    }
}

fn decimal(label: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(label).ok()?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_canonical = text == "0" || !text.starts_with('0');
    (is_plain && is_canonical).then(|| text.parse().ok())?
}

fn hex_digit(label: &[u8]) -> Option<u8> {
    let [digit] = label else { return None };
    char::from(*digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Name {
        Name::from_text(text).unwrap()
    }

    #[test]
    fn compares_without_regard_to_case() {
        assert_eq!(name("Web.Shop"), name("wEB.sHOP"));
        assert_eq!(Name::read(b"\x03WeB\x00rest", 0), Some((name("web"), 5)));
    }

    #[test]
    fn cuts_a_suffix_at_labels_only() {
        let suffix = name("tsorch.internal");
        assert_eq!(
            name("web.tsorch.internal").without_suffix(&suffix),
            Some(name("web"))
        );
        assert_eq!(
            name("2.web.tsorch.internal").without_suffix(&suffix),
            Some(name("2.web"))
        );
        assert_eq!(name("xtsorch.internal").without_suffix(&suffix), None);
        assert_eq!(suffix.without_suffix(&suffix), None);
    }

    #[test]
    fn reads_addresses_from_reverse_names() {
        let v4 = name("2.4.201.10.in-addr.arpa").reverse_address();
        assert_eq!(v4, Some("10.201.4.2".parse().unwrap()));
        for odd in [
            "02.4.201.10.in-addr.arpa",
            "256.1.1.1.in-addr.arpa",
            "1.1.1.in-addr.arpa",
            "x.ip6.arpa",
        ] {
            assert_eq!(name(odd).reverse_address(), None, "{odd}");
        }
        let digits = "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa";
        assert_eq!(
            name(digits).reverse_address(),
            Some("fd00::2".parse().unwrap())
        );
    }

    #[test]
    fn refuses_pointers_and_names_without_an_end() {
        for bytes in [&b"\xc0\x0c"[..], b"\x03we", b"\x40", b"", &[1; 300]] {
            assert_eq!(Name::read(bytes, 0), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn reads_any_bytes_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0usize..310) {
            if let Some((name, end)) = Name::read(&bytes, at) {
                prop_assert!(end <= bytes.len());
                prop_assert_eq!(name.labels().map(|label| label.len() + 1).sum::<usize>() + 1, end - at);
                let _ = (name.reverse_address(), name.without_suffix(&Name::from_text("arpa").unwrap()));
            }
        }

        #[test]
        fn gives_back_the_labels_it_was_made_of(labels in prop::collection::vec("[a-z0-9_-]{1,20}", 1..8)) {
            let text = labels.join(".");
            let name = Name::from_text(&text).unwrap();
            let back: Vec<&[u8]> = name.labels().collect();
            prop_assert_eq!(back, labels.iter().map(|label| label.as_bytes()).collect::<Vec<_>>());
            prop_assert_eq!(Name::read(name.as_bytes(), 0), Some((name.clone(), name.as_bytes().len())));
        }
    }
}

//! Extended attributes in PAX records: star's form (raw bytes) and libarchive's (escaped name, base64 value).

use super::fault::Fault;

const STAR: &[u8] = b"SCHILY.xattr.";
const LIBARCHIVE: &[u8] = b"LIBARCHIVE.xattr.";

/// Name to value; libarchive writes each attribute in both forms, and star's is exact, so it wins.
#[derive(Debug, Default, Clone)]
pub(super) struct Xattrs {
    star: Vec<(Vec<u8>, Vec<u8>)>,
    libarchive: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Xattrs {
    /// Takes the record when it is an extended attribute; `false` when it is something else.
    pub(super) fn take(&mut self, key: &[u8], value: &[u8]) -> Result<bool, Fault> {
        if let Some(name) = key.strip_prefix(STAR) {
            set(&mut self.star, name.to_vec(), value.to_vec())?;
            return Ok(true);
        }
        let Some(name) = key.strip_prefix(LIBARCHIVE) else {
            return Ok(false);
        };
        let name = percent_decoded(name).ok_or(Fault::Xattr)?;
        let value = base64_decoded(value).ok_or(Fault::Xattr)?;
        set(&mut self.libarchive, name, value)?;
        Ok(true)
    }

    /// How many there are, and the bytes of their names and values.
    pub(super) fn amount(&self) -> (usize, usize) {
        let all = || self.star.iter().chain(&self.libarchive);
        (
            all().count(),
            all().map(|(name, value)| name.len() + value.len()).sum(),
        )
    }

    pub(super) fn merged(self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut all = self.star;
        for (name, value) in self.libarchive {
            if all.iter().all(|(known, _)| *known != name) {
                all.push((name, value));
            }
        }
        all
    }
}

fn set(list: &mut Vec<(Vec<u8>, Vec<u8>)>, name: Vec<u8>, value: Vec<u8>) -> Result<(), Fault> {
    if name.is_empty() || name.contains(&0) {
        return Err(Fault::Xattr);
    }
    list.retain(|(known, _)| *known != name);
    list.push((name, value));
    Ok(())
}

fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    Some(out)
}

fn base64_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut count = 0;
    for byte in text.iter().take_while(|b| **b != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff).to_le_bytes()[0]);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_forms_and_prefers_the_exact_one() {
        let mut xattrs = Xattrs::default();
        assert_eq!(
            xattrs.take(b"LIBARCHIVE.xattr.user.a%3db", b"aGVsbG8"),
            Ok(true)
        );
        assert_eq!(
            xattrs.take(b"LIBARCHIVE.xattr.user.x", b"b3RoZXI="),
            Ok(true)
        );
        assert_eq!(xattrs.take(b"SCHILY.xattr.user.x", b"\0raw\n"), Ok(true));
        assert_eq!(
            xattrs.merged(),
            vec![
                (b"user.x".to_vec(), b"\0raw\n".to_vec()),
                (b"user.a=b".to_vec(), b"hello".to_vec())
            ]
        );
    }

    #[test]
    fn reports_what_is_malformed_and_leaves_other_keys_alone() {
        let mut xattrs = Xattrs::default();
        assert_eq!(xattrs.take(b"mtime", b"1"), Ok(false));
        assert_eq!(xattrs.take(b"SCHILY.xattr.", b"1"), Err(Fault::Xattr));
        assert_eq!(
            xattrs.take(b"SCHILY.xattr.user.a\0b", b"1"),
            Err(Fault::Xattr)
        );
        assert_eq!(
            xattrs.take(b"LIBARCHIVE.xattr.user.%z", b"aGVsbG8"),
            Err(Fault::Xattr)
        );
        assert_eq!(
            xattrs.take(b"LIBARCHIVE.xattr.user.a", b"a*b"),
            Err(Fault::Xattr)
        );
    }
}

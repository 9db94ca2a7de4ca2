//! PAX extended headers: records `"<length> <key>=<value>\n"` (POSIX.1-2017, pax, "pax Extended Header").
use super::entry::Timestamp;
use super::fault::Fault;
use super::number::decimal;
use super::xattr::Xattrs;

/// What the records before an entry say about it. Absent = as its header says.
#[derive(Debug, Default, Clone)]
pub(super) struct Pax {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link_target: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) uid: Option<u64>,
    pub(super) gid: Option<u64>,
    pub(super) mtime: Option<Timestamp>,
    pub(super) xattrs: Xattrs,
    pub(super) sparse: PaxSparse,
}

/// `GNU.sparse.*` in its three versions (GNU tar manual, "PAX Format, Versions 0.0 and 0.1", "Version 1.0").
#[derive(Debug, Default, Clone)]
pub(super) struct PaxSparse {
    pub(super) major: Option<u64>,
    pub(super) minor: Option<u64>,
    /// The true name; `path` is then an invented one for readers that know nothing of sparse files.
    pub(super) name: Option<Vec<u8>>,
    pub(super) real_size: Option<u64>,
    /// Versions 0.x: offset, length, offset, length, ...
    pub(super) numbers: Vec<u64>,
}

/// How much one entry may bring along.
#[derive(Debug, Clone, Copy)]
pub(super) struct XattrLimits {
    pub(super) count: usize,
    pub(super) bytes: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum PaxError {
    Fault(Fault),
    TooManyXattrs,
}

impl From<Fault> for PaxError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Pax {
    pub(super) fn parse(mut records: &[u8], limits: XattrLimits) -> Result<Self, PaxError> {
        let mut pax = Self::default();
        while !records.is_empty() {
            let Record { key, value, rest } = next_record(records)?;
            pax.take(key, value)?;
            let (count, bytes) = pax.xattrs.amount();
            if count > limits.count || bytes > limits.bytes {
                return Err(PaxError::TooManyXattrs);
            }
            records = rest;
        }
        Ok(pax)
    }

    fn take(&mut self, key: &[u8], value: &[u8]) -> Result<(), Fault> {
        if self.xattrs.take(key, value)? || self.sparse.take(key, value)? {
            return Ok(());
        }
        // POSIX: an empty value takes the record back, and the header's own field holds again.
        let present = !value.is_empty();
        match key {
            b"path" => self.path = present.then(|| name(value)).transpose()?,
            b"linkpath" => self.link_target = present.then(|| name(value)).transpose()?,
            b"size" => self.size = present.then(|| decimal(value, "size")).transpose()?,
            b"uid" => self.uid = present.then(|| decimal(value, "uid")).transpose()?,
            b"gid" => self.gid = present.then(|| decimal(value, "gid")).transpose()?,
            b"mtime" => self.mtime = present.then(|| timestamp(value)).transpose()?,
            _ => {}
        }
        Ok(())
    }
}

impl PaxSparse {
    fn take(&mut self, key: &[u8], value: &[u8]) -> Result<bool, Fault> {
        let Some(key) = key.strip_prefix(b"GNU.sparse.") else {
            return Ok(false);
        };
        let number = || decimal(value, "GNU.sparse");
        match key {
            b"major" => self.major = Some(number()?),
            b"minor" => self.minor = Some(number()?),
            b"name" => self.name = Some(name(value)?),
            b"realsize" | b"size" => self.real_size = Some(number()?),
            b"offset" | b"numbytes" => {
                // Version 0.0 alternates the two keys; any other order would give lengths where offsets belong.
                if (key == b"offset") != (self.numbers.len() % 2 == 0) {
                    return Err(Fault::SparseMap);
                }
                self.numbers.push(number()?);
            }
            b"map" => {
                let parts = value.split(|b| *b == b',').filter(|_| !value.is_empty());
                self.numbers = parts
                    .map(|n| decimal(n, "GNU.sparse"))
                    .collect::<Result<_, _>>()?;
            }
            _ => {}
        }
        Ok(true)
    }
}

struct Record<'a> {
    key: &'a [u8],
    value: &'a [u8],
    /// The records behind it.
    rest: &'a [u8],
}

/// The length counts the whole record, itself included.
fn next_record(records: &[u8]) -> Result<Record<'_>, Fault> {
    let space = records
        .iter()
        .take(20)
        .position(|b| *b == b' ')
        .ok_or(Fault::PaxRecord)?;
    let length = decimal(&records[..space], "length").map_err(|_| Fault::PaxRecord)?;
    let length = usize::try_from(length).map_err(|_| Fault::PaxRecord)?;
    let record = records.get(space + 1..length).ok_or(Fault::PaxRecord)?;
    let (last, record) = record.split_last().ok_or(Fault::PaxRecord)?;
    let equals = record
        .iter()
        .position(|b| *b == b'=')
        .ok_or(Fault::PaxRecord)?;
    if *last != b'\n' || equals == 0 {
        return Err(Fault::PaxRecord);
    }
    Ok(Record {
        key: &record[..equals],
        value: &record[equals + 1..],
        rest: &records[length..],
    })
}

fn name(value: &[u8]) -> Result<Vec<u8>, Fault> {
    if value.is_empty() || value.contains(&0) {
        return Err(Fault::Name);
    }
    Ok(value.to_vec())
}

/// `-?digits[.digits]`; digits beyond nanoseconds are cut off.
fn timestamp(value: &[u8]) -> Result<Timestamp, Fault> {
    let (negative, digits) = match value.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, value),
    };
    let mut halves = digits.splitn(2, |b| *b == b'.');
    let whole = decimal(halves.next().unwrap_or_default(), "mtime")?;
    let fraction = halves.next().unwrap_or_default();
    let mut nanoseconds = 0_u32;
    for at in 0..fraction.len().max(9) {
        match fraction.get(at).copied().unwrap_or(b'0') {
            digit @ b'0'..=b'9' if at < 9 => {
                nanoseconds = nanoseconds * 10 + u32::from(digit - b'0')
            }
            b'0'..=b'9' => {}
            _ => return Err(Fault::Number("mtime")),
        }
    }
    let seconds = i64::try_from(whole).map_err(|_| Fault::Range("mtime"))?;
    Ok(match (negative, nanoseconds) {
        (false, _) => Timestamp {
            seconds,
            nanoseconds,
        },
        (true, 0) => Timestamp {
            seconds: -seconds,
            nanoseconds: 0,
        },
        (true, _) => Timestamp {
            seconds: -seconds - 1,
            nanoseconds: 1_000_000_000 - nanoseconds,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: XattrLimits = XattrLimits {
        count: 4,
        bytes: 1000,
    };

    fn record(key: &str, value: &[u8]) -> Vec<u8> {
        let rest = key.len() + value.len() + 3;
        let length = (1..6)
            .map(|digits| rest + digits)
            .find(|n| n.to_string().len() + rest == *n);
        let mut out = format!("{} {key}=", length.unwrap()).into_bytes();
        out.extend(value);
        out.push(b'\n');
        out
    }

    #[test]
    fn later_records_win_and_an_empty_value_takes_one_back() {
        let records = [
            record("path", b"a"),
            record("path", b"b\n=c"),
            record("size", b"12"),
            record("size", b""),
            record("uid", b"70000"),
            record("comment", b"\xff\0"),
        ];
        let pax = Pax::parse(&records.concat(), LIMITS).unwrap();
        assert_eq!(pax.path.as_deref(), Some(&b"b\n=c"[..]));
        assert_eq!((pax.size, pax.uid, pax.gid), (None, Some(70000), None));
    }

    #[test]
    fn times_before_1970_round_towards_the_past() {
        assert_eq!(
            timestamp(b"1.5"),
            Ok(Timestamp {
                seconds: 1,
                nanoseconds: 500_000_000
            })
        );
        assert_eq!(
            timestamp(b"-1.25"),
            Ok(Timestamp {
                seconds: -2,
                nanoseconds: 750_000_000
            })
        );
        assert_eq!(
            timestamp(b"-3"),
            Ok(Timestamp {
                seconds: -3,
                nanoseconds: 0
            })
        );
        assert_eq!(
            timestamp(b"7.1234567899"),
            Ok(Timestamp {
                seconds: 7,
                nanoseconds: 123_456_789
            })
        );
        assert_eq!(timestamp(b"7.12x"), Err(Fault::Number("mtime")));
        assert_eq!(timestamp(b".5"), Err(Fault::Number("mtime")));
    }

    #[test]
    fn malformed_records_are_errors_not_skipped() {
        for records in [
            &b"6 a=b\n"[..].to_vec(),
            &b"8 a=b\n\n".to_vec(),
            &b"99 a=b\n".to_vec(),
            &b"6 a=bc".to_vec(),
            &b"5 =b\n".to_vec(),
            &b"5 abc\n".to_vec(),
            &b"-6 a=b\n".to_vec(),
            &b" 6 a=b\n".to_vec(),
            &b"0 a=b\n".to_vec(),
            &record("path", b"a\0b"),
            &record("size", b"-1"),
            &record("size", b"1x"),
            &record("size", b"18446744073709551616"),
        ] {
            // The first is right, to show that the others are not refused for another reason.
            let outcome = Pax::parse(records, LIMITS);
            assert_eq!(outcome.is_ok(), records == b"6 a=b\n", "{records:?}");
        }
    }

    #[test]
    fn too_many_attributes_are_refused() {
        let records: Vec<u8> = (0..5)
            .flat_map(|n| record(&format!("SCHILY.xattr.user.{n}"), b"v"))
            .collect();
        assert_eq!(
            Pax::parse(&records, LIMITS).unwrap_err(),
            PaxError::TooManyXattrs
        );
        let records = record("SCHILY.xattr.user.a", &[b'v'; 1001]);
        assert_eq!(
            Pax::parse(&records, LIMITS).unwrap_err(),
            PaxError::TooManyXattrs
        );
    }

    proptest! {
        #[test]
        fn any_path_round_trips(path in proptest::collection::vec(1_u8.., 1..300)) {
            let pax = Pax::parse(&record("path", &path), LIMITS).unwrap();
            prop_assert_eq!(pax.path, Some(path));
        }

        #[test]
        fn no_bytes_make_it_panic(records in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Pax::parse(&records, LIMITS);
        }
    }
}

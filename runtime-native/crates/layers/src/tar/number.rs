//! Numbers as tar headers write them.
use super::fault::Fault;

/// Octal text, or base-256 when the first bit is set (GNU). An empty field is 0.
pub(super) fn numeric(field: &[u8], name: &'static str) -> Result<i64, Fault> {
    match field.first() {
        Some(first) if first & 0x80 != 0 => base256(field, name),
        _ => octal(field, name).and_then(|n| i64::try_from(n).map_err(|_| Fault::Range(name))),
    }
}

/// `numeric` for what cannot be negative.
pub(super) fn unsigned(field: &[u8], name: &'static str) -> Result<u64, Fault> {
    u64::try_from(numeric(field, name)?).map_err(|_| Fault::Range(name))
}

/// Octal digits, with spaces and zero bytes around them.
pub(super) fn octal(field: &[u8], name: &'static str) -> Result<u64, Fault> {
    let padding = |b: &u8| *b == b' ' || *b == 0;
    let Some(start) = field.iter().position(|b| !padding(b)) else {
        return Ok(0);
    };
    let digits = &field[start..];
    // Writers disagree about the terminator, and some leave rubbish behind it: the number ends at the first one.
    let end = digits.iter().position(padding).unwrap_or(digits.len());
    digits[..end]
        .iter()
        .try_fold(0_u64, |value, digit| match digit {
            b'0'..=b'7' if value >> 61 == 0 => Ok(value << 3 | u64::from(digit - b'0')),
            b'0'..=b'7' => Err(Fault::Range(name)),
            _ => Err(Fault::Number(name)),
        })
}

/// Big-endian two's complement over all bits but the first, which is the mark.
fn base256(field: &[u8], name: &'static str) -> Result<i64, Fault> {
    let negative = field[0] & 0x40 != 0;
    let mut value: i64 = if negative { -1 } else { 0 };
    for (at, byte) in field.iter().enumerate() {
        // The mark itself is not part of the number; with it set as the sign says, shifting in keeps the sign.
        let byte = match (at, negative) {
            (0, false) => byte & 0x7f,
            _ => *byte,
        };
        value = value
            .checked_mul(256)
            .and_then(|v| v.checked_add(i64::from(byte)))
            .ok_or(Fault::Range(name))?;
    }
    Ok(value)
}

/// Decimal digits only, as PAX writes sizes and ids.
pub(super) fn decimal(text: &[u8], name: &'static str) -> Result<u64, Fault> {
    if text.is_empty() {
        return Err(Fault::Number(name));
    }
    text.iter().try_fold(0_u64, |value, digit| match digit {
        b'0'..=b'9' => value
            .checked_mul(10)
            .and_then(|v| v.checked_add(u64::from(digit - b'0')))
            .ok_or(Fault::Range(name)),
        _ => Err(Fault::Number(name)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn octal_accepts_the_usual_paddings() {
        for field in [
            &b"0000644\0"[..],
            b" 644 \0",
            b"644\0\0\0\0\0",
            b"\0 0644 ",
            b"000644 \0",
            b"0644",
        ] {
            assert_eq!(octal(field, "mode"), Ok(0o644), "{field:?}");
        }
        assert_eq!(octal(b"\0\0\0\0", "mode"), Ok(0));
        assert_eq!(octal(b"", "mode"), Ok(0));
    }

    #[test]
    fn octal_refuses_other_digits_and_overflow() {
        assert_eq!(octal(b"0648\0", "mode"), Err(Fault::Number("mode")));
        assert_eq!(octal(b"-644\0", "mode"), Err(Fault::Number("mode")));
        assert_eq!(
            octal(b"7777777777777777777777777", "mode"),
            Err(Fault::Range("mode"))
        );
    }

    #[test]
    fn base256_reads_both_signs() {
        assert_eq!(
            numeric(&[0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0], "size"),
            Ok(0x2_0000_0000)
        );
        assert_eq!(numeric(&[0xff; 12], "mtime"), Ok(-1));
        assert_eq!(
            numeric(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], "mtime"),
            Ok(-(1_i64 << 32))
        );
        assert_eq!(unsigned(&[0xff; 12], "size"), Err(Fault::Range("size")));
        assert_eq!(numeric(&[0xbf; 12], "size"), Err(Fault::Range("size")));
    }

    proptest! {
        #[test]
        fn base256_round_trips(value in any::<i64>()) {
            let mut field = vec![if value < 0 { 0xff } else { 0x80 }; 1];
            field.extend(if value < 0 { [0xff; 3] } else { [0; 3] });
            field.extend(value.to_be_bytes());
            prop_assert_eq!(numeric(&field, "n"), Ok(value));
        }

        #[test]
        fn octal_round_trips(value in 0_u64..1 << 33) {
            prop_assert_eq!(octal(format!("{value:011o}\0").as_bytes(), "n"), Ok(value));
        }

        #[test]
        fn no_field_makes_it_panic(field in proptest::collection::vec(any::<u8>(), 0..16)) {
            let _ = numeric(&field, "n");
            let _ = unsigned(&field, "n");
            let _ = decimal(&field, "n");
        }
    }
}

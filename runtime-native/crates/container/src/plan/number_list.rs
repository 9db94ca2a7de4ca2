//! Lists of processors and memory nodes as the kernel writes them: `0-3,5`.

/// Reads a list of numbers below `end`; `None` when it is none, or names a larger one.
pub(crate) fn parse(text: &str, end: u32) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for part in text.trim().split(',').map(str::trim) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (whole(first)?, whole(last)?);
        if first > last || last >= end {
            return None;
        }
        numbers.extend(first..=last);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

/// Digits and nothing else: no sign, no blank.
fn whole(text: &str) -> Option<u32> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_numbers_and_ranges_in_any_order() {
        assert_eq!(parse("5,0-2, 1\n", 8), Some(vec![0, 1, 2, 5]));
        assert_eq!(parse("7", 8), Some(vec![7]));
    }

    #[test]
    fn refuses_what_is_no_list() {
        for text in [
            "",
            ",",
            "1,",
            "-1",
            "3-1",
            "+1",
            "0x1",
            "1-2-3",
            "8",
            "a",
            "4294967296",
        ] {
            assert_eq!(parse(text, 8), None, "{text}");
        }
    }
}

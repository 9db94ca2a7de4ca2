//! Signals by the names that people write: `SIGTERM`, `term`, `15`, `SIGRTMIN+3`.
#![expect(
    unsafe_code,
    reason = "rustix makes real-time signals from numbers only so"
)]

use rustix::process::Signal;

/// First and last real-time signal that programs may use; the C library keeps 32 and 33. signal(7)
const RTMIN: i32 = 34;
const RTMAX: i32 = 64;

/// The signal that `text` names: with or without `SIG`, in any case, or its number. `None` when there is no such signal.
#[must_use]
pub fn parse_signal(text: &str) -> Option<Signal> {
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    if let Some((_, signal)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*signal);
    }
    if let Some(rest) = name.strip_prefix("RTMIN") {
        return real_time(RTMIN.checked_add(offset(rest, '+')?)?);
    }
    if let Some(rest) = name.strip_prefix("RTMAX") {
        return real_time(RTMAX.checked_sub(offset(rest, '-')?)?);
    }
    let number = parse_number(text)?;
    Signal::from_named_raw(number).or_else(|| real_time(number))
}

/// `+3` after `RTMIN`; nothing is 0.
fn offset(rest: &str, sign: char) -> Option<i32> {
    if rest.is_empty() {
        return Some(0);
    }
    parse_number(rest.strip_prefix(sign)?)
}

fn parse_number(text: &str) -> Option<i32> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

fn real_time(number: i32) -> Option<Signal> {
    // SAFETY: the number is that of a signal which the C library does not keep for itself.
    (RTMIN..=RTMAX)
        .contains(&number)
        .then(|| unsafe { Signal::from_raw_unchecked(number) })
}

const NAMES: [(&str, Signal); 31] = [
    ("HUP", Signal::HUP),
    ("INT", Signal::INT),
    ("QUIT", Signal::QUIT),
    ("ILL", Signal::ILL),
    ("TRAP", Signal::TRAP),
    ("ABRT", Signal::ABORT),
    ("BUS", Signal::BUS),
    ("FPE", Signal::FPE),
    ("KILL", Signal::KILL),
    ("USR1", Signal::USR1),
    ("SEGV", Signal::SEGV),
    ("USR2", Signal::USR2),
    ("PIPE", Signal::PIPE),
    ("ALRM", Signal::ALARM),
    ("TERM", Signal::TERM),
    ("STKFLT", Signal::STKFLT),
    ("CHLD", Signal::CHILD),
    ("CONT", Signal::CONT),
    ("STOP", Signal::STOP),
    ("TSTP", Signal::TSTP),
    ("TTIN", Signal::TTIN),
    ("TTOU", Signal::TTOU),
    ("URG", Signal::URG),
    ("XCPU", Signal::XCPU),
    ("XFSZ", Signal::XFSZ),
    ("VTALRM", Signal::VTALARM),
    ("PROF", Signal::PROF),
    ("WINCH", Signal::WINCH),
    ("IO", Signal::IO),
    ("PWR", Signal::POWER),
    ("SYS", Signal::SYS),
];

#[cfg(test)]
mod tests {
    use super::parse_signal;

    #[test]
    fn reads_names_and_numbers() {
        let cases = [
            ("SIGTERM", Some(15)),
            ("term", Some(15)),
            ("9", Some(9)),
            ("SIGRTMIN", Some(34)),
            ("SIGRTMIN+3", Some(37)),
            ("RTMAX-1", Some(63)),
            ("40", Some(40)),
            ("", None),
            ("0", None),
            ("32", None),
            ("65", None),
            ("-9", None),
            ("+9", None),
            ("SIGRTMIN+31", None),
            ("SIGRTMIN+2147483647", None),
            ("SIGNOT", None),
            ("99999999999", None),
        ];
        for (text, number) in cases {
            assert_eq!(
                parse_signal(text).map(|signal| signal.as_raw()),
                number,
                "{text}"
            );
        }
    }
}

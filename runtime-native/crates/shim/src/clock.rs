//! Wall-clock time as files and messages tell it.

use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_A_DAY: u64 = 86_400;

/// Epoch milliseconds.
pub(crate) fn epoch_ms(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Epoch milliseconds now.
pub(crate) fn now_ms() -> u64 {
    epoch_ms(SystemTime::now())
}

/// `2026-10-05T12:34:56.123456789Z`: RFC 3339 in UTC with nine digits, as CRI logs have it; 30 bytes. Times before 1970
/// read as 1970.
pub(crate) fn rfc3339_nanos(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (year, month, day) = civil_date(since.as_secs() / SECONDS_A_DAY);
    let second = since.as_secs() % SECONDS_A_DAY;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:09}Z",
        second / 3600,
        second / 60 % 60,
        second % 60,
        since.subsec_nanos()
    )
}

/// Year, month and day of the Gregorian calendar, `days` after 1970-01-01.
///
/// Counts in eras of 400 years (146,097 days) that begin on a 1st of March, so that the leap day is a year's last: with
/// that, the months' lengths follow 153 days in five months.
fn civil_date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::rfc3339_nanos;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn writes_times_as_rfc_3339_with_nine_digits() {
        let cases = [
            (0, 0, "1970-01-01T00:00:00.000000000Z"),
            (951_782_399, 5, "2000-02-28T23:59:59.000000005Z"),
            (951_782_400, 0, "2000-02-29T00:00:00.000000000Z"),
            (951_868_800, 0, "2000-03-01T00:00:00.000000000Z"),
            (1_709_164_800, 999_999_999, "2024-02-29T00:00:00.999999999Z"),
            (1_735_689_599, 0, "2024-12-31T23:59:59.000000000Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000000000Z"),
        ];
        for (seconds, nanos, text) in cases {
            assert_eq!(
                rfc3339_nanos(UNIX_EPOCH + Duration::new(seconds, nanos)),
                text
            );
        }
    }
}

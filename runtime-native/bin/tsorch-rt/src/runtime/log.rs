//! The file of `--log`: one line per error or warning, in the form that callers of runc read.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Warning,
    Error,
}

/// Where errors and warnings go besides standard error.
#[derive(Debug, Default)]
pub(crate) struct Log {
    file: Option<File>,
    json: bool,
}

impl Log {
    pub(crate) fn open(&mut self, path: &Path) -> anyhow::Result<()> {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path);
        self.file = Some(file.with_context(|| format!("cannot open the log {}", path.display()))?);
        Ok(())
    }

    pub(crate) fn set_format(&mut self, format: &str) -> anyhow::Result<()> {
        self.json = match format {
            "json" => true,
            "text" => false,
            other => bail!("--log-format {other:?} is neither text nor json"),
        };
        Ok(())
    }

    /// Writes one line; a log that cannot be written changes nothing about the outcome.
    pub(crate) fn write(&self, level: Level, message: &str) {
        let Some(mut file) = self.file.as_ref() else {
            // Errors are told on standard error anyway.
            if level == Level::Warning {
                eprintln!("tsorch-runtime: warning: {message}");
            }
            return;
        };
        let level = match level {
            Level::Warning => "warning",
            Level::Error => "error",
        };
        let time = rfc3339(SystemTime::now());
        let line = if self.json {
            serde_json::json!({"level": level, "msg": message, "time": time}).to_string()
        } else {
            format!("time={time:?} level={level} msg={message:?}")
        };
        let _ = file.write_all(format!("{line}\n").as_bytes());
    }
}

/// `2026-01-31T12:00:00Z`. Days to civil date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn dates_are_right_around_leap_days() {
        let at = |seconds| rfc3339(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_709_251_200), "2024-03-01T00:00:00Z");
    }
}

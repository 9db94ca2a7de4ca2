//! JSON lines on standard error. Nobody may read them any more: a failed write is no failure.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// How much somebody should care.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Level {
    /// Someone must act.
    Error,
    /// We cope.
    Warn,
    /// Something changed.
    Info,
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
        }
    }
}

/// One line: a constant message, variables in `fields` (an object).
pub(crate) fn log(level: Level, message: &str, fields: Value) {
    let mut line = json!({ "time": now_ms(), "level": level.as_str(), "message": message });
    if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), fields) {
        line.extend(fields);
    }
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Epoch milliseconds.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

//! What came of one probe.

use std::collections::VecDeque;

use serde::Serialize;

/// Longest output of a probe that is kept, in bytes.
pub(crate) const MAX_OUTPUT_BYTES: usize = 4096;
/// Results that are kept.
const MAX_RECENT: usize = 5;
/// Of the output of each of them.
const MAX_RECENT_BYTES: usize = 512;

/// How one probe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Outcome {
    Passed,
    Failed,
    TimedOut,
}

/// What came of one probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProbeResult {
    pub(crate) outcome: Outcome,
    /// Exit code of a program, status of an answer.
    pub(crate) code: Option<i32>,
    pub(crate) output: Vec<u8>,
}

impl ProbeResult {
    pub(crate) fn failed(reason: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Failed,
            code: None,
            output: reason.into().into_bytes(),
        }
    }

    pub(crate) fn timed_out(reason: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::TimedOut,
            ..Self::failed(reason)
        }
    }

    pub(crate) fn passed(output: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Passed,
            ..Self::failed(output)
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        self.outcome == Outcome::Passed
    }

    /// Printable, bounded; `None` when nothing was said.
    pub(crate) fn text(&self, limit: usize) -> Option<String> {
        let bytes = self.output.get(..limit).unwrap_or(&self.output);
        let text = String::from_utf8_lossy(bytes).trim_end().to_owned();
        (!text.is_empty()).then_some(text)
    }
}

/// A result as `state` tells it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PastProbe {
    /// Its beginning; epoch milliseconds.
    at: u64,
    duration_ms: u64,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
}

/// The last few results, oldest first.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct RecentProbes(VecDeque<PastProbe>);

impl RecentProbes {
    pub(crate) fn add(&mut self, at: u64, duration_ms: u64, result: &ProbeResult) {
        if self.0.len() >= MAX_RECENT {
            self.0.pop_front();
        }
        let ProbeResult { outcome, code, .. } = *result;
        let output = result.text(MAX_RECENT_BYTES);
        self.0.push_back(PastProbe {
            at,
            duration_ms,
            outcome,
            code,
            output,
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{ProbeResult, RecentProbes};
    use serde_json::json;

    #[test]
    fn keeps_the_last_five() {
        let mut recent = RecentProbes::default();
        for at in 0..7 {
            recent.add(at, 3, &ProbeResult::passed(""));
        }
        recent.add(
            7,
            4,
            &ProbeResult {
                code: Some(503),
                ..ProbeResult::failed("no\n".repeat(400))
            },
        );
        let told = json!(recent);
        assert_eq!(told.as_array().map(Vec::len), Some(5));
        assert_eq!(
            told[0],
            json!({"at": 3, "durationMs": 3, "outcome": "passed"})
        );
        assert_eq!(told[4]["code"], json!(503));
        assert_eq!(told[4]["output"].as_str().map(str::len), Some(512));
    }
}

//! Error codes: the closed list of schemas/error-codes.json, checked while compiling.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const LIST: &str = include_str!("../../../../schemas/error-codes.json");

/// A code of schemas/error-codes.json: `network.port-in-use`. Written as `code!("network.port-in-use")`, which does not
/// compile when the list lacks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code(&'static str);

/// `code!("host.failed")`: a [`Code`], looked up in the list at compile time.
#[macro_export]
macro_rules! code {
    ($text:literal) => {
        const { $crate::code::listed($text) }
    };
}

impl Code {
    /// The code with this text, when the list has it. For texts that come from elsewhere (workers, older peers).
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        match position(text.as_bytes()) {
            Some(at) => LIST.get(at..at + text.len()).map(Self),
            None => None,
        }
    }

    /// `area.what-is-wrong`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// What [`code!`] evaluates while compiling.
///
/// # Panics
/// When the list lacks `text`; inside `const { }` that is a compile error.
#[must_use]
pub const fn listed(text: &'static str) -> Code {
    assert!(
        position(text.as_bytes()).is_some(),
        "not a code of schemas/error-codes.json"
    );
    Code(text)
}

/// Where `"text": {` stands in the list: only its top-level keys are followed by an object.
const fn position(text: &[u8]) -> Option<usize> {
    let list = LIST.as_bytes();
    let tail = b"\": {";
    let mut at = 1;
    while at + text.len() + tail.len() <= list.len() {
        if list[at - 1] == b'"'
            && matches_at(list, at, text)
            && matches_at(list, at + text.len(), tail)
        {
            return Some(at);
        }
        at += 1;
    }
    None
}

const fn matches_at(list: &[u8], at: usize, text: &[u8]) -> bool {
    let mut index = 0;
    while index < text.len() {
        if list[at + index] != text[index] {
            return false;
        }
        index += 1;
    }
    true
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    /// A newer peer may know codes that this program does not: they read as `host.failed`, the message tells the rest.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self::find(&text).unwrap_or(code!("host.failed")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_code_of_the_list_and_nothing_else() {
        let list: serde_json::Value = serde_json::from_str(LIST).unwrap();
        for text in list.as_object().unwrap().keys() {
            assert_eq!(Code::find(text).map(Code::as_str), Some(text.as_str()));
        }
        for text in ["", "hint", "status", "nothing.such", "\"", "a\": {"] {
            assert_eq!(Code::find(text), None, "{text}");
        }
    }

    #[test]
    fn reads_an_unknown_code_as_host_failed() {
        let code: Code = serde_json::from_str("\"future.code\"").unwrap();
        assert_eq!(code.as_str(), "host.failed");
    }
}

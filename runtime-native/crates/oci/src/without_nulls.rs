//! Documents written by Go programs say `null` for a list or map without content; here that is the same as no word at all.

use serde::de::DeserializeOwned;
use serde_json::{Error, Value};

/// Reads a document. One without such nulls is read once; the error of the first reading, which has a position, counts.
pub(crate) fn from_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(text).or_else(|error| {
        let again = serde_json::from_slice(text).ok().map(without_nulls);
        let again = again.and_then(|document| serde_json::from_value(document).ok());
        again.ok_or(error)
    })
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let entries = entries.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                entries
                    .map(|(name, value)| (name, without_nulls(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

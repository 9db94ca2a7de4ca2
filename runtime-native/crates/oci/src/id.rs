//! Container ids: checked once, before any path is built from them.

use std::fmt;

/// A container id that is safe as a file name: `[a-zA-Z0-9_+-][a-zA-Z0-9_+.-]*`, at most 1024 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContainerId(String);

/// A text that is no container id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a container id (letters, digits, `_`, `+`, `-` and inner `.`, at most 1024 characters)"
)]
pub struct BadContainerId(pub String);

impl ContainerId {
    /// Checks `text`.
    ///
    /// # Errors
    /// [`BadContainerId`] when it is empty, too long, starts with a dot or has another character.
    pub fn parse(text: &str) -> Result<Self, BadContainerId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-.".contains(&byte);
        let good =
            (1..=1024).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with('.');
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadContainerId(text.to_owned()))
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContainerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_file_names_can_carry() {
        for text in ["a", "web.2", "0f3c", "_x", "a+b-c", "-"] {
            assert_eq!(
                ContainerId::parse(text).map(|id| id.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn refuses_paths_and_odd_characters() {
        for text in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a b",
            "a\0",
            "ä",
            &"x".repeat(1025),
        ] {
            assert_eq!(
                ContainerId::parse(text),
                Err(BadContainerId(text.to_owned()))
            );
        }
    }
}

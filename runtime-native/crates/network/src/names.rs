//! Names that come from outside, checked once before anything is built from them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest network name; it stands in journal records, comments and zone tables.
const MAX_NAME_BYTES: usize = 128;
/// A DNS name in text form without the final dot (RFC 1035, section 2.3.4).
const MAX_HOST_NAME_BYTES: usize = 253;
/// `IFNAMSIZ` without the terminating NUL.
const MAX_INTERFACE_BYTES: usize = 15;

/// A text that is not what its place asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {what}")]
pub struct BadName {
    what: &'static str,
    text: String,
}

macro_rules! checked_name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks `text`.
            ///
            /// # Errors
            /// [`BadName`], which quotes it.
            pub fn parse(text: impl Into<String>) -> Result<Self, BadName> {
                let text = text.into();
                let check: fn(&str) -> bool = $check;
                if check(&text) { Ok(Self(text)) } else { Err(BadName { what: $what, text }) }
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadName;

            fn try_from(text: String) -> Result<Self, BadName> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

checked_name!(
    /// Name of a network on this host: `shop_default` (CNI's rule: `[A-Za-z0-9][A-Za-z0-9_.-]*`).
    NetworkName,
    "a network name",
    |text| is_identifier(text)
);

checked_name!(
    /// Id of a container; also the file name of its network namespace.
    ContainerId,
    "a container id",
    |text| is_identifier(text)
);

checked_name!(
    /// Name of an interface inside a container: `eth0`.
    InterfaceName,
    "an interface name",
    |text| is_interface(text)
);

checked_name!(
    /// Who holds published ports and names: `shop/web`.
    Owner,
    "an owner (stack/service)",
    |text| is_owner(text)
);

checked_name!(
    /// A name that containers look up, in lower case, without the final dot: `web`, `2.web`, `shop-web-1`.
    ///
    /// Labels may hold underscores, as Compose service names do.
    HostName,
    "a host name",
    |text| is_host_name(text)
);

fn is_identifier(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    text.len() <= MAX_NAME_BYTES
        && text
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().all(inner)
}

fn is_interface(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b"/:%".contains(&byte);
    (1..=MAX_INTERFACE_BYTES).contains(&text.len())
        && !matches!(text, "." | ".." | "lo" | "all" | "default")
        && text.bytes().all(allowed)
}

fn is_owner(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(stack, service)| is_identifier(stack) && is_identifier(service))
}

fn is_host_name(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(allowed);
    text.len() <= MAX_HOST_NAME_BYTES && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_names_that_stacks_produce() {
        assert!(NetworkName::parse("shop_default").is_ok());
        assert!(ContainerId::parse("0f3c9a").is_ok());
        assert!(InterfaceName::parse("eth0").is_ok());
        assert!(Owner::parse("shop/web").is_ok());
        assert!(HostName::parse("tasks.web_1").is_ok());
    }

    #[test]
    fn refuses_paths_options_and_odd_characters() {
        for text in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "-a",
            "a b",
            "a\0",
            "é",
            &"x".repeat(129),
        ] {
            assert!(NetworkName::parse(text).is_err(), "{text:?}");
            assert!(ContainerId::parse(text).is_err(), "{text:?}");
        }
        for text in [
            "",
            "lo",
            "..",
            "all",
            "a:b",
            "a%d",
            "a b",
            "sixteen-letters-",
        ] {
            assert!(InterfaceName::parse(text).is_err(), "{text:?}");
        }
        for text in ["", "web", "a/b/c", "/web", "shop/"] {
            assert!(Owner::parse(text).is_err(), "{text:?}");
        }
        for text in ["", ".", "a..b", "A", "a.", &"x".repeat(64), "a b"] {
            assert!(HostName::parse(text).is_err(), "{text:?}");
        }
    }
}

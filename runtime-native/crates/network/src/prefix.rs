//! Addresses with a prefix length, as CIDR notation writes them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `10.201.4.7/24`: an address and the length of its network part. Host bits may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prefix {
    address: IpAddr,
    length: u8,
}

/// A text that is not CIDR notation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an address with a prefix length, such as 10.201.4.0/24")]
pub struct BadPrefix(String);

impl Prefix {
    /// `address`/`length`, or `None` when the length does not fit the family.
    #[must_use]
    pub fn new(address: IpAddr, length: u8) -> Option<Self> {
        (length <= bits_of(address)).then_some(Self { address, length })
    }

    /// The address as given, host bits included.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Number of leading bits that name the network.
    #[must_use]
    pub fn length(&self) -> u8 {
        self.length
    }

    /// The same network with all host bits zero.
    #[must_use]
    pub fn network(&self) -> Self {
        let address = match self.address {
            IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask4(self.length))),
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask6(self.length))),
        };
        Self {
            address,
            length: self.length,
        }
    }

    /// The highest address of the network (IPv4: its broadcast address).
    #[must_use]
    pub fn last(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() | !mask4(self.length))),
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() | !mask6(self.length))),
        }
    }

    /// Whether `address` lies in this network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        Self {
            address,
            length: self.length.min(bits_of(address)),
        }
        .network()
            == self.network()
    }

    /// Whether the two networks share an address.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.contains(other.address) || other.contains(self.address)
    }
}

fn bits_of(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn mask4(length: u8) -> u32 {
    u32::MAX
        .checked_shl(32 - u32::from(length.min(32)))
        .unwrap_or(0)
}

fn mask6(length: u8) -> u128 {
    u128::MAX
        .checked_shl(128 - u32::from(length.min(128)))
        .unwrap_or(0)
}

impl FromStr for Prefix {
    type Err = BadPrefix;

    fn from_str(text: &str) -> Result<Self, BadPrefix> {
        let parse = || {
            let (address, length) = text.split_once('/')?;
            let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
            let length = is_number.then(|| length.parse().ok())??;
            Self::new(address.parse().ok()?, length)
        };
        parse().ok_or_else(|| BadPrefix(text.to_owned()))
    }
}

impl TryFrom<String> for Prefix {
    type Error = BadPrefix;

    fn try_from(text: String) -> Result<Self, BadPrefix> {
        text.parse()
    }
}

impl From<Prefix> for String {
    fn from(prefix: Prefix) -> Self {
        prefix.to_string()
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn knows_the_bounds_of_a_network() {
        assert_eq!(prefix("10.1.2.3/24").network(), prefix("10.1.2.0/24"));
        assert_eq!(prefix("10.1.2.3/24").last().to_string(), "10.1.2.255");
        assert_eq!(prefix("0.0.0.0/0").last().to_string(), "255.255.255.255");
        assert_eq!(prefix("fd00::5/64").network(), prefix("fd00::/64"));
        assert_eq!(prefix("10.1.2.3/32").network(), prefix("10.1.2.3/32"));
    }

    #[test]
    fn sees_overlap_both_ways_and_never_across_families() {
        assert!(prefix("10.0.0.0/8").overlaps(&prefix("10.201.4.0/24")));
        assert!(prefix("10.201.4.0/24").overlaps(&prefix("10.0.0.0/8")));
        assert!(!prefix("10.201.4.0/24").overlaps(&prefix("10.201.5.0/24")));
        assert!(!prefix("0.0.0.0/0").overlaps(&prefix("fd00::/64")));
    }

    #[test]
    fn refuses_what_is_not_cidr_notation() {
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "x/8",
            "fd00::/129",
            "10.0.0/8",
        ] {
            assert!(text.parse::<Prefix>().is_err(), "{text:?}");
        }
    }
}
